"""The best few pairs of each need or offer: by score, then by the row of the other side."""

from dataclasses import dataclass, field

import numpy as np

from matching.engine.columns import Flags, Floats, Ints, Longs

EVERY = 2**31 - 1
BUFFERED_PAIRS = 2_000_000


def group_starts(sorted_owner: Longs | Ints) -> Longs:
    """Where each run of equal owners begins, and the end.

    >>> group_starts(np.array([3, 3, 5])).tolist()
    [0, 2, 3]
    """
    if not len(sorted_owner):
        return np.zeros(1, dtype=np.int64)
    inner = np.flatnonzero(sorted_owner[1:] != sorted_owner[:-1]) + 1
    return np.concatenate(([0], inner, [len(sorted_owner)])).astype(np.int64)


def kth_largest(values: Floats, starts: Longs, k: int) -> Floats:
    """The k-th largest value of each group, −inf where a group has no more than k. O(n) by partial selection."""
    kth = np.full(len(starts) - 1, -np.inf)
    for group in np.flatnonzero(np.diff(starts) > k).tolist():
        part = values[starts[group] : starts[group + 1]].copy()
        part.partition(len(part) - k)
        kth[group] = part[len(part) - k]
    return kth


def reach(values: Floats, starts: Longs, least: Floats) -> Flags:
    """Which values are no less than their group's least."""
    met: Flags = values >= np.repeat(least, np.diff(starts))
    return met


def ranked(owner: Longs, score: Floats, other: Longs, k: int) -> tuple[Longs, Ints]:
    """Positions of the k best of each owner, by owner and rank, and the ranks from 1 on."""
    order = np.lexsort((other, -score, owner))
    starts = group_starts(owner[order])
    rank = np.arange(len(order)) - np.repeat(starts[:-1], np.diff(starts)) + 1
    kept = rank <= k
    return order[kept], rank[kept].astype(np.int32)


@dataclass
class Scored:
    """Pairs and their scores."""

    offer: Longs
    need: Longs
    score: Floats

    def take(self, rows: Longs | Flags) -> "Scored":
        return Scored(self.offer[rows], self.need[rows], self.score[rows])

    @classmethod
    def joined(cls, parts: "list[Scored]") -> "Scored":
        empty = Scored(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0))
        parts = [empty, *parts]
        offer, need, score = (np.concatenate([getattr(p, n) for p in parts]) for n in ("offer", "need", "score"))
        return cls(offer, need, score)


def best_per_need(pairs: Scored, offer_row: Longs, k: int) -> tuple[Scored, Ints]:
    """The k best of each need; pairs must come grouped by need. `offer_row` breaks ties."""
    starts = group_starts(pairs.need)
    near = pairs.take(np.flatnonzero(reach(pairs.score, starts, kth_largest(pairs.score, starts, k))))
    chosen, rank = ranked(near.need, near.score, offer_row[near.offer], k)
    return near.take(chosen), rank


@dataclass
class BestPerOffer:
    """Keeps the k best of each offer while pairs stream by in any order; memory is bounded by k × offers."""

    n_offers: int
    need_row: Longs
    k: int
    parts: list[Scored] = field(default_factory=list)
    buffered: int = 0
    least: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.least = np.full(self.n_offers, -np.inf)

    def add(self, pairs: Scored) -> None:
        kept = pairs.take(np.flatnonzero(pairs.score >= self.least[pairs.offer]))
        self.parts.append(kept)
        self.buffered += len(kept.offer)
        if self.buffered > BUFFERED_PAIRS and self.k < EVERY:
            self._compact()

    def result(self) -> tuple[Scored, Ints]:
        pairs = Scored.joined(self.parts)
        chosen, rank = ranked(pairs.offer, pairs.score, self.need_row[pairs.need], self.k)
        return pairs.take(chosen), rank

    def _compact(self) -> None:
        best, rank = self.result()
        last = rank == self.k
        self.least[best.offer[last]] = best.score[last]
        self.parts, self.buffered = [best], 0
