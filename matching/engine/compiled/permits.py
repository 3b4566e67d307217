"""Permit lines of one need at a time, laid out by code so that an offer's line is one look-up away.

`slots` has a place for each code, then one for offers whose code is unknown, then one for those that need no permit.
"""

import math

from matching.engine.columns import Floats, Ints, Longs
from matching.engine.compiled.columns import Record
from matching.engine.compiled.jit import compiled, inlined
from matching.engine.compiled.seeking import from_below


@compiled
def lay_out(n: Record, r: Record, start: Longs, codes: Ints, free_t: Floats, slots: Floats) -> None:
    """Note the tonnes free under each code, −1 where there are none or fewer than the need's smallest lot. An unknown
    code is open to whoever has any permit."""
    slots[r.n_codes] = math.inf if n.holder >= 0 else -1.0
    slots[r.n_codes + 1] = math.inf
    if n.holder >= 0:
        for k in range(start[n.holder], start[n.holder + 1]):
            slots[codes[k]] = free_t[k] if free_t[k] > 0 and free_t[k] >= n.min_lot else -1.0


@compiled
def clear(n: Record, start: Longs, codes: Ints, slots: Floats) -> None:
    """Undo `lay_out`."""
    if n.holder >= 0:
        for k in range(start[n.holder], start[n.holder + 1]):
            slots[codes[k]] = -1.0


@inlined
def permit_row(n: Record, slot: int, r: Record, start: Longs, codes: Ints) -> int:
    """The row of the line that a pair falls under, −1 where none is needed or the code is unknown."""
    if n.holder < 0 or slot >= r.n_codes:
        return -1
    stop = start[n.holder + 1]
    row = from_below(codes, slot, start[n.holder], stop)
    return row if row < stop and codes[row] == slot else -1
