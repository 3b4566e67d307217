"""Who may fit one listing, by plain SQL on the indexes of material or use, wish and place.

The engine decides; this only has to lose nobody. A row says either nothing about distance, or a greatest distance, or
its park, or regions: each of the four is one branch of the statement and one run of an index.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from listings.models.listings import Scope
from marketplace.firms.models import Site
from matching.candidates import KM_PER_DEGREE, box_edges
from matching.rows import Rows, slim_columns, slim_selection
from matching.single.question import Group, Question
from matching.statements import fetched, one_of

SITES = Site._meta.db_table
# A cap beyond this is not narrowed by longitude; the degrees it takes up there bound those of shorter ones.
NARROWED_KM, NARROWED_DEGREES = 800.0, 7.4
MARGIN_KM = 0.2
# COALESCE around its column keeps the database from going by it: an index of the listings is always the shorter way.
HOMES = f" JOIN (SELECT id AS home, region_id AS home_region FROM {SITES}) h ON home = l.site_id"  # noqa: S608


class Where(NamedTuple):
    """Conditions that all hold, and their parameters in order."""

    text: str
    values: tuple[Any, ...] = ()

    @classmethod
    def every(cls, parts: Sequence[Where]) -> Where:
        texts = " AND ".join(part.text for part in parts)
        return cls(texts, tuple(value for part in parts for value in part.values))

    @classmethod
    def one_of(cls, column: str, keys: Sequence[int]) -> Where:
        text, values = one_of(column, keys)
        return cls(text, tuple(values))


def found_in_tables(question: Question) -> Rows:
    """Listings of the other side that may fit, read anew; each once."""
    rows = asked(question, list(_branches(question)))
    _pks, first = np.unique(rows["pk"], return_index=True)
    return {name: values[first] for name, values in rows.items()}


def asked(question: Question, branches: Sequence[Where]) -> Rows:
    """Slim rows of the other side in every branch, without a `place` in a standing index."""
    joined = "" if question.own_regions is None else HOMES
    select = slim_selection(question.other_kind) + joined
    statement = " UNION ALL ".join(f"{select} WHERE {each.text}" for each in branches)
    rows = fetched(statement, [value for each in branches for value in each.values]) if branches else []
    return {**slim_columns(rows, question.other_kind), "place": np.full(len(rows), -1, dtype=np.int64)}


def _branches(question: Question) -> Iterator[Where]:
    shared = open_rows(question)
    for group in question.groups:
        free = Where("scope = 'any' AND max_distance_km IS NULL")
        yield Where.every([shared, _one_of(group), free, *_box(question, group.reach_km), *_home_box(question)])
    for group in question.whole_groups:
        for wish in _wishes(question):
            yield Where.every([shared, _one_of(group), wish, *_box(question, group.reach_km), *_home_box(question)])


def open_rows(question: Question) -> Where:
    """Rows of the other side that no rule on a column or two rules out."""
    state = Where("state = 'published' AND kind = %s", (question.other_kind,))
    return Where.every([state, _rules(question), *_own_home(question)])


def _one_of(group: Group) -> Where:
    return Where.one_of(f"{group.field}_id", group.keys)


def _box(question: Question, reach_km: float) -> Iterator[Where]:
    if math.isinf(reach_km):
        return
    south, north, west, east = box_edges(question.listing.latitude, question.listing.longitude, reach_km)
    yield Where("latitude BETWEEN %s AND %s", (south, north))
    if west > -math.inf:
        yield Where("longitude BETWEEN %s AND %s", (west, east))


def _home_box(question: Question) -> Iterator[Where]:
    """Around the park or the regions that the listing is bound to: the index of places then finds these alone."""
    if question.home_edges is not None:
        south, north, west, east = question.home_edges
        yield Where("latitude BETWEEN %s AND %s AND longitude BETWEEN %s AND %s", (south, north, west, east))


def _wishes(question: Question) -> Iterator[Where]:
    """What those may wish who do not go as far as their material usually does."""
    yield Where.every([Where("scope = 'any' AND max_distance_km > 0"), *_own_cap(question)])
    if question.park is not None:
        there = f"EXISTS (SELECT 1 FROM {SITES} WHERE {SITES}.id = l.site_id AND park_id = %s)"  # noqa: S608
        yield Where(f"scope = 'park' AND {there}", (question.park,))
    if question.regions_around:
        yield Where.every([Where("scope = 'region'"), Where.one_of("region_id", question.regions_around)])


def _own_cap(question: Question) -> Iterator[Where]:
    """Within the row's own greatest distance."""
    lat, lon = question.listing.latitude, question.listing.longitude
    per_degree = KM_PER_DEGREE * math.cos(math.radians(min(abs(lat) + NARROWED_DEGREES, 90.0)))
    yield Where(f"ABS(latitude - %s) * {KM_PER_DEGREE} <= max_distance_km + {MARGIN_KM}", (lat,))
    if abs(lon) + NARROWED_KM / max(per_degree, 1.0) < 180:
        near = f"ABS(longitude - %s) * %s <= max_distance_km + {MARGIN_KM}"
        yield Where(f"(max_distance_km > {NARROWED_KM} OR {near})", (lon, per_degree))


def _rules(question: Question) -> Where:
    """Rules that one comparison of a column decides."""
    listing = question.listing
    rules = [
        Where("firm_id <> %s", (listing.firm_id,)),
        Where("(available_to IS NULL OR available_to >= %s)", (question.first_day,)),
        Where("(min_lot_t IS NULL OR min_lot_t <= %s)", (question.largest_lot_t,)),
    ]
    if listing.available_to:
        rules.append(Where("(available_from IS NULL OR available_from <= %s)", (listing.available_to,)))
    if listing.min_lot_t:
        lot_t = float(listing.min_lot_t)
        rules.append(Where("quantity_t_per_year >= %s", (lot_t,)))
        rules.append(Where("(max_lot_t IS NULL OR max_lot_t >= %s)", (lot_t,)))
    return Where.every([*rules, *_qualities(question)])


def _qualities(question: Question) -> Iterator[Where]:
    listing = question.listing
    if listing.is_offer:
        yield Where("min_quality_level <= %s", (listing.quality_level,))
        if question.is_hazardous:
            yield Where("accepts_hazardous")
    else:
        yield Where("quality_level >= %s", (listing.min_quality_level,))
        if not listing.accepts_hazardous:
            yield Where("legal_status <> 'hazardous'")


def _own_home(question: Question) -> Iterator[Where]:
    """The park or the regions that the listing itself is bound to."""
    if question.listing.scope == Scope.PARK:
        yield Where(f"site_id IN (SELECT id FROM {SITES} WHERE park_id = %s)", (question.park,))  # noqa: S608
    if question.own_regions is not None:
        yield Where.one_of("COALESCE(home_region, 0)", question.own_regions)
