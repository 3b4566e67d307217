"""One compiled run from sorted listings to the result."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import numpy as np

from matching.engine.columns import Floats, Ints, Longs
from matching.engine.compiled.best import ENTRY
from matching.engine.compiled.columns import Columns
from matching.engine.compiled.describing import (
    Components,
    Limits,
    Money,
    describe_components,
    describe_limits,
    describe_money,
)
from matching.engine.compiled.ranking import Kept, rank
from matching.engine.compiled.selecting import list_by_need, sort_heaps, unite
from matching.engine.results import Pairs

DTYPES = {
    "price_known": "?",
    "overlap_days": "i4",
    "permit_line": "i4",
    "verdict": "i1",
    "specification": "f4",
    "n_unknown": "i2",
    "n_may": "i2",
}
Filled = TypeVar("Filled", bound=NamedTuple)


class Selected(NamedTuple):
    """The pairs of the result: local rows, score, and ranks, −1 where a pair is not among the best of that side."""

    offer: Ints
    need: Ints
    score: Floats
    need_rank: Ints
    offer_rank: Ints

    @classmethod
    def of_size(cls, size: int) -> "Selected":
        rows, ranks = (np.empty((2, size), dtype=np.int32) for _ in range(2))
        ranks.fill(-1)
        return cls(rows[0], rows[1], np.empty(size), ranks[0], ranks[1])

    def first(self, size: int) -> "Selected":
        offer, need, score, need_rank, offer_rank = self
        return Selected(offer[:size], need[:size], score[:size], need_rank[:size], offer_rank[:size])


def best_pairs(columns: Columns, need_k: int, offer_k: int) -> Pairs:
    """The `need_k` best of each need and the `offer_k` best of each offer; 0 leaves a side out."""
    kept = _empty_heaps(len(columns.needs), need_k, len(columns.offers), offer_k)
    rank(columns, kept, 0, len(columns.needs))
    s = _selected(columns, kept)
    del kept
    size = len(s.offer)
    money, parts, limits = _filled(Money, size), _filled(Components, size, "f4"), _filled(Limits, size)
    describe_money(columns, s.offer, s.need, money)
    describe_components(columns, s.offer, s.need, parts)
    describe_limits(columns, s.offer, s.need, limits)
    return Pairs(
        offer=columns.offers["row"][s.offer],
        need=columns.needs["row"][s.need].astype(np.int32),
        score=s.score,
        rank_for_need=s.need_rank,
        rank_for_offer=s.offer_rank,
        **money._asdict(),
        **parts._asdict(),
        **limits._asdict(),
    )


def _empty_heaps(n_needs: int, need_k: int, n_offers: int, offer_k: int) -> Kept:
    return Kept(
        need_k=need_k,
        need_entries=np.empty(n_needs * need_k, dtype=ENTRY),
        need_sizes=np.zeros(n_needs, dtype=np.int64),
        offer_k=offer_k,
        offer_entries=np.empty(n_offers * offer_k, dtype=ENTRY),
        offer_sizes=np.zeros(n_offers, dtype=np.int64),
        least=np.zeros(n_offers),
    )


def _selected(columns: Columns, kept: Kept) -> Selected:
    sort_heaps(kept.need_entries, kept.need_sizes, kept.need_k)
    sort_heaps(kept.offer_entries, kept.offer_sizes, kept.offer_k)
    start, listed = list_by_need(kept.offer_entries, kept.offer_sizes, kept.offer_k, len(columns.needs))
    room = Selected.of_size(int(kept.need_sizes.sum()) + len(listed))
    size = unite(kept, start, listed, _rows_in_order(columns), columns.offers, *room)
    return room.first(size)


def _rows_in_order(columns: Columns) -> Longs:
    """Local rows of the needs, in the order of the caller's rows."""
    return np.argsort(columns.needs["row"])


def _filled(kind: Callable[..., Filled], size: int, usual: str = "f8") -> Filled:
    names: Any = kind._fields  # type: ignore[attr-defined]
    return kind(*(np.empty(size, dtype=DTYPES.get(name, usual)) for name in names))
