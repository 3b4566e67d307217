"""The rows that meet everything but what is chosen in facets."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .columns import VOCABULARIES, Columns, Ints, microseconds, taken
from .measuring import EARTH_RADIUS_KM
from .placing import Flags, distances_of, inside, places
from .query import SearchQuery
from .text import Words
from .word_index import listings_that_say


def rows_within(columns: Columns, query: SearchQuery, words: Words) -> Ints:
    """Row numbers, rising. The words are looked up first: they leave the fewest rows to look at."""
    rows = np.arange(len(columns))
    if words.groups:
        rows = columns.rows_of(listings_that_say(words, query.level))
    if query.only is not None:
        rows = rows[np.isin(columns.listing[rows], sorted(query.only))]
    flags = np.ones(len(rows), dtype=np.bool_)
    for condition in _conditions(columns, query, rows):
        flags &= condition
    return _near(columns, query, rows[flags])


def _conditions(columns: Columns, query: SearchQuery, rows: Ints) -> Iterator[Flags]:
    yield taken(columns["available_to"], rows) >= query.today.toordinal()
    if query.kind:
        yield taken(columns["kind"], rows) == VOCABULARIES["kind"][query.kind]
    if query.regions is not None:
        yield np.isin(taken(columns["region"], rows), sorted(query.regions))
    if query.since is not None:
        yield taken(columns["published_us"], rows) >= microseconds(query.since)
    if query.hidden_firms:
        # A firm whose name is not shown stays: its absence would tell which listings are its.
        hidden = np.isin(taken(columns["firm_id"], rows), sorted(query.hidden_firms))
        yield ~(hidden & (taken(columns["firm_from"], rows) <= int(query.level)))
    if query.box is not None:
        yield inside(query.box, *places(columns, query, rows))


def _near(columns: Columns, query: SearchQuery, rows: Ints) -> Ints:
    """A belt of latitudes leaves few rows for which the distance is worked out."""
    if query.near is None or query.radius_km is None:
        return rows
    latitudes, _longitudes = places(columns, query, rows)
    belt = np.degrees(query.radius_km / EARTH_RADIUS_KM) + 1e-9
    rows = rows[np.abs(latitudes - query.near.latitude) <= belt]
    return rows[distances_of(columns, query, rows) <= query.radius_km]
