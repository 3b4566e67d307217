"""Minimum lots without integers: solve without them, drop the arcs that carry less than their lot, solve again."""

from collections.abc import Callable

import numpy as np

from matching.engine.columns import Flags, Longs
from matching.engine.plan.arcs import Transport
from matching.engine.plan.rounding import settled

# Of its lot, an arc must carry so much to stay for the next round. Dropping the smallest first lets others grow.
SHARES = (0.1, 0.25, 0.5, 0.75)
MOST_ROUNDS = 12


def dropped(
    transport: Transport, flow_kg: Longs, arcs: Longs, solve: Callable[[Transport], Longs], enough: float
) -> tuple[Longs, int]:
    """The best division found that keeps every lot, and how many times `solve` was called for it.

    `arcs` are those to be used from the second solution on. Ends when no violator is left, or when emptying those
    that are left reaches a worth of `enough`.
    """
    best_kg = settled(transport, flow_kg)
    for round_ in range(MOST_ROUNDS):
        violates = transport.below_lot(flow_kg)
        if not violates.any() or transport.rank(best_kg) >= (0, enough):
            return best_kg, round_
        arcs = arcs[~_too_small(transport, flow_kg, violates, round_)[arcs]]
        flow_kg = np.zeros(len(transport), dtype=np.int64)
        flow_kg[arcs] = solve(transport.take(arcs))
        best_kg = max(best_kg, settled(transport, flow_kg), key=transport.rank)
    return best_kg, MOST_ROUNDS


def _too_small(transport: Transport, flow_kg: Longs, violates: Flags, round_: int) -> Flags:
    """The violators below this round's share of their lot, or all of them where none is."""
    share = SHARES[round_] if round_ < len(SHARES) else 1.0
    small = violates & (flow_kg < share * transport.lot_kg)
    return small if small.any() else violates
