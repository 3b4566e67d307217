"""Unites the best of each need with the best of each offer, each pair once, in the order of the result."""

import numpy as np

from matching.engine.columns import Floats, Ints, Longs
from matching.engine.compiled.best import ENTRY, enter, sort_best_first
from matching.engine.compiled.columns import Records
from matching.engine.compiled.jit import compiled
from matching.engine.compiled.ranking import Kept

# One of the best of an offer, listed under its need.
LISTED = np.dtype([("score", "f8"), ("offer", "i4"), ("rank", "i4")])


@compiled
def sort_heaps(entries: Records, sizes: Longs, k: int) -> None:
    for owner in range(len(sizes)):
        sort_best_first(entries, owner * k, sizes[owner])


@compiled
def list_by_need(entries: Records, sizes: Longs, k: int, n_needs: int) -> tuple[Longs, Records]:
    """Sort the pairs of sorted heaps by need, by counting: where each need's pairs begin, and the pairs."""
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
    return start, listed


@compiled
def _place_of(offers: Ints, first: int, last: int, offer: int) -> int:
    for at in range(first, last):
        if offers[at] == offer:
            return at
    return -1


@compiled
def unite(
    kept: Kept, start: Longs, listed: Records, order: Longs, rows: Records, offer: Ints, need: Ints, score: Floats,
    need_rank: Ints, offer_rank: Ints,
) -> int:  # fmt: skip
    """Write the pairs of all needs in the given order, each need's best first; returns how many.

    A pair that only the offer ranks scores below all that the need ranks, so it follows them. Ranks are −1 at first.
    """
    entries, sizes, k = kept.need_entries, kept.need_sizes, kept.need_k
    extra, n_extra = np.empty(int((start[1:] - start[:-1]).max()), dtype=ENTRY), np.zeros(1, dtype=np.int64)
    size = 0
    for i in order:
        first, n_extra[0] = size, 0
        for place in range(sizes[i]):
            entry = entries[i * k + place]
            offer[size], need[size], score[size], need_rank[size] = entry.other, i, entry.score, place + 1
            size += 1
        for at in range(start[i], start[i + 1]):
            there = _place_of(offer, first, size, listed[at].offer)
            if there >= 0:
                offer_rank[there] = listed[at].rank
            else:
                enter(extra, n_extra, len(extra), 0, listed[at].score, rows[listed[at].offer].row, at)
        sort_best_first(extra, 0, n_extra[0])
        for place in range(n_extra[0]):
            pair = listed[extra[place].other]
            offer[size], need[size], score[size], offer_rank[size] = pair.offer, i, pair.score, pair.rank
            size += 1
    return size
