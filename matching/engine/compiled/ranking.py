"""The whole pass: for each need its candidates, their scores, and the best of both sides."""

import math
from typing import NamedTuple

import numpy as np

from matching.engine.codes import Scope
from matching.engine.columns import Bytes, Flags, Floats, Floats32, Longs
from matching.engine.compiled.best import ENTRY, enter, floor_of
from matching.engine.compiled.columns import Columns, LimitLists, Record, Records, Views
from matching.engine.compiled.filtering import TILE, keep_listed, keep_runs
from matching.engine.compiled.jit import compiled
from matching.engine.compiled.judging import FAILS, judge, value_of
from matching.engine.compiled.permits import clear, keep_permitted, lay_out
from matching.engine.compiled.scoring import full_score, keep_affordable, score_parts
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
        count = grid_runs(v.key, v.groups, r, n, v.usable[k], runs, count)
        count = park_runs(v.key, v.groups, r, n, v.usable[k], runs, count)
        count = region_runs(v.key, v.groups, v.sets_start, v.sets_of_region, r, n, v.usable[k], runs, count)
    return count


@compiled
def _survivors(
    c: Columns, n: Record, r: Record, runs: Longs, mask: Flags, slots: Floats, found: Longs,
    free_t: Floats, far_km: Floats,
) -> int:  # fmt: skip
    """Offers that break no rule but perhaps the specification, their partial scores in `free_t`."""
    s, t = c.sieve, c.tables
    if n.scope == SAME_PARK or (n.scope == REGION_SET and math.isinf(n.cap_2)):
        size = keep_listed(n, s.places, s.screen, s.lots, s.days, found, _listed(c.views, n, r, found))
    else:
        n_runs = _runs(c.views, n, r, runs)
        size = keep_runs(n, s.places, s.screen, s.lots, s.days, runs, n_runs, mask, found)
    lay_out(n, r, t.permit_start, t.permit_key, t.permit_free_t, slots)
    size = keep_permitted(n, c.offers, t.region_member, s.slot, s.scope, s.lots[0], slots, found, size, free_t)
    clear(n, r, t.permit_start, t.permit_key, slots)
    size = keep_affordable(n, c.offers, r, found, size, free_t, far_km)
    score_parts(n, c.offers, r, t.suitability, found, size, free_t, far_km)
    return size


@compiled
def _by_table(
    n: Record, offers: Records, r: Record, base: Longs, outcome: Bytes, value: Floats32, found: Longs, size: int,
    score: Floats,
) -> int:  # fmt: skip
    """Turn partial scores into full ones, for a need without limits of its own: windows were judged beforehand."""
    kept = 0
    for k in range(size):
        j = found[k]
        row = max(base[n.demand, offers[j].material] + j, 0)
        found[kept], score[kept] = j, full_score(r, score[k], np.float64(value[row]))
        kept += int(outcome[row] != FAILS)
    return kept


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


@compiled
def _best_bounds(scratch: Records, sizes: Longs, k: int, found: Longs, size: int, bound: Floats) -> int:
    """Put the places of the k best bounds into `scratch`."""
    sizes[0] = 0
    least = 0.0
    for at in range(size):
        if bound[at] >= least:
            enter(scratch, sizes, k, 0, bound[at], at, at)
            least = floor_of(scratch, sizes, k, 0)
    return sizes[0]


@compiled
def _by_limits(
    n: Record, i: int, offers: Records, r: Record, lists: LimitLists, kept: Kept, found: Longs, size: int,
    partial: Floats, bound: Floats, scratch: Records, sizes: Longs,
) -> None:  # fmt: skip
    """Enter the pairs of a need with limits, judging only those that could enter with a perfect specification.

    Those with the best bounds are judged first, so that the bar soon stands high.
    """
    figures, own, defaults, windows = lists.figures, lists.own, lists.defaults, lists.windows
    entries, need_sizes, need_k = kept.need_entries, kept.need_sizes, kept.need_k
    others, other_sizes, other_k, leasts = kept.offer_entries, kept.offer_sizes, kept.offer_k, kept.least
    for at in range(size):
        bound[at] = full_score(r, partial[at], 1.0)
    first = _best_bounds(scratch, sizes, len(scratch), found, size, bound)
    least = floor_of(entries, need_sizes, need_k, i) if need_k > 0 else np.inf
    for turn in range(first + size):
        at = scratch[turn].other if turn < first else turn - first
        j, best = found[at], bound[at]
        if best < least and (other_k == 0 or best < leasts[j]):
            continue
        bound[at] = -1.0
        judged = judge(figures, offers[j], own, n, defaults, windows[n.demand, offers[j].material])
        if judged.hard_failed > 0:
            continue
        score = full_score(r, partial[at], value_of(judged))
        if score >= least:
            enter(entries, need_sizes, need_k, i, score, offers[j].row, j)
            least = floor_of(entries, need_sizes, need_k, i)
        if other_k > 0 and score >= leasts[j]:
            enter(others, other_sizes, other_k, j, score, n.row, i)
            leasts[j] = floor_of(others, other_sizes, other_k, j)


@compiled
def rank(c: Columns, kept: Kept, first: int, last: int) -> int:
    """Enter every pair of needs first … last − 1 that may be among the best; returns how many were scored."""
    room = len(c.offers) + 1
    mask, found = np.empty(TILE, dtype=np.bool_), np.empty(room, dtype=np.int64)
    runs, score, far_km = np.empty(2 * room, dtype=np.int64), np.empty(room), np.empty(room)
    slots, sizes = np.zeros(c.settings[0].n_codes + 2), np.zeros(1, dtype=np.int64)
    scratch = np.empty(2 * max(kept.need_k, kept.offer_k), dtype=ENTRY)
    r, offers = c.settings[0], c.offers
    scored = 0
    for i in range(first, last):
        n = c.needs[i]
        size = _survivors(c, n, r, runs, mask, slots, found, score, far_km)
        scored += size
        if n.limits_first < n.limits_last:
            _by_limits(n, i, offers, r, c.limits, kept, found, size, score, far_km, scratch, sizes)
            continue
        size = _by_table(n, offers, r, c.base, c.outcome, c.value, found, size, score)
        if kept.need_k > 0:
            _enter_need(kept.need_entries, kept.need_sizes, kept.need_k, i, offers, found, size, score)
        if kept.offer_k > 0:
            _enter_offers(kept.offer_entries, kept.offer_sizes, kept.offer_k, kept.least, i, n.row, found, size, score)
    return scored
