"""Reads runs of offers for one need, side by side in vector registers, and keeps those that pass the plain rules.

Each rule of a tile is a loop of its own over few columns with unsigned rows, which the compiler vectorises.
"""

import numpy as np

from matching.engine.codes import Scope
from matching.engine.columns import Flags, Floats, Ints, Longs
from matching.engine.compiled.columns import Record, Sieve, Slots
from matching.engine.compiled.jit import compiled, inlined
from matching.engine.problem import Bits

TILE = 4096
ANYWHERE, SAME_PARK = int(Scope.ANYWHERE), int(Scope.SAME_PARK)
EVERY_RULE, OWN_CAP = 3, 4


@compiled
def _near(n: Record, places: Floats, screen: Bits, first: int, last: int, mask: Flags) -> None:
    """Within every cap and radius, no bit of the screen in common."""
    xs, ys, zs = places[0], places[1], places[2]
    limits_2 = places[OWN_CAP if n.explicit else EVERY_RULE]
    x, y, z, cap_2, ours = n.x, n.y, n.z, n.cap_2, n.screen
    start = np.uint64(first)
    for j in range(np.uint64(first), np.uint64(last)):
        dx, dy, dz = xs[j] - x, ys[j] - y, zs[j] - z
        chord_2 = dx * dx + dy * dy + dz * dz
        mask[j - start] = (chord_2 <= limits_2[j]) & (chord_2 <= cap_2) & ((screen[j] & ours) == 0)


@compiled
def _timely(n: Record, lots: Floats, days: Ints, first: int, last: int, mask: Flags) -> None:
    """Available at the same time, lots that fit, another firm."""
    least, most, begins, ends, firms = lots[0], lots[1], days[0], days[1], days[2]
    begin, end, firm, min_lot, lot_cap = n.first, n.last, n.firm, n.min_lot, n.lot_cap
    start = np.uint64(first)
    for j in range(np.uint64(first), np.uint64(last)):
        overlap = (begins[j] <= end) & (begin <= ends[j]) & (firms[j] != firm)
        mask[j - start] &= overlap & (least[j] <= lot_cap) & (min_lot <= most[j])


@compiled
def keep_runs(s: Sieve, n: Record, runs: Longs, n_runs: int, mask: Flags, found: Longs) -> int:
    """Put the offers of some runs that pass into `found`; returns how many."""
    places, lots, days, screen = s.places, s.lots, s.days, s.screen
    size = 0
    for run in range(n_runs):
        first, stop = runs[2 * run], runs[2 * run + 1]
        while first < stop:
            last = min(stop, first + TILE)
            _near(n, places, screen, first, last, mask)
            _timely(n, lots, days, first, last, mask)
            for k in range(last - first):
                found[size] = first + k
                size += mask[k]
            first = last
    return size


@compiled
def keep_listed(s: Sieve, n: Record, mask: Flags, found: Longs, size: int) -> int:
    """The same for the first `size` offers of `found`, picked one by one."""
    kept = 0
    for k in range(size):
        j = found[k]
        _near(n, s.places, s.screen, j, j + 1, mask)
        _timely(n, s.lots, s.days, j, j + 1, mask)
        found[kept] = j
        kept += mask[0]
    return kept


@compiled
def keep_permitted(least: Floats, slot: Slots, slots: Floats, found: Longs, size: int) -> int:
    """Drop offers without a permit line that has their smallest lot free, see `permits.lay_out`."""
    kept = 0
    for k in range(size):
        j = found[k]
        found[kept] = j
        kept += slots[slot[j]] >= least[j]
    return kept


@inlined
def scope_ok(o: Record, n: Record, member: Flags) -> bool:
    """Both sides stand in the park or the regions the other asks for."""
    if (o.scope == SAME_PARK or n.scope == SAME_PARK) and (o.park < 0 or o.park != n.park):
        return False
    if o.scope != ANYWHERE and o.scope != SAME_PARK and (n.region < 0 or not member[o.region_set, n.region]):
        return False
    if n.scope != ANYWHERE and n.scope != SAME_PARK and (o.region < 0 or not member[n.region_set, o.region]):
        return False
    return True
