"""Permit lines of one need at a time, laid out by code so that an offer's line is one look-up away.

`slots` has a place for each code, then one for offers whose code is unknown, then one for those that need no permit.
"""

import math

from matching.engine.codes import Scope
from matching.engine.columns import Bytes, Flags, Floats, Ints, Longs
from matching.engine.compiled.columns import Record, Records
from matching.engine.compiled.filtering import scope_ok
from matching.engine.compiled.jit import compiled
from matching.engine.compiled.seeking import from_below

ANYWHERE = int(Scope.ANYWHERE)


@compiled
def lay_out(n: Record, r: Record, start: Longs, keys: Longs, free_t: Floats, slots: Floats) -> None:
    """Note the tonnes free under each code; an unknown code is open to whoever has any permit."""
    slots[r.n_codes] = math.inf if n.holder >= 0 else 0.0
    slots[r.n_codes + 1] = math.inf
    if n.holder >= 0:
        for k in range(start[n.holder], start[n.holder + 1]):
            slots[keys[k] - n.holder * r.n_codes] = free_t[k]


@compiled
def clear(n: Record, r: Record, start: Longs, keys: Longs, slots: Floats) -> None:
    """Undo `lay_out`."""
    if n.holder >= 0:
        for k in range(start[n.holder], start[n.holder + 1]):
            slots[keys[k] - n.holder * r.n_codes] = 0.0


@compiled
def keep_permitted(
    n: Record, offers: Records, member: Flags, slot: Ints, scope: Bytes, least: Floats, slots: Floats, found: Longs,
    size: int, free_t: Floats,
) -> int:  # fmt: skip
    """Drop offers covered by no permit line or out of scope, noting the tonnes free for the rest."""
    kept, min_lot = 0, n.min_lot
    for k in range(size):
        j = found[k]
        free = slots[slot[j]]
        found[kept], free_t[kept] = j, free
        kept += int((free > 0) & (free >= least[j]) & (free >= min_lot))
    size, kept = kept, 0
    anywhere = n.scope == ANYWHERE
    for k in range(size):
        j = found[k]
        found[kept], free_t[kept] = j, free_t[k]
        kept += int((anywhere and scope[j] == ANYWHERE) or scope_ok(offers[j], n, member))
    return kept


@compiled
def permit_row(n: Record, slot: int, r: Record, start: Longs, keys: Longs) -> int:
    """The row of the line that a pair falls under, −1 where none is needed or the code is unknown."""
    if n.holder < 0 or slot >= r.n_codes:
        return -1
    key, stop = n.holder * r.n_codes + slot, start[n.holder + 1]
    row = from_below(keys, key, start[n.holder], stop)
    return row if row < stop and keys[row] == key else -1
