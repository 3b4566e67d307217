"""Rows of two spreadsheets as the engine's arrays: what is not said is found from the text, or stays unknown."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from django.conf import settings

from listings.knowledge import catalogue
from listings.understanding.catalogue import Catalogue
from listings.understanding.figures import Figure
from listings.understanding.grades import names_grade, puts_up
from listings.understanding.materials import Side, understand
from listings.understanding.results import Ranked, Understanding
from matching.bases import AS_RECEIVED, DRY, UNSAID
from matching.demands import Demand, DemandTable
from matching.engine import Limits, Needs, Offers, Ranges, Rules
from matching.engine.arrays import OPEN_FROM, OPEN_TO
from matching.engine.columns import Floats, Longs
from matching.file_figures import is_wanted_range, range_of, value_or
from matching.file_rows import FileRow
from matching.knowledge import Knowledge, knowledge, road_haulage
from matching.permits import transposed

# Readings of an offer that come this near to the best one are tried beside it.
ALTERNATIVE = 0.25
MOST_READINGS = 3
# A use that is less sure than this is a guess, and must neither lend its limits nor forbid anything.
PROBABLE_USE = 0.2
# A use with this share of the surest may be meant too, which is enough to ask about a contamination.
HINTED_USE = 0.3
TRACE_UNIT = "mg/kg"
SAID_BASES = {"dry": DRY, "as_received": AS_RECEIVED}

ReadTexts = dict[tuple[Side, str, str, str], Understanding]  # by side, text, waste code and industry
SideArrays = TypeVar("SideArrays", Offers, Needs)


@dataclass(frozen=True)
class Reading:
    """A row of the offers file read as one material: its column in the rules, and its share of the best reading."""

    row: int
    column: int
    share: float


class FileArrays:
    """Offers (one row for each reading), needs and rules of two files.

    `read` keeps what was understood of each text, for those who match the same texts again.
    """

    def __init__(
        self, offers: Sequence[FileRow], needs: Sequence[FileRow], day: dt.date, read: ReadTexts | None = None
    ) -> None:
        self.offer_rows, self.need_rows, self.day = offers, needs, day.toordinal()
        self.known: Knowledge = knowledge()
        self.words: Catalogue = catalogue()
        self.demands = DemandTable(self.known)
        self._read: ReadTexts = {} if read is None else read
        self.readings = [reading for row in range(len(offers)) for reading in self._readings(row)]
        self.need_materials = [self._wanted(need) for need in needs]
        self.need_demands = [self.demands.row(self._demand(row)) for row in range(len(needs))]

    def understood(self, row: FileRow, side: Side) -> Understanding:
        code = row.code.code if row.code and row.code.scheme == "EWC" else ""
        key = (side, row.description, code, row.industry)
        if key not in self._read:
            self._read[key] = understand(
                row.description, self.words, side=side, code=code or None, industry=row.industry or None
            )
        return self._read[key]

    def _readings(self, row: int) -> list[Reading]:
        offer = self.offer_rows[row]
        found = self.understood(offer, "offer")
        hazards = frozenset(found.hazards)
        return [
            Reading(row, self.demands.column(self.known.row_of_slug[slug], hazards), share)
            for slug, share in self._materials(offer, found.materials)
        ]

    def _materials(self, row: FileRow, ranked: Sequence[Ranked]) -> list[tuple[str, float]]:
        """The materials a row may be, the first with share 1."""
        if row.material:
            return [(row.material, 1.0)]
        known = [entry for entry in ranked if entry.slug in self.known.row_of_slug][:MOST_READINGS]
        return [
            (entry.slug, share) for entry in known if (share := entry.confidence / known[0].confidence) >= ALTERNATIVE
        ]

    def _wanted(self, need: FileRow) -> dict[int, float]:
        """Rows of the materials a need is about, each with its share of the surest."""
        rows = self.known.row_of_slug
        shares = {need.material: 1.0} if need.material else _shares(self.understood(need, "need").materials)
        return {rows[slug]: share for slug, share in shares.items() if slug in rows}

    def _demand(self, row: int) -> Demand:
        need, uses = self.need_rows[row], self.known.use_slugs
        read = self.understood(need, "need")
        shares, hints = _shares(_probable(read.uses)), _shares(read.uses)
        return Demand(
            materials=tuple(self.need_materials[row].items()),
            uses=tuple((uses[slug], share) for slug, share in shares.items() if slug in uses),
            guessed=not need.material,
            hinted=frozenset(uses[slug] for slug, share in hints.items() if share >= HINTED_USE and slug in uses),
            named=frozenset(read.hazards),
            tolerant=puts_up(need.description) or self._limits_traces(need),
            exacting=names_grade(need.description),
        )

    def _limits_traces(self, need: FileRow) -> bool:
        """It says how much of an impurity it takes: then that limit decides, not the name of the impurity."""
        limits = (figure.property_slug for figure in self._found(need, "need") if figure.kind == "limit")
        return any(self._units[slug] == TRACE_UNIT for slug in limits)

    @cached_property
    def _units(self) -> dict[str, str]:
        return {each.slug: each.unit for each in self.words.properties}

    @cached_property
    def reading_row(self) -> Longs:
        """Row of the offers file, by reading."""
        return np.array([reading.row for reading in self.readings], dtype=np.int64)

    @cached_property
    def reading_share(self) -> Floats:
        return np.array([reading.share for reading in self.readings], dtype=np.float64)

    @cached_property
    def reading_material(self) -> Longs:
        """Row of the materials, by reading."""
        columns = np.array([reading.column for reading in self.readings], dtype=np.int64)
        return self.demands.base_material[columns].astype(np.int64)

    def likeness(self, need: Longs, material: Longs) -> Floats:
        """How surely each material is what the words of the need beside it are about, 0 to 1."""
        keys, shares = self._likenesses
        wanted = need * len(self.known.materials) + material
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return np.where(keys[place] == wanted, shares[place], 0.0)

    def likest(self, materials: Longs) -> Floats:
        """By need, the most that any of these materials is what its words are about."""
        keys, shares = self._likenesses
        held = np.flatnonzero(np.isin(keys % len(self.known.materials), materials) & (keys >= 0))
        most = np.zeros(len(self.need_rows))
        np.maximum.at(most, keys[held] // len(self.known.materials), shares[held])
        return most

    @cached_property
    def _likenesses(self) -> tuple[Longs, Floats]:
        """(need, material) of each share as one rising number, and the share; −1 leads where there is none."""
        size = len(self.known.materials)
        rows = [(-1, 0.0)]
        for need, shares in enumerate(self.need_materials):
            rows += sorted((need * size + material, share) for material, share in shares.items())
        keys, values = transposed(rows, 2)
        return np.array(keys, dtype=np.int64), np.array(values, dtype=np.float64)

    @cached_property
    def needs(self) -> Needs:
        rows = self.need_rows
        limits = [(row, slug, *window) for row, need in enumerate(rows) for slug, window in self._windows(need)]
        owner, slugs, low, high = transposed(limits, 4)
        return Needs.build(
            len(rows),
            **_common(rows),
            max_distance_km=[row.max_distance_km for row in rows],
            demand=self.need_demands,
            accepts_hazardous=True,
            limits=Limits.from_columns(
                len(rows), owner=owner, property=self._properties(slugs), low=low, high=high, hard=True
            ),
        )

    @cached_property
    def offers(self) -> Offers:
        rows = [self.offer_rows[reading.row] for reading in self.readings]
        figures = [(row, *figure) for row, offer in enumerate(rows) for figure in self._figures(offer)]
        return Offers.build(
            len(rows),
            **_common(rows),
            material=[reading.column for reading in self.readings],
            hazardous=[bool(row.code and row.code.hazardous) for row in rows],
            properties=self._ranges(figures, len(rows)),
        )

    @cached_property
    def rules(self) -> Rules:
        """No permits and no lists in a file: those rules are not checked."""
        return Rules.build(
            **self.demands.matrices(),
            default_limits=self.known.windows,
            economic_radius_km=self.known.radius_km[self.demands.base_material],
            haulage=road_haulage("", settings.LOOPYARD_BASE_CURRENCY),
            check_permits=False,
            check_listed=False,
            exclude_same_firm=False,
        )

    def _windows(self, need: FileRow) -> Iterable[tuple[str, tuple[float, float]]]:
        """Acceptance limits: the columns of the file, else what the text states as a limit or a range."""
        windows = {
            figure.property_slug: (value_or(figure.low, -math.inf), value_or(figure.high, math.inf))
            for figure in self._found(need, "need")
            if figure.kind == "limit" or is_wanted_range(figure)
        }
        for slug, given in need.properties.items():
            if given.minimum is not None or given.maximum is not None:
                windows[slug] = (value_or(given.minimum, -math.inf), value_or(given.maximum, math.inf))
        return windows.items()

    def _ranges(self, figures: Sequence[tuple[Any, ...]], owners: int) -> Ranges:
        """From owner, property, range and basis, which limits may not be meant on."""
        owner, slugs, low, typ, high, basis = (np.array(column) for column in transposed(figures, 6))
        columns = {"low": low, "typ": typ, "high": high}
        details = {name: values.astype(np.float64) for name, values in columns.items()} | {
            "owner": owner.astype(np.int64),
            "property": np.array(self._properties(slugs.tolist()), dtype=np.int64),
            "basis": basis.astype(np.int8),
        }
        said = self.known.bases.converted(details, owners)
        return Ranges.from_columns(owners, **{name: said[name] for name in ("owner", "property", *columns)})

    def _figures(self, offer: FileRow) -> list[tuple[str, float, float, float, int]]:
        """Property ranges with their basis: the columns of the file, which are on the usual one, else the text's."""
        found = self._found(offer, "offer")
        said = {
            each.property_slug: (range_of(each.low, each.typ, each.high, self._bounds[each.property_slug]), each.basis)
            for each in found
        }
        for slug, given in offer.properties.items():
            said[slug] = (range_of(given.minimum, given.typical, given.maximum, self._bounds[slug]), "")
        return [
            (slug, *values, SAID_BASES.get(basis, UNSAID))
            for slug, (values, basis) in said.items()
            if not any(math.isinf(value) for value in values)
        ]

    @cached_property
    def _bounds(self) -> dict[str, tuple[float | None, float | None]]:
        """What is physically possible, by property."""
        return {each.slug: (each.min_value, each.max_value) for each in self.words.properties}

    def _found(self, row: FileRow, side: Side) -> Iterable[Figure]:
        figures = self.understood(row, side).figures
        return (figure for figure in figures if figure.property_slug in self.known.property_of_slug)

    def _properties(self, slugs: Iterable[str]) -> list[int]:
        return [self.known.property_of_slug[slug] for slug in slugs]


def _common(rows: Sequence[FileRow]) -> Mapping[str, Any]:
    """Columns of both sides; a row without a place stands at zero, zero and is matched apart."""
    return {
        "lat": [row.lat if row.placed else 0.0 for row in rows],
        "lon": [row.lon if row.placed else 0.0 for row in rows],
        "quantity_t": [row.quantity_t for row in rows],
        "price_per_t": [row.price_per_t for row in rows],
        "available_from": [OPEN_FROM if row.available_from is None else row.available_from for row in rows],
        "available_to": [OPEN_TO if row.available_to is None else row.available_to for row in rows],
    }


def _probable(ranked: Sequence[Ranked]) -> list[Ranked]:
    return [entry for entry in ranked if entry.confidence >= PROBABLE_USE]


def _shares(ranked: Sequence[Ranked]) -> dict[str, float]:
    best = ranked[0].confidence if ranked else 1.0
    return {entry.slug: round(entry.confidence / best, 6) for entry in ranked}


def nowhere(side: SideArrays) -> SideArrays:
    """The same listings without a place: all at one point, going any distance."""
    point = np.zeros(len(side))
    return dataclasses.replace(side, lat=point, lon=point, max_distance_km=np.full(len(side), np.inf))
