"""Flows of made-up networks carry their own proof: prices under which no arc should carry more or less."""

from dataclasses import replace

import numpy as np
import pytest

from matching.benchmark.market import TODAY, make_market
from matching.engine import match
from matching.engine.plan import Objective
from matching.engine.plan.building import transport_of
from matching.engine.plan.flow import solve_flow
from matching.engine.plan.losses import potentials, reduced_costs
from matching.engine.plan.programme import solve_linear
from matching.engine.plan.question import Question


def network_transport(seed, size=300):
    offers, needs, rules = make_market(seed, size, size, n_materials=4, n_demands=4, n_parks=4)
    rules = replace(rules, check_permits=False)
    pairs = match(offers, needs, rules, TODAY, top=0)
    return transport_of(Question(offers, needs, pairs, rules, Objective.TONNES))[0]


@pytest.mark.parametrize("seed", range(3))
def test_prices_prove_a_flow_to_be_the_cheapest(seed):
    flow = solve_flow(network_transport(seed))
    reduced = reduced_costs(flow.network, flow.network_kg)
    assert (reduced[flow.network_kg < flow.network.capacity_kg] >= 0).all()
    assert (reduced[flow.network_kg > 0] <= 0).all()
    assert np.count_nonzero(flow.flow_kg)


def test_a_flow_that_is_not_the_cheapest_has_no_prices():
    flow = solve_flow(network_transport(0))
    worse = flow.network_kg.copy()
    n_arcs, n_offers = len(flow.flow_kg), len(network_transport(0).supply_kg)
    arc = int(np.argmax(flow.flow_kg))
    offer, need = flow.network.tail[arc], flow.network.head[arc] - n_offers
    worse[[arc, n_arcs + offer, n_arcs + n_offers + need]] += np.array([-1, 1, 1])
    with pytest.raises(RuntimeError, match="cheapest"):
        potentials(flow.network, worse)


@pytest.mark.parametrize("seed", range(3))
def test_flow_and_linear_programme_agree(seed):
    transport = network_transport(seed)
    flow, programme = solve_flow(transport), solve_linear(transport)
    assert transport.worth(flow.flow_kg) == pytest.approx(programme.bound, rel=1e-6)
    assert transport.worth(flow.flow_kg) <= flow.bound
    assert programme.bound <= flow.bound + 1e-6
    assert set(transport.broken(flow.flow_kg)) <= {"lot"}
