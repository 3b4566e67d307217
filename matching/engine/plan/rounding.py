"""From a programme's tonnes to whole kilograms that keep every constraint exactly."""

import numpy as np

from matching.engine.columns import Floats, Longs
from matching.engine.plan.arcs import KG_PER_T, Transport, Windows, total_kg

# A programme's zeros and whole numbers are off by its tolerance, far below a gram.
NEARLY_KG = 1e-3
MOST_CUTS = 50


def rounded(transport: Transport, flow_t: Floats) -> Longs:
    """Whole kilograms, rounded down, then cut where a total or a blend window would still be overstepped."""
    flow_kg = np.floor(flow_t * KG_PER_T + NEARLY_KG).astype(np.int64)
    flow_kg = np.clip(flow_kg, 0, transport.most_kg)
    limited = np.flatnonzero(transport.line >= 0)
    everything = np.arange(len(transport))
    _cut_totals(flow_kg, everything, transport.offer, transport.supply_kg)
    _cut_totals(flow_kg, everything, transport.need, transport.demand_kg)
    _cut_totals(flow_kg, limited, transport.line[limited], transport.line_kg)
    return within_windows(transport, flow_kg)


def _cut_totals(flow_kg: Longs, arc: Longs, owner: Longs, limit_kg: Longs) -> None:
    """Take what oversteps a limit from the largest flow of its owner; a matter of a kilogram at most."""
    excess_kg = total_kg(owner, flow_kg[arc], len(limit_kg)) - limit_kg
    for row in np.flatnonzero(excess_kg > 0).tolist():
        own = arc[owner == row]
        largest = own[np.argmax(flow_kg[own])]
        flow_kg[largest] -= excess_kg[row]


def within_windows(transport: Transport, flow_kg: Longs) -> Longs:
    """Cut back what lies farthest outside a window until the average is inside; empty a need where that fails."""
    windows = transport.windows
    if not len(windows):
        return flow_kg
    flow_kg = flow_kg.copy()
    for _ in range(MOST_CUTS):
        below, above = windows.excess(flow_kg)
        if not ((below > 0) | (above > 0)).any():
            return flow_kg
        for row in np.flatnonzero(below > 0).tolist():
            _cut(transport, flow_kg, row, windows.low[row] - windows.figure, below[row])
        for row in np.flatnonzero(above > 0).tolist():
            _cut(transport, flow_kg, row, windows.figure - windows.high[row], above[row])
    return _emptied(transport, flow_kg)


def settled(transport: Transport, flow_kg: Longs) -> Longs:
    """Empty what stays below its lot, and mend the blends that this disturbs, until both hold."""
    while transport.below_lot(flow_kg).any():
        flow_kg = within_windows(transport, np.where(transport.below_lot(flow_kg), 0, flow_kg))
    return flow_kg


def _cut(transport: Transport, flow_kg: Longs, row: int, outside: Floats, excess: float) -> None:
    """Take so much of the worst flow into a window that the excess is gone, or all of it if less than a lot is left.

    A flow that stays above its lot is cut first, the worst of those; only then one that has to go.
    """
    windows = transport.windows
    entries = np.flatnonzero((windows.window == row) & (outside > 0) & (flow_kg[windows.arc] > 0))
    if not len(entries):
        return
    arc, wanted_kg = windows.arc[entries], np.ceil(excess / outside[entries]).astype(np.int64)
    left_kg = flow_kg[arc] - wanted_kg
    stays = left_kg >= np.maximum(transport.lot_kg[arc], 1)
    pick = int(np.lexsort((-outside[entries], ~stays))[0])
    flow_kg[arc[pick]] = left_kg[pick] if stays[pick] else 0


def _emptied(transport: Transport, flow_kg: Longs) -> Longs:
    below, above = transport.windows.excess(flow_kg)
    needs = _needs_of(transport.windows, np.flatnonzero((below > 0) | (above > 0)))
    return np.where(np.isin(transport.need, needs), 0, flow_kg)


def _needs_of(windows: Windows, rows: Longs) -> Longs:
    return np.unique(windows.need[rows])
