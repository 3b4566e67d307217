"""The whole pass: for each need its candidates, their scores, and the best of both sides."""

import math
from typing import NamedTuple

import numpy as np

from matching.engine.codes import Scope
from matching.engine.columns import Bytes, Flags, Floats, Floats32, Longs
from matching.engine.compiled.best import enter, floor_of
from matching.engine.compiled.columns import Columns, LimitLists, Record, Records, Slots, Views
from matching.engine.compiled.filtering import ANYWHERE, TILE, keep_listed, keep_permitted, keep_runs, scope_ok
from matching.engine.compiled.jit import allocating, compiled
from matching.engine.compiled.judging import FAILS, value_with_own
from matching.engine.compiled.permits import clear, lay_out
from matching.engine.compiled.scoring import BLOCK, N_ROWS, SUITS, lay_in, score, work_out
from matching.engine.compiled.walking import grid_runs, home_run, park_runs, region_runs

SAME_PARK, REGION_SET = int(Scope.SAME_PARK), int(Scope.REGION_SET)


class Kept(NamedTuple):
    """The best of each need and of each offer as heaps of `best.ENTRY`; k is 0 for a side not asked for.

    `least` is the score an offer's next pair must reach.
    """

    need_k: int
    need_entries: Records
    need_sizes: Longs
    offer_k: int
    offer_entries: Records
    offer_sizes: Longs
    least: Floats


class Desk(NamedTuple):
    """Room to work in: runs, and which of a tile pass; offers found, and their scores; permit slots; a block."""

    runs: Longs
    mask: Flags
    found: Longs
    score: Floats
    slots: Floats
    block: Floats


@compiled
def _listed(v: Views, n: Record, r: Record, listed: Longs) -> int:
    """Candidates of a need bound to its park or to a set of regions, one by one."""
    size = 0
    for k in range(v.usable_start[n.demand], v.usable_start[n.demand + 1]):
        if n.scope == SAME_PARK:
            if n.park >= 0:
                size = home_run(v.park_key, v.park_order, n.park * r.n_materials + v.usable[k], listed, size)
        else:
            size = home_run(v.region_key, v.region_order, n.region_set * r.n_materials + v.usable[k], listed, size)
    return size


@compiled
def _runs(v: Views, n: Record, r: Record, runs: Longs) -> int:
    """Candidates of a need as runs of the sorted offers."""
    count = 0
    for k in range(v.usable_start[n.demand], v.usable_start[n.demand + 1]):
        count = grid_runs(v.key, v.groups, v.row_start, r, n, v.usable[k], runs, count)
        count = park_runs(v.key, v.groups, r, n, v.usable[k], runs, count)
        count = region_runs(v.key, v.groups, v.sets_start, v.sets_of_region, r, n, v.usable[k], runs, count)
    return count


@compiled
def _sieved(c: Columns, n: Record, r: Record, d: Desk) -> int:
    """Offers that pass all rules but scope, specification and landed cost."""
    if n.scope == SAME_PARK or (n.scope == REGION_SET and math.isinf(n.cap_2)):
        size = keep_listed(c.sieve, n, d.mask, d.found, _listed(c.views, n, r, d.found))
    else:
        size = keep_runs(c.sieve, n, d.runs, _runs(c.views, n, r, d.runs), d.mask, d.found)
    return keep_permitted(c.sieve.lots[0], c.sieve.slot, d.slots, d.found, size)


@compiled
def _laid_in(
    n: Record, offers: Records, lists: LimitLists, member: Flags, suitability: Floats32, base: Longs, outcome: Bytes,
    value: Floats32, slot: Slots, slots: Floats, found: Longs, first: int, last: int, block: Floats,
) -> int:  # fmt: skip
    """Lay those of some offers found that pass scope and specification into a block, and move them to the front.

    Default windows were judged beforehand. A specification of −1 stands for a hard limit that fails.
    """
    figures, own, defaults, windows = lists.figures, lists.own, lists.defaults, lists.windows
    anywhere, limited = n.scope == ANYWHERE, n.limits_first < n.limits_last
    size = 0
    for at in range(first, last):
        j = found[at]
        o = offers[j]
        if not (anywhere and o.scope == ANYWHERE) and not scope_ok(o, n, member):
            continue
        row = max(base[n.demand, o.material] + j, 0)
        spec = -1.0 if outcome[row] == FAILS else np.float64(value[row])
        if limited:
            spec = value_with_own(figures, o, own, n, defaults, windows[n.demand, o.material], spec)
        if spec >= 0:
            lay_in(block, size, o, n, slots[slot[j]], suitability[n.demand, o.material], spec)
            found[first + size] = j
            size += 1
    return size


@compiled
def _scored(c: Columns, n: Record, r: Record, d: Desk, sieved: int) -> int:
    """Put the lawful ones of the offers found to the front, with their scores; block by block, in place."""
    offers, t, found, scores, block, affordable = c.offers, c.tables, d.found, d.score, d.block, d.mask
    size, first = 0, 0
    while first < sieved:
        last = min(first + BLOCK, sieved)
        filled = _laid_in(
            n, offers, c.limits, t.region_member, t.suitability, c.base, c.outcome, c.value, c.sieve.slot, d.slots,
            found, first, last, block,
        )  # fmt: skip
        work_out(block, n, r, filled)
        score(block, n, r, filled, affordable)
        for k in range(filled):
            found[size], scores[size] = found[first + k], block[SUITS, k]
            size += affordable[k]
        first = last
    return size


@compiled
def _enter_need(
    entries: Records, sizes: Longs, k: int, i: int, offers: Records, found: Longs, size: int, score: Floats
) -> None:
    least = floor_of(entries, sizes, k, i)
    for at in range(size):
        if score[at] >= least:
            enter(entries, sizes, k, i, score[at], offers[found[at]].row, found[at])
            least = floor_of(entries, sizes, k, i)


@compiled
def _enter_offers(
    entries: Records, sizes: Longs, k: int, least: Floats, i: int, row: int, found: Longs, size: int, score: Floats
) -> None:
    for at in range(size):
        j = found[at]
        if score[at] >= least[j]:
            enter(entries, sizes, k, j, score[at], row, i)
            least[j] = floor_of(entries, sizes, k, j)


@allocating
def _desk(c: Columns) -> Desk:
    room = len(c.offers) + 1
    runs, found, scores = np.empty(2 * room, dtype=np.int64), np.empty(room, dtype=np.int64), np.empty(room)
    slots = np.full(c.settings[0].n_codes + 2, -1.0)
    return Desk(runs, np.empty(TILE, dtype=np.bool_), found, scores, slots, np.empty((N_ROWS, BLOCK)))


@allocating
def rank(c: Columns, kept: Kept, first: int, last: int) -> int:
    """Enter every pair of needs first … last − 1 that may be among the best; returns how many were scored."""
    r, offers, t, d = c.settings[0], c.offers, c.tables, _desk(c)
    scored = 0
    for i in range(first, last):
        n = c.needs[i]
        lay_out(n, r, t.permit_start, t.permit_code, t.permit_free_t, d.slots)
        size = _scored(c, n, r, d, _sieved(c, n, r, d))
        clear(n, t.permit_start, t.permit_code, d.slots)
        scored += size
        if kept.need_k > 0:
            _enter_need(kept.need_entries, kept.need_sizes, kept.need_k, i, offers, d.found, size, d.score)
        if kept.offer_k > 0:
            _enter_offers(
                kept.offer_entries, kept.offer_sizes, kept.offer_k, kept.least, i, n.row, d.found, size, d.score
            )
    return scored
