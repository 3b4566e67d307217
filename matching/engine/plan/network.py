"""A transport without windows or shared permit lines as a balanced network, costs in whole steps.

Nodes: offers, needs, one per permit line that serves a single need, and a dummy that takes what is left over and
fills what is left open, so that the problem is never infeasible.
"""

from dataclasses import dataclass

import numpy as np

from matching.engine.columns import Floats, Ints, Longs
from matching.engine.plan.arcs import Transport

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


def steps_per_worth(transport: Transport) -> float:
    """Cost steps per unit of worth."""
    fine = len(transport) <= FEW_ARCS and not transport.required_kg.any()
    return (FINE_COST_STEPS if fine else COST_STEPS) / dearest(transport.worth_per_t)


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
