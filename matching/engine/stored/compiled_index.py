"""The index of the compiled engine: the columns its kernels read."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from matching.engine.columns import Floats, Ints, Longs, ragged_arange
from matching.engine.compiled.best import ENTRY, enter, floor_of
from matching.engine.compiled.columns import Columns, Records
from matching.engine.compiled.jit import compiled
from matching.engine.compiled.ranking import rank
from matching.engine.compiled.running import Selected, described, empty_heaps
from matching.engine.compiled.selecting import sort_heaps
from matching.engine.pairing import Ranked, Side, united
from matching.engine.results import Pairs
from matching.engine.stored.best import Best, BestOf, Chunk
from matching.engine.stored.merging import Merger
from matching.engine.stored.tree import Leaf, leaves


@dataclass(frozen=True)
class CompiledIndex:
    columns: Columns
    kind: ClassVar[str] = "compiled"

    @property
    def n_offers(self) -> int:
        return len(self.columns.offers)

    @property
    def need_row(self) -> Longs:
        rows: Longs = self.columns.needs["row"]
        return rows

    def best(self, chunk: Chunk, top: int, per: Side) -> Best:
        """Room for `top` pairs of every offer is asked for, but the system gives only what is written to."""
        needs = self.columns.needs[chunk.first : chunk.last]
        kept = empty_heaps(len(needs), 0 if per == "offer" else top, self.n_offers, 0 if per == "need" else top)
        rank(self.columns._replace(needs=needs), kept, 0, len(needs))
        of_needs = _best_of(kept.need_entries, kept.need_sizes, kept.need_k)
        of_offers = _best_of(kept.offer_entries, kept.offer_sizes, kept.offer_k)
        of_needs.owner[:] += np.int32(chunk.first)
        of_offers.other[:] += np.int32(chunk.first)
        return Best(of_needs, of_offers)

    def pairs(self, need_best: Ranked, offer_best: Ranked) -> Pairs:
        both = united(need_best, offer_best, self.n_offers)
        tie, row = self.columns.offers["row"][both.offer], self.need_row[both.need]
        order = np.lexsort((tie, -both.score, row))
        offer, need = both.offer[order].astype(np.int32), both.need[order].astype(np.int32)
        return described(
            self.columns, Selected(offer, need, both.score[order], both.need_rank[order], both.offer_rank[order])
        )

    def merger(self, top: int) -> Merger:
        return CompiledMerger.of(self, top)

    def leaves(self) -> dict[str, Leaf]:
        return dict(leaves(self.columns, "columns"))


@dataclass(frozen=True)
class CompiledMerger:
    """A heap of `top` for each offer."""

    top: int
    entries: Records
    sizes: Longs
    need_row: Ints

    @classmethod
    def of(cls, index: CompiledIndex, top: int) -> "CompiledMerger":
        entries, sizes = np.empty(index.n_offers * top, dtype=ENTRY), np.zeros(index.n_offers, dtype=np.int64)
        return cls(top, entries, sizes, index.need_row.astype(np.int32))

    def add(self, of_offers: BestOf) -> None:
        _enter_all(self.entries, self.sizes, self.top, of_offers.owner, of_offers.other, of_offers.score, self.need_row)

    def result(self) -> BestOf:
        return _best_of(self.entries, self.sizes, self.top)


@compiled
def _enter_all(entries: Records, sizes: Longs, k: int, owner: Ints, other: Ints, score: Floats, tie: Ints) -> None:
    for at in range(len(owner)):
        if score[at] >= floor_of(entries, sizes, k, owner[at]):
            enter(entries, sizes, k, owner[at], score[at], tie[other[at]], other[at])


def _best_of(entries: Records, sizes: Longs, k: int) -> BestOf:
    """What the heaps hold, as one list; the heaps are sorted in place."""
    sort_heaps(entries, sizes, k)
    held = np.flatnonzero(sizes)
    counts = sizes[held]
    kept = entries[ragged_arange(held * k, counts)]
    return BestOf(np.repeat(held, counts).astype(np.int32), kept["other"].copy(), kept["score"].copy())
