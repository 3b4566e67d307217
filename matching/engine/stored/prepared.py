"""A matching prepared for good: sorted once, worked off by any chunk of needs, in any order, by anybody.

Two forms give the same bits: `PlainIndex` for NumPy, `CompiledIndex` for the compiled engine. Neither sorts or
copies offers again. `best` is the work of one chunk, `merging` unites chunks, `pairs` describes what was chosen.
"""

from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, get_type_hints

import numpy as np

from matching.engine.arrays import Needs, Offers, Rules
from matching.engine.candidates import Blocking
from matching.engine.choice import is_compiled
from matching.engine.columns import Longs
from matching.engine.index import OfferIndex, SideOrder
from matching.engine.pairing import CHUNK_PAIRS, Matching, Ranked, Side, columns_of
from matching.engine.problem import Problem
from matching.engine.results import Pairs
from matching.engine.stored.best import Best, BestOf, Chunk
from matching.engine.stored.merging import Merger, PlainMerger
from matching.engine.stored.tree import Leaf, leaves, rebuilt
from matching.engine.topk import BestPerOffer
from matching.engine.windows import WindowTable

if TYPE_CHECKING:
    from matching.engine.compiled.columns import Columns

# What a problem derives from its listings; kept with them, or every process would make its own.
DERIVED = {name: made for name, made in vars(Problem).items() if isinstance(made, cached_property)}


class Prepared(Protocol):
    """Local rows number offers and needs in the order of the index; `need_row` leads back to the caller's."""

    kind: ClassVar[str]

    @property
    def n_offers(self) -> int: ...

    @property
    def need_row(self) -> Longs: ...

    def best(self, chunk: Chunk, top: int, per: Side) -> Best:
        """The best of the chunk's needs, and the best of each offer among these needs."""

    def pairs(self, need_best: Ranked, offer_best: Ranked) -> Pairs:
        """Both selections as one table in the caller's rows, like that of `match`."""

    def merger(self, top: int) -> Merger:
        """Unites what chunks found for the offers."""

    def leaves(self) -> dict[str, Leaf]:
        """All there is to keep."""


def prepare(offers: Offers, needs: Needs, rules: Rules, today: int, *, engine: str | None = None) -> Prepared:
    """Sort both sides once; `engine` as for `match`."""
    problem = Problem(offers, needs, rules, today)
    if is_compiled(engine, len(offers), len(needs), 1):
        return _compiled(columns_of(problem))
    return PlainIndex(Matching.of(problem))


def _compiled(columns: "Columns") -> Prepared:
    from matching.engine.stored.compiled_index import CompiledIndex  # takes a second to load, so only on demand

    return CompiledIndex(columns)


def from_leaves(kind: str, found: dict[str, Leaf]) -> Prepared:
    """What `Prepared.leaves` gave, made usable again."""
    if kind == PlainIndex.kind:
        return PlainIndex.from_leaves(found)
    if find_spec("numba") is None:
        raise ValueError("this index was made for the compiled engine, and numba is not installed")
    from matching.engine.compiled.columns import Columns

    return _compiled(rebuilt(Columns, "columns", found))


@dataclass(frozen=True)
class _Sorted:
    """A `Matching` without what it repeats."""

    offers: Offers
    needs: Needs
    rules: Rules
    today: int
    index: OfferIndex
    parks: SideOrder
    regions: SideOrder
    order: Longs
    usable_start: Longs
    usable: Longs
    windows: WindowTable
    offer_row: Longs
    need_row: Longs

    @classmethod
    def of(cls, matching: Matching) -> "_Sorted":
        problem, blocking = matching.problem, matching.blocking
        views = (blocking.index, blocking.parks, blocking.regions, blocking.order)
        usable = (blocking.usable_start, blocking.usable)
        rows = (matching.offer_row, matching.need_row)
        return cls(
            problem.offers, problem.needs, problem.rules, problem.today, *views, *usable, matching.windows, *rows
        )

    def matching(self, derived: dict[str, Any]) -> Matching:
        problem: Problem = object.__new__(Problem)  # its checks read every row
        kept = {"offers": self.offers, "needs": self.needs, "rules": self.rules, "today": self.today}
        problem.__dict__.update(kept | derived)
        views = (self.index, self.parks, self.regions, self.order)
        blocking = Blocking(problem, *views, self.usable_start, self.usable)
        return Matching(problem, blocking, self.windows, self.offer_row, self.need_row)


@dataclass(frozen=True)
class PlainIndex:
    """The index of the NumPy engine."""

    matching: Matching
    kind: ClassVar[str] = "plain"

    @property
    def n_offers(self) -> int:
        return len(self.matching.problem.offers)

    @property
    def need_row(self) -> Longs:
        return self.matching.need_row

    def best(self, chunk: Chunk, top: int, per: Side) -> Best:
        (of_needs, _), (of_offers, _) = self.matching.run(top, per, CHUNK_PAIRS, slice(chunk.first, chunk.last))
        by_need = of_needs.take(np.argsort(of_needs.need, kind="stable"))  # those with limits of their own came last
        return Best(
            BestOf.of(by_need.need, by_need.offer, by_need.score),
            BestOf.of(of_offers.offer, of_offers.need, of_offers.score),
        )

    def pairs(self, need_best: Ranked, offer_best: Ranked) -> Pairs:
        return self.matching.pairs(need_best, offer_best)

    def merger(self, top: int) -> Merger:
        return PlainMerger(BestPerOffer(self.n_offers, self.need_row, top))

    def leaves(self) -> dict[str, Leaf]:
        problem = self.matching.problem
        found = dict(leaves(_Sorted.of(self.matching), "sorted"))
        for name in DERIVED:
            found |= leaves(getattr(problem, name), f"derived.{name}")
        return found

    @classmethod
    def from_leaves(cls, found: dict[str, Leaf]) -> "PlainIndex":
        hints = {name: get_type_hints(made.func)["return"] for name, made in DERIVED.items()}
        derived = {name: rebuilt(hint, f"derived.{name}", found) for name, hint in hints.items()}
        return cls(rebuilt(_Sorted, "sorted", found).matching(derived))
