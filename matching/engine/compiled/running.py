"""One compiled run from sorted listings to the result."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import numpy as np

from matching.engine.columns import Longs
from matching.engine.compiled.best import ENTRY
from matching.engine.compiled.columns import Columns
from matching.engine.compiled.describing import (
    Components,
    Limits,
    Money,
    describe_components,
    describe_limits,
    describe_money,
    lay_out_pairs,
    to_caller_rows,
)
from matching.engine.compiled.jit import allocating
from matching.engine.compiled.ranking import Kept, rank
from matching.engine.compiled.scoring import BLOCK, N_ROWS, work_out
from matching.engine.compiled.selecting import Selected as Selected
from matching.engine.compiled.selecting import count_pairs, list_by_need, sort_heaps, unite_all
from matching.engine.results import Pairs
from matching.engine.topk import group_starts

DTYPES = {
    "offer": "i4",
    "need": "i4",
    "rank_for_need": "i4",
    "rank_for_offer": "i4",
    "price_known": "?",
    "overlap_days": "i4",
    "permit_line": "i4",
    "verdict": "i1",
    "specification": "f4",
    "n_unknown": "i2",
    "n_may": "i2",
}
Filled = TypeVar("Filled", bound=NamedTuple)


class Results(NamedTuple):
    """The columns of `Pairs`; `offer` and `need` are local rows until all else is written."""

    selected: Selected
    money: Money
    components: Components
    limits: Limits

    @classmethod
    def of(cls, selected: Selected) -> "Results":
        size = len(selected.offer)
        return cls(selected, _filled(Money, size), _filled(Components, size, "f4"), _filled(Limits, size))

    def as_pairs(self) -> Pairs:
        return Pairs(**{name: values for part in self for name, values in part._asdict().items()})


def best_pairs(columns: Columns, need_k: int, offer_k: int) -> Pairs:
    """The `need_k` best of each need and the `offer_k` best of each offer; 0 leaves a side out."""
    kept = empty_heaps(len(columns.needs), need_k, len(columns.offers), offer_k)
    rank(columns, kept, 0, len(columns.needs))
    selected, start, stop = _selected(columns, kept)
    del kept
    results = Results.of(selected)
    describe(columns, start, stop, results)
    return results.as_pairs()


def described(columns: Columns, selected: Selected) -> Pairs:
    """Everything about pairs given in local rows, those of a need in a row, and in the caller's rows."""
    starts = group_starts(selected.need)
    results = Results.of(selected._replace(offer=selected.offer.copy(), need=selected.need.copy()))
    describe(columns, starts[:-1].copy(), starts[1:].copy(), results)
    return results.as_pairs()


def _selected(columns: Columns, kept: Kept) -> tuple[Selected, Longs, Longs]:
    """The pairs of the result in the order of the caller's needs, and which each local need has of them."""
    sort_heaps(kept.need_entries, kept.need_sizes, kept.need_k)
    sort_heaps(kept.offer_entries, kept.offer_sizes, kept.offer_k)
    by_need = list_by_need(kept.offer_entries, kept.offer_sizes, kept.offer_k, len(columns.needs))
    counts = count_pairs(kept, by_need, columns.offers)
    start = _first_places(counts, columns.needs["row"])
    selected = _filled(Selected, int(counts.sum()))
    unite_all(kept, by_need, start, int(counts.max(initial=0)), columns.offers, selected)
    return selected, start, start + counts


def empty_heaps(n_needs: int, need_k: int, n_offers: int, offer_k: int) -> Kept:
    return Kept(
        need_k=need_k,
        need_entries=np.empty(n_needs * need_k, dtype=ENTRY),
        need_sizes=np.zeros(n_needs, dtype=np.int64),
        offer_k=offer_k,
        offer_entries=np.empty(n_offers * offer_k, dtype=ENTRY),
        offer_sizes=np.zeros(n_offers, dtype=np.int64),
        least=np.zeros(n_offers),
    )


def _first_places(counts: Longs, row: Longs) -> Longs:
    """Where the pairs of each local need begin in the result, which follows the caller's rows."""
    by_row = np.empty_like(counts)
    by_row[row] = counts
    places: Longs = (np.cumsum(by_row) - by_row)[row]
    return places


def _filled(kind: Callable[..., Filled], size: int, usual: str = "f8") -> Filled:
    names: Any = kind._fields  # type: ignore[attr-defined]
    return kind(*(np.empty(size, dtype=DTYPES.get(name, usual)) for name in names))


@allocating
def describe(c: Columns, start: Longs, stop: Longs, results: Results) -> None:
    """Fill the columns of pairs start[g] … stop[g] − 1, which are those of one need, group by group.

    Neighbours come after one another, while their offers are at hand, wherever in the result they stand.
    """
    r, block = c.settings[0], np.empty((N_ROWS, BLOCK))
    offer, need = results.selected.offer, results.selected.need
    for group in range(len(start)):
        for at in range(start[group], stop[group], BLOCK):
            n, size = c.needs[need[at]], min(BLOCK, stop[group] - at)
            lay_out_pairs(c, n, r, offer, at, size, block, results.money.permit_line)
            work_out(block, n, r, size)
            describe_money(block, n, at, size, results.money)
            describe_components(block, at, size, results.components)
            describe_limits(c.limits, c.offers, n, block, offer, at, size, results.limits)
            to_caller_rows(c.offers, n, offer, need, at, size)
