"""An empty or infeasible plan says what to relax."""

from decimal import Decimal

import numpy as np

from matching.engine.plan import Constraint, Status
from tests.engine.plan.exchange import Exchange


def reliefs(exchange):
    made = exchange.plan()
    return made.status, [(each.constraint, each.rows, each.gained_t, each.shortfall_t) for each in made.reliefs]


def test_a_requirement_beyond_the_permit_names_the_line():
    exchange = Exchange(supply=[50], demand=[40], worth=[[1]], holder=[0], free=[10], required=[30])
    status, found = reliefs(exchange)
    assert status == Status.INFEASIBLE
    assert found == [(Constraint.PERMIT, (0,), Decimal(30), Decimal(0))]
    assert exchange.plan().shortfall_kg.tolist() == [20_000]
    assert exchange.plan().reliefs[0].excess_t == (Decimal(30),)


def test_a_requirement_beyond_supply_names_the_offers():
    exchange = Exchange(supply=[5, 5], demand=[40], worth=[[1], [-1]], required=[30])
    status, found = reliefs(exchange)
    assert status == Status.INFEASIBLE
    assert [(constraint, shortfall) for constraint, _, _, shortfall in found] == [(Constraint.SUPPLY, Decimal(0))]
    assert exchange.plan().summary.tonnes == 10


def test_a_requirement_is_met_at_a_loss():
    exchange = Exchange(supply=[50], demand=[40], worth=[[-5]], required=[30])
    made = exchange.plan()
    assert made.status == Status.FOUND
    assert exchange.quantities(made) == {(0, 0): "30.000"}


def test_requirements_compete_with_better_pairs_and_win():
    exchange = Exchange(supply=[10], demand=[10, 10], worth=[[100, 1]], required=[0, 6])
    assert exchange.quantities(exchange.plan()) == {(0, 0): "4.000", (0, 1): "6.000"}


def test_requirements_under_a_shared_line_are_met_first():
    exchange = Exchange(
        supply=[20], demand=[10, 10], worth=[[100, 1]], holder=[0, 0], free=[10], required=[0, 6], need_lot=[5, 0]
    )
    assert exchange.quantities(exchange.plan()) == {(0, 1): "10.000"}


def test_a_lot_that_leaves_a_plan_empty_is_named():
    exchange = Exchange(supply=[5, 5], demand=[8], worth=[[1], [1]], holder=[0], free=[4], need_lot=[4])
    exchange.supply = [3, 3]
    exchange.need_lot = [0]
    exchange.offer_lot = [2, 2]
    assert exchange.plan().status == Status.FOUND
    exchange = Exchange(supply=[9, 9], demand=[8], worth=[[1], [1]], figure=[0, 10], window=[(5, 5)], need_lot=[5])
    status, found = reliefs(exchange)
    assert status == Status.EMPTY
    assert [constraint for constraint, *_ in found] == [Constraint.DEMAND, Constraint.LOT, Constraint.BLEND]


def test_pairs_that_would_all_lose_are_named():
    exchange = Exchange(supply=[5, 5], demand=[8], worth=[[-1], [np.nan]])
    made = exchange.plan()
    assert made.status == Status.EMPTY
    (relief,) = made.reliefs
    assert (relief.constraint, sorted(relief.rows), relief.gained_t) == (Constraint.WORTH, [0, 1], Decimal(8))


def test_a_blend_that_nothing_can_meet_is_named():
    exchange = Exchange(supply=[5], demand=[8], worth=[[1]], figure=[9], window=[(-np.inf, 5)])
    status, found = reliefs(exchange)
    assert status == Status.EMPTY
    assert found == [(Constraint.BLEND, (0,), Decimal(5), Decimal(0))]


def test_an_unknown_quantity_is_named():
    exchange = Exchange(supply=[np.nan], demand=[8], worth=[[1]])
    assert reliefs(exchange) == (Status.EMPTY, [(Constraint.QUANTITY, (0,), Decimal(8), Decimal(0))])


def test_an_unknown_figure_is_named():
    exchange = Exchange(supply=[5], demand=[8], worth=[[1]], figure=[np.nan], window=[(-np.inf, 5)])
    status, found = reliefs(exchange)
    assert status == Status.EMPTY
    assert (Constraint.FIGURE, (0,), Decimal(5), Decimal(0)) in found


def test_two_constraints_that_only_help_together_are_both_named():
    exchange = Exchange(supply=[np.nan], demand=[8], worth=[[-1]])
    status, found = reliefs(exchange)
    assert status == Status.EMPTY
    assert [(constraint, rows) for constraint, rows, *_ in found] == [
        (Constraint.QUANTITY, (0,)),
        (Constraint.WORTH, (0,)),
    ]


def test_a_requirement_of_a_need_that_nobody_can_serve_stays_short():
    exchange = Exchange(supply=[np.nan], demand=[8], worth=[[1]], required=[3])
    made = exchange.plan()
    assert (made.status, made.shortfall_kg.tolist()) == (Status.INFEASIBLE, [3000])
    assert made.reliefs[0].constraint == Constraint.QUANTITY


def test_nothing_can_be_relaxed_where_there_are_no_pairs():
    assert reliefs(Exchange(supply=[], demand=[8], worth=[[]])) == (Status.EMPTY, [])
