"""Matching two spreadsheets without posting anything: rows to arrays, pairs to rows."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from django.conf import settings

from listings.knowledge import catalogue
from listings.understanding.catalogue import Catalogue
from listings.understanding.hazards import forbidden_uses
from listings.understanding.materials import understand
from listings.understanding.results import Understanding
from matching.demands import Demand, DemandTable
from matching.engine import Limits, Needs, Offers, Ranges, Rule, Rules, evaluate, match
from matching.engine.arrays import OPEN_FROM, OPEN_TO
from matching.engine.codes import RULE_COLUMN, RULES, Outcome, Verdict
from matching.engine.results import PairColumns
from matching.file_rows import FileRow
from matching.knowledge import Knowledge, knowledge, road_haulage

# Readings of an offer that are at least this sure, beside the best one, are tried too.
ALTERNATIVE = 0.15
MOST_READINGS = 3
MOST_EXPLAINED = 5_000_000
COMPONENTS = ("suitability", "specification", "distance", "cost", "quantity", "time", "quality")


@dataclass(frozen=True)
class FilePair:
    """One line of the result. `distance_km` is NaN where a row has no coordinates."""

    need: FileRow
    offer: FileRow
    rank: int
    score: float
    verdict: Verdict
    distance_km: float
    landed_per_t: float
    quantity_t: float
    reasons: tuple[str, ...]
    components: tuple[float, ...]


@dataclass(frozen=True)
class Reading:
    """An offer row read as one material: which row of the file, which column of the rules, how surely."""

    offer: int
    column: int
    sureness: float


class FileMatcher:
    """The engine on rows of two files. Coordinates, quantities, prices may be missing; what is missing decides nothing."""

    def __init__(self, offers: Sequence[FileRow], needs: Sequence[FileRow], day: dt.date) -> None:
        self.offers, self.needs, self.day = offers, needs, day.toordinal()
        self.known: Knowledge = knowledge()
        self.words: Catalogue = catalogue()
        self.demands = DemandTable(self.known)
        self._texts: dict[tuple[str, str, str, str], Understanding] = {}
        self.readings = [reading for row in range(len(offers)) for reading in self._readings(row)]
        self.need_arrays = self._needs()
        self.offer_arrays = self._offers()
        self.rules = self._rules()

    def pairs(self, *, top: int, explain: bool) -> Iterator[FilePair]:
        """Best pairs of each need in file order; with `explain` the rejected ones of each need after them."""
        if explain and len(self.readings) * len(self.needs) > MOST_EXPLAINED:
            raise ValueError(f"too many pairs to explain each: at most {MOST_EXPLAINED}")
        for need in range(len(self.needs)):
            yield from self._of_need(need, top, explain)

    def _of_need(self, need: int, top: int, explain: bool) -> Iterator[FilePair]:
        rows = np.arange(len(self.readings))
        if not explain:
            rows = self._matched(need, top)
        raise NotImplementedError
