"""Pure networks: OR-Tools' min-cost flow over whole kilograms.

Nodes: offers, needs, one per permit line that serves a single need, and a dummy that takes what is left over and
fills what is left open, so that the problem is balanced and never infeasible.
"""

from dataclasses import dataclass

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow  # type: ignore[import-untyped]

from matching.engine.columns import Floats, Ints, Longs
from matching.engine.plan.arcs import KG_PER_T, Transport

# Worths are rounded to so many steps up to the largest; what that may cost is part of the bound. Finer steps take
# longer, which small networks can bear; with a deterrent price on top they would leave the solver's range.
COST_STEPS, FINE_COST_STEPS, FEW_ARCS = 1 << 20, 1 << 27, 50_000
# To leave required tonnes undelivered costs so many times the best tonne.
SHORTFALL_FACTOR = 1000


@dataclass(frozen=True)
class Network:
    """Arcs between nodes, the arcs of the transport first: capacities in kg, costs in whole steps."""

    tail: Ints
    head: Ints
    capacity_kg: Longs
    cost: Longs
    supply_kg: Longs


def solve_flow(transport: Transport) -> tuple[Longs, float]:
    """The division in kg that is worth most, lots aside, and a bound on any division's worth.

    Cost-scaling push–relabel, O(n² m log(n C)) at worst and near-linear in arcs in practice.
    """
    if not len(transport):
        return np.zeros(0, dtype=np.int64), 0.0
    steps = steps_per_worth(transport)
    flow_kg = _without_loss(transport, _solved(network_of(transport, steps))[: len(transport)])
    return flow_kg, transport.worth(flow_kg) + _most_t(transport) / steps


def steps_per_worth(transport: Transport) -> float:
    """Cost steps per unit of worth."""
    fine = len(transport) <= FEW_ARCS and not transport.required_kg.any()
    return (FINE_COST_STEPS if fine else COST_STEPS) / dearest(transport.worth_per_t)


def _most_t(transport: Transport) -> float:
    """More tonnes than this cannot flow: what the arcs of each side could carry, within what it has."""
    sides = ((transport.offer, transport.supply_kg), (transport.need, transport.demand_kg))
    most_kg = (np.minimum(np.bincount(row, weights=transport.most_kg, minlength=len(kg)), kg) for row, kg in sides)
    return min(float(each.sum()) for each in most_kg) / KG_PER_T


def _solved(network: Network) -> Longs:
    solver = SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(network.tail, network.head, network.capacity_kg, network.cost)
    solver.set_nodes_supplies(np.arange(len(network.supply_kg), dtype=np.int32), network.supply_kg)
    status = solver.solve()
    if status != SimpleMinCostFlow.OPTIMAL:
        raise RuntimeError(f"min-cost flow: {status}")
    flows: Longs = solver.flows(np.arange(len(network.tail), dtype=np.int32))
    return flows


def _without_loss(transport: Transport, flow_kg: Longs) -> Longs:
    """Drop what is worth nothing: rounded costs cannot tell a small loss from none. Required tonnes stay."""
    loses = (transport.worth_per_t <= 0) & (transport.required_kg[transport.need] == 0)
    return np.where(loses, 0, flow_kg)


def network_of(transport: Transport, steps: float) -> Network:
    """The balanced network of a transport without windows or shared lines."""
    n_offers, n_needs = len(transport.supply_kg), len(transport.demand_kg)
    offers, needs = np.arange(n_offers), n_offers + np.arange(n_needs)
    line_need, line_row = _private_lines(transport)
    dummy = n_offers + n_needs + len(line_row)
    head = n_offers + transport.need
    limited = np.flatnonzero(transport.line >= 0)
    head[limited] = n_offers + n_needs + np.searchsorted(line_row, transport.line[limited])
    cost = -np.rint(transport.worth_per_t * steps).astype(np.int64)
    required_kg, penalty = transport.required_kg, SHORTFALL_FACTOR * COST_STEPS
    short = np.flatnonzero(required_kg > 0)
    # transport · line → need · offer → dummy · dummy → need · dummy → need in place of what it requires
    parts = (
        (transport.offer, head, transport.most_kg, cost),
        (n_offers + n_needs + np.arange(len(line_row)), n_offers + line_need, transport.line_kg[line_row], 0),
        (offers, np.full(n_offers, dummy), transport.supply_kg, 0),
        (np.full(n_needs, dummy), needs, transport.demand_kg - required_kg, 0),
        (np.full(len(short), dummy), needs[short], required_kg[short], penalty),
    )
    return _joined(parts, _node_supplies(transport, len(line_row)))


def _node_supplies(transport: Transport, n_lines: int) -> Longs:
    supply_kg, demand_kg = transport.supply_kg, transport.demand_kg
    open_kg = demand_kg.sum() - supply_kg.sum()
    return np.concatenate((supply_kg, -demand_kg, np.zeros(n_lines, dtype=np.int64), [open_kg]))


def _joined(parts: tuple[tuple[Longs, Longs, Longs, Longs | int], ...], supply_kg: Longs) -> Network:
    tail, head, capacity_kg = (np.concatenate([part[column] for part in parts]) for column in range(3))
    cost = np.concatenate([np.broadcast_to(np.asarray(part[3], dtype=np.int64), len(part[0])) for part in parts])
    return Network(tail.astype(np.int32), head.astype(np.int32), capacity_kg, cost, supply_kg)


def _private_lines(transport: Transport) -> tuple[Longs, Longs]:
    """The single need of each permit line in use, and the line's row, rising."""
    limited = np.flatnonzero(transport.line >= 0)
    line_row, first = np.unique(transport.line[limited], return_index=True)
    return transport.need[limited[first]], line_row


def dearest(worth_per_t: Floats) -> float:
    """The worth of the best tonne, by which costs are scaled and a shortfall is priced."""
    return float(np.abs(worth_per_t).max(initial=1e-9))
