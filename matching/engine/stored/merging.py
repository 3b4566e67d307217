"""From the best of each chunk to the result: exact, whatever the chunks were and in whatever order they came."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from matching.engine.columns import Ints, Longs
from matching.engine.pairing import Ranked, Side
from matching.engine.results import Pairs
from matching.engine.stored.best import Best, BestOf, Chunk
from matching.engine.topk import BestPerOffer, Scored

if TYPE_CHECKING:
    from matching.engine.stored.prepared import Prepared

NOTHING: Ranked = (Scored.joined([]), np.empty(0, dtype=np.int32))


class Merger(Protocol):
    """Keeps the best pairs of each offer of all that is added. What comes first changes nothing."""

    def add(self, of_offers: BestOf) -> None: ...

    def result(self) -> BestOf: ...


@dataclass(frozen=True)
class PlainMerger:
    kept: BestPerOffer

    def add(self, of_offers: BestOf) -> None:
        self.kept.add(of_offers.as_offers_pairs())

    def result(self) -> BestOf:
        pairs, _ranks = self.kept.result()
        return BestOf.of(pairs.offer, pairs.need, pairs.score)


@dataclass(frozen=True)
class OfferSide:
    """The best of each offer in the order of the needs, so that each chunk finds its own as one slice."""

    pairs: Scored
    rank: Ints

    @classmethod
    def of(cls, merged: BestOf) -> "OfferSide":
        order = np.argsort(merged.other, kind="stable")
        sorted_best = BestOf(merged.owner[order], merged.other[order], merged.score[order])
        return cls(sorted_best.as_offers_pairs(), merged.ranks()[order])

    def of_chunk(self, chunk: Chunk) -> Ranked:
        first, last = np.searchsorted(self.pairs.need, (chunk.first, chunk.last))
        return self.pairs.take(np.arange(first, last)), self.rank[first:last]


def pieces(
    index: "Prepared", chunks: Sequence[Chunk], best_of: Callable[[Chunk], Best], top: int, per: Side
) -> Iterator[Pairs]:
    """The result chunk by chunk, in the caller's rows; `best_of` is asked for each chunk twice.

    Memory: `top` pairs of each offer, and one chunk.
    """
    merger = index.merger(top)
    if per != "need":
        for chunk in chunks:
            merger.add(best_of(chunk).of_offers)
    offer_side = OfferSide.of(merger.result())
    del merger
    for chunk in chunks:
        of_needs = best_of(chunk).of_needs
        yield index.pairs((of_needs.as_needs_pairs(), of_needs.ranks()), offer_side.of_chunk(chunk))


def whole(parts: Sequence[Pairs]) -> Pairs:
    """All pieces as one table in the order of `match`: by the caller's row of the need."""
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in vars(parts[0])}
    order: Longs = np.argsort(columns["need"], kind="stable")
    return Pairs(**{name: values[order] for name, values in columns.items()})
