"""Choose how to solve a transport: flow for a pure network, programmes beyond, dropped lots beyond those."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from matching.engine.columns import Floats, Longs
from matching.engine.plan.arcs import KG_PER_T, Transport
from matching.engine.plan.codes import Method
from matching.engine.plan.dropping import dropped
from matching.engine.plan.flow import solve_flow
from matching.engine.plan.programme import solve_integer, solve_linear
from matching.engine.plan.question import Effort
from matching.engine.plan.rounding import rounded, settled

# After the first solution, arcs per offer and need that lots are worked out on: those that lose least.
ARCS_PER_NODE = 4
# An integer programme is not prepared for where there are so many times more lots than it may have.
MOST_PRUNED = 3


def no_loss() -> Floats:
    return np.empty(0)


@dataclass(frozen=True)
class Division:
    """Kilograms by arc, an upper bound on the worth of any division, how it was found, in how many solutions.

    `loss_per_t` tells what forcing a tonne onto each arc would cost at least, lots aside.
    """

    flow_kg: Longs
    bound: float
    method: Method
    rounds: int = 1
    loss_per_t: Callable[[], Floats] = no_loss


def divide(transport: Transport, effort: Effort) -> Division:
    """The division worth most, or the best found within the effort allowed."""
    if not len(transport):
        return Division(np.zeros(0, dtype=np.int64), 0.0, Method.NOTHING, 0)
    relaxed = _relaxed(transport)
    if not transport.below_lot(relaxed.flow_kg).any():
        return relaxed
    enough = relaxed.bound * (1 - effort.gap)
    flow_kg, rounds = dropped(transport, relaxed.flow_kg, _promising(transport, relaxed), _best_flow, enough)
    found = Division(flow_kg, relaxed.bound, Method.DROPPED, 1 + rounds, relaxed.loss_per_t)
    if transport.rank(flow_kg) >= (0, enough) or np.count_nonzero(transport.lot_kg) > MOST_PRUNED * effort.most_lots:
        return found
    return _proved(transport, found, effort)


def relative_gap(worth: float, bound: float) -> float:
    return max(bound - worth, 0.0) / abs(bound) if bound else 0.0


def _relaxed(transport: Transport) -> Division:
    """The best division with lots aside."""
    if transport.is_network:
        flow = solve_flow(transport)
        return Division(flow.flow_kg, flow.bound, Method.FLOW, loss_per_t=flow.loss_per_t)
    solution = solve_linear(transport)
    flow_kg = rounded(replace(transport, lot_kg=np.zeros_like(transport.lot_kg)), solution.flow_t)
    return Division(flow_kg, solution.bound, Method.LINEAR, loss_per_t=lambda: solution.loss_per_t)


def _best_flow(transport: Transport) -> Longs:
    return _relaxed(transport).flow_kg


def _promising(transport: Transport, relaxed: Division) -> Longs:
    """The arcs that lose least when lots are left aside, or all of them where they are few."""
    most = ARCS_PER_NODE * (len(np.unique(transport.offer)) + len(np.unique(transport.need)))
    if len(transport) <= most:
        return np.arange(len(transport))
    lossy = np.where(relaxed.flow_kg > 0, 0.0, relaxed.loss_per_t())
    return np.sort(np.argpartition(lossy, most)[:most])


def _proved(transport: Transport, found: Division, effort: Effort) -> Division:
    """Solve for the lots as integers over the arcs that could still improve on what was found."""
    arcs = _open_arcs(transport, found)
    core = transport.take(arcs)
    if np.count_nonzero(core.lot_kg) > effort.most_lots:
        return found
    solution = solve_integer(core, effort.gap, effort.time_limit_s)
    if solution is None:
        return found
    core_kg = settled(core, rounded(core, solution.flow_t))
    return _better(transport, found, arcs, core_kg, min(found.bound, solution.bound))


def _better(transport: Transport, found: Division, arcs: Longs, core_kg: Longs, bound: float) -> Division:
    """The better of both divisions. The bound is over the open arcs; the others cannot beat what was found."""
    flow_kg = np.zeros(len(transport), dtype=np.int64)
    flow_kg[arcs] = core_kg
    bound = max(bound, transport.worth(found.flow_kg), transport.worth(flow_kg))
    if transport.rank(flow_kg) < transport.rank(found.flow_kg):
        return Division(found.flow_kg, bound, found.method, found.rounds + 1)
    return Division(flow_kg, bound, Method.INTEGER, found.rounds + 1)


def _open_arcs(transport: Transport, found: Division) -> Longs:
    """Arcs that a better division may use.

    By linear duality a division that carries a lot on an arc is worth at most bound − lot × loss per tonne; where
    that is below what was found already, the arc stays empty. Where quantities are required, worth alone does not
    decide and every arc stays open.
    """
    if transport.required_kg.any():
        return np.arange(len(transport))
    at_least_t = np.maximum(transport.lot_kg, 1) / KG_PER_T
    return np.flatnonzero(found.bound - at_least_t * found.loss_per_t() >= transport.worth(found.flow_kg))
