"""What each row holds of each facet, for one searcher: to narrow by and to count."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np

from .columns import VOCABULARIES, Columns, Ints, taken
from .facets import BY_NAME, FRESHNESS_BANDS, FRESHNESS_DAYS, HIDDEN_PRICE, Facet
from .gathering import HIDDEN_DOCUMENTS, NO_DOCUMENTS
from .placing import Flags
from .query import SearchQuery

_MANY = {"code": "codes", "evidence": "evidence"}
_BAND_BY_AGE = np.searchsorted(FRESHNESS_DAYS, np.arange(FRESHNESS_DAYS[-1] + 2))
_HIDDEN = VOCABULARIES["price"][HIDDEN_PRICE]


@dataclass
class FacetValues:
    """Values of facets as whole numbers, for the `rows` in question. Read once each."""

    columns: Columns
    query: SearchQuery
    rows: Ints
    _read: dict[str, Ints] = field(default_factory=dict)

    def chosen(self, facet: str, values: Collection[str]) -> Flags:
        """Which of the rows hold one of the values."""
        if facet in _MANY:
            return self._chosen_of_many(facet, values)
        words = FRESHNESS_BANDS if facet == "freshness" else VOCABULARIES[facet].words
        wanted = np.zeros(len(words), dtype=np.bool_)
        wanted[[number for number, word in enumerate(words) if word in values]] = True
        return wanted[self._single(facet)]

    def counts(self, facet: str, among: Flags | None) -> dict[str, int]:
        """How many of the rows, or of those `among` them, hold each value."""
        if facet in _MANY:
            return _most(BY_NAME[facet], self._counts_of_many(facet, among))
        values = self._single(facet)
        words = FRESHNESS_BANDS if facet == "freshness" else VOCABULARIES[facet].words
        found = np.bincount(values if among is None else values[among], minlength=len(words))
        return _most(BY_NAME[facet], {words[number]: int(found[number]) for number in np.flatnonzero(found)})

    def _single(self, facet: str) -> Ints:
        if facet not in self._read:
            self._read[facet] = self._values(facet)
        return self._read[facet]

    def _values(self, facet: str) -> Ints:
        rows, level = self.rows, int(self.query.level)
        if facet == "freshness":
            age = self.query.today.toordinal() - taken(self.columns["confirmed_on"], rows)
            bands: Ints = _BAND_BY_AGE[np.clip(age, 0, len(_BAND_BY_AGE) - 1)]
            return bands
        values: Ints = taken(self.columns[facet], rows)
        if facet == "price":
            return np.where(taken(self.columns["price_from"], rows) <= level, values, _HIDDEN)
        if facet == "park":
            return np.where(taken(self.columns["place_from"], rows) <= level, values, 0)
        return values

    # --- several values a row ---

    def _shown(self, facet: str) -> Flags:
        """Rows of all whose documents the searcher may know of; everybody may know the codes."""
        if facet == "code":
            return np.ones(len(self.columns), dtype=np.bool_)
        shown: Flags = self.columns["evidence_from"] <= int(self.query.level)
        return shown

    def _chosen_of_many(self, facet: str, values: Collection[str]) -> Flags:
        many, shown = self.columns.many[_MANY[facet]], self._shown(facet)
        wanted = np.isin(many.values, VOCABULARIES[_MANY[facet]].known(values))
        holds = np.zeros(len(self.columns), dtype=np.bool_)
        holds[many.rows[wanted]] = True
        holds &= shown
        if facet == "evidence":
            if HIDDEN_DOCUMENTS in values:
                holds |= ~shown
            if NO_DOCUMENTS in values:
                holds |= shown & (many.numbers == 0)
        return holds[self.rows]

    def _counts_of_many(self, facet: str, among: Flags | None) -> dict[str, int]:
        many, shown = self.columns.many[_MANY[facet]], self._shown(facet)
        counted = np.zeros(len(self.columns), dtype=np.bool_)
        counted[self.rows if among is None else self.rows[among]] = True
        seen = counted & shown
        words = VOCABULARIES[_MANY[facet]].words
        found = np.bincount(many.values[seen[many.rows]], minlength=len(words))
        counts = {words[number]: int(found[number]) for number in np.flatnonzero(found)}
        if facet == "evidence":
            counts[HIDDEN_DOCUMENTS] = int(np.count_nonzero(counted & ~shown))
            counts[NO_DOCUMENTS] = int(np.count_nonzero(seen & (many.numbers == 0)))
        return counts


def _most(facet: Facet, counts: dict[str, int]) -> dict[str, int]:
    """The most frequent values first, equals by name; as many as the facet shows."""
    order = sorted((-number, value) for value, number in counts.items() if number and value)
    return {value: -number for number, value in order[: facet.most]}
