"""Ranges of offers and limits of needs for the pairs of one listing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from matching.engine.arrays import Limits, Ranges
from matching.engine.columns import Flags, Longs
from matching.inputs import limit_table, range_table
from matching.rows import Rows, limited_of, limits_of, ranges_of
from matching.single.pairs import SpecificationRows
from matching.single.question import Question
from matching.single.standing_entries import Entries, places_of

Read = Callable[[Sequence[int]], Rows]


class Details:
    """What the other side's rows say, from the standing index or the tables, and the listing's own part, read once."""

    def __init__(self, question: Question, standing: Entries | None = None) -> None:
        self.question, self.standing = question, standing
        self.is_offer = question.listing.is_offer

    def of(self, rows: Rows) -> SpecificationRows:
        """For these slim rows, in their order."""
        if self.is_offer:
            limits = limit_table(self._said(rows, limits_of), len(rows["pk"]), self.question.known)
            return SpecificationRows(self._own_ranges, limits)
        ranges = range_table(self._said(rows, ranges_of), len(rows["pk"]), self.question.known)
        return SpecificationRows(ranges, self._own_limits)

    def are_limited(self, rows: Rows) -> Flags:
        """To which pairs limits of the need itself apply."""
        if not self.is_offer:
            return np.full(len(rows["pk"]), len(self._own_limits.property) > 0)
        limited = np.zeros(len(rows["pk"]), dtype=bool)
        anew = rows["place"] < 0
        if anew.any():
            limited[anew] = np.isin(rows["pk"][anew], limited_of(rows["pk"][anew].tolist()))
        if self.standing is not None:
            limited[~anew] = self.standing.counts(rows["place"][~anew]) > 0
        return limited

    @property
    def _own_pk(self) -> Longs:
        return np.array([self.question.listing.pk], dtype=np.int64)

    @cached_property
    def _own_ranges(self) -> Ranges:
        return range_table(_read(ranges_of, self._own_pk), 1, self.question.known)

    @cached_property
    def _own_limits(self) -> Limits:
        return limit_table(_read(limits_of, self._own_pk), 1, self.question.known)

    def _said(self, rows: Rows, read: Read) -> Rows:
        anew = np.flatnonzero(rows["place"] < 0)
        if self.standing is None or len(anew) == len(rows["pk"]):
            return _read(read, rows["pk"])
        stood = np.flatnonzero(rows["place"] >= 0)
        said = _of_owners(stood, self.standing.at(rows["place"][stood]))
        if not len(anew):
            return said
        fresh = _of_owners(anew, _read(read, rows["pk"][anew]))
        return {name: np.concatenate((said[name], fresh[name])) for name in said}


def _read(read: Read, pks: Longs) -> Rows:
    """From the tables, with the row of each owner among the keys instead of its key."""
    details = read(pks.tolist())
    return {**details, "owner": places_of(details["owner"], pks)[0]}


def _of_owners(rows: Longs, details: Rows) -> Rows:
    """With the row that each owner is in a larger table."""
    return {**details, "owner": rows[details["owner"]]}
