"""From the best of each side to the pairs of the result, in the order of the caller's needs."""

from typing import NamedTuple

import numpy as np

from matching.engine.columns import Floats, Ints, Longs
from matching.engine.compiled.best import ENTRY, enter, sort_best_first
from matching.engine.compiled.columns import Records
from matching.engine.compiled.jit import allocating, compiled
from matching.engine.compiled.ranking import Kept

# One of the best of an offer, listed under its need.
LISTED = np.dtype([("score", "f8"), ("offer", "i4"), ("rank", "i4")])


class Selected(NamedTuple):
    """The pairs of the result: local rows, score, and ranks, −1 where a pair is not among the best of that side."""

    offer: Ints
    need: Ints
    score: Floats
    rank_for_need: Ints
    rank_for_offer: Ints


class ByNeed(NamedTuple):
    """The pairs of the offers' lists by need: need i has those from start[i] to start[i + 1]."""

    start: Longs
    listed: Records


@compiled
def sort_heaps(entries: Records, sizes: Longs, k: int) -> None:
    for owner in range(len(sizes)):
        sort_best_first(entries, owner * k, sizes[owner])


@allocating
def list_by_need(entries: Records, sizes: Longs, k: int, n_needs: int) -> ByNeed:
    """Sort the pairs of sorted heaps by need, by counting."""
    start = np.zeros(n_needs + 2, dtype=np.int64)
    for j in range(len(sizes)):
        for at in range(j * k, j * k + sizes[j]):
            start[entries[at].other + 2] += 1
    for i in range(n_needs):
        start[i + 2] += start[i + 1]
    listed = np.empty(start[n_needs + 1], dtype=LISTED)
    for j in range(len(sizes)):
        for place in range(sizes[j]):
            entry = entries[j * k + place]
            at = start[entry.other + 1]
            listed[at].score, listed[at].offer, listed[at].rank = entry.score, j, place + 1
            start[entry.other + 1] += 1
    return ByNeed(start, listed)


@compiled
def _is_kept(entries: Records, size: int, k: int, i: int, score: float, row: int) -> bool:
    """Whether a pair is among the best of its need, whose `size` entries are sorted."""
    if size < k or k == 0:
        return k > 0
    worst = entries[i * k + size - 1]
    return score > worst.score or (score == worst.score and row <= worst.tie)


@allocating
def count_pairs(kept: Kept, by_need: ByNeed, offers: Records) -> Longs:
    """How many pairs each need has in the result: its own best and what only an offer ranks."""
    counts = kept.need_sizes.copy()
    entries, sizes, k, start, listed = kept.need_entries, kept.need_sizes, kept.need_k, by_need.start, by_need.listed
    for i in range(len(counts)):
        for at in range(start[i], start[i + 1]):
            counts[i] += not _is_kept(entries, sizes[i], k, i, listed[at].score, offers[listed[at].offer].row)
    return counts


@compiled
def _place_of(entries: Records, first: int, size: int, score: float, tie: int) -> int:
    """Where a pair stands in a sorted list that holds it."""
    low, high = 0, size
    while low < high:
        middle = (low + high) >> 1
        entry = entries[first + middle]
        if entry.score > score or (entry.score == score and entry.tie < tie):
            low = middle + 1
        else:
            high = middle
    return low


@allocating
def unite_all(kept: Kept, by_need: ByNeed, start: Longs, most: int, offers: Records, s: Selected) -> None:
    """Write the pairs of each need i, at most `most`, from start[i] on."""
    extra, sizes = np.empty(most + 1, dtype=ENTRY), np.zeros(1, dtype=np.int64)
    for i in range(len(start)):
        _unite(kept, by_need, i, offers, extra, sizes, s, start[i])


@compiled
def _unite(
    kept: Kept, by_need: ByNeed, i: int, offers: Records, extra: Records, sizes: Longs, s: Selected, at: int
) -> None:
    """Write the pairs of need i from `at` on, best first.

    What only an offer ranks scores below all that the need ranks, so it follows them.
    """
    entries, size, k, listed = kept.need_entries, kept.need_sizes[i], kept.need_k, by_need.listed
    offer, need, score, need_rank, offer_rank = s.offer, s.need, s.score, s.rank_for_need, s.rank_for_offer
    for place in range(size):
        entry = entries[i * k + place]
        offer[at + place], need[at + place], score[at + place] = entry.other, i, entry.score
        need_rank[at + place], offer_rank[at + place] = place + 1, -1
    sizes[0] = 0
    for which in range(by_need.start[i], by_need.start[i + 1]):
        pair = listed[which]
        row = offers[pair.offer].row
        if _is_kept(entries, size, k, i, pair.score, row):
            offer_rank[at + _place_of(entries, i * k, size, pair.score, row)] = pair.rank
        else:
            enter(extra, sizes, len(extra), 0, pair.score, row, which)
    sort_best_first(extra, 0, sizes[0])
    for place in range(at + size, at + size + sizes[0]):
        pair = listed[extra[place - at - size].other]
        offer[place], need[place], score[place] = pair.offer, i, pair.score
        need_rank[place], offer_rank[place] = -1, pair.rank
