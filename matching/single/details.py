"""Ranges of offers and limits of needs for the pairs of one listing."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from matching.engine.arrays import Limits, Ranges
from matching.engine.columns import Longs
from matching.inputs import limit_table, range_table
from matching.rows import Rows, limits_of, ranges_of
from matching.single.pairs import SpecificationRows
from matching.single.question import Question


class Details:
    """Reads what the other side's rows say, and the listing's own part once."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.is_offer = question.listing.is_offer

    def of(self, pks: Longs) -> SpecificationRows:
        """For rows with these keys, in their order."""
        if self.is_offer:
            return SpecificationRows(ranges=self._own_ranges, limits=self._limits(pks))
        return SpecificationRows(ranges=self._ranges(pks), limits=self._own_limits)

    @property
    def _own_pk(self) -> Longs:
        return np.array([self.question.listing.pk], dtype=np.int64)

    @cached_property
    def _own_ranges(self) -> Ranges:
        return self._ranges(self._own_pk)

    @cached_property
    def _own_limits(self) -> Limits:
        return self._limits(self._own_pk)

    def _ranges(self, pks: Longs) -> Ranges:
        return range_table(_by_row(ranges_of(pks.tolist()), pks), len(pks), self.question.known)

    def _limits(self, pks: Longs) -> Limits:
        return limit_table(_by_row(limits_of(pks.tolist()), pks), len(pks), self.question.known)


def _by_row(details: Rows, pks: Longs) -> Rows:
    """With the row of each owner among the keys instead of its key."""
    order = np.argsort(pks)
    return {**details, "owner": order[np.searchsorted(pks[order], details["owner"])]}
