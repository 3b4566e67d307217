"""Where rows lie as far as the searcher may know: nothing else may be measured from or to."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .columns import VOCABULARIES, Columns, Ints, taken
from .grid import cells, fitting_zoom
from .measuring import Floats, distances_km
from .query import Box, SearchQuery
from .results import Cluster

Flags = npt.NDArray[np.bool_]


def places(columns: Columns, query: SearchQuery, rows: Ints) -> tuple[Floats, Floats]:
    """Latitudes and longitudes as the searcher may know them: never nearer than the cell where the place is hidden."""
    exact = taken(columns["place_from"], rows) <= int(query.level)
    latitudes = np.where(exact, taken(columns["latitude"], rows), taken(columns["cell_latitude"], rows))
    longitudes = np.where(exact, taken(columns["longitude"], rows), taken(columns["cell_longitude"], rows))
    return latitudes, longitudes


def inside(box: Box, latitudes: Floats, longitudes: Floats) -> Flags:
    east_of, west_of = longitudes >= box.west, longitudes <= box.east
    across = east_of & west_of if box.west <= box.east else east_of | west_of
    found: Flags = (latitudes >= box.south) & (latitudes <= box.north) & across
    return found


def distances_of(columns: Columns, query: SearchQuery, rows: Ints) -> Floats:
    if query.near is None:
        raise ValueError("distances need a place to be measured from")
    return distances_km(query.near, *places(columns, query, rows))


def clusters_of(columns: Columns, query: SearchQuery, rows: Ints, zoom: int) -> list[Cluster]:
    """The rows gathered by cells of the fixed grid, from south-west to north-east; a lone listing is named."""
    latitudes, longitudes = places(columns, query, rows)
    if query.box is not None:
        zoom = fitting_zoom(query.box, zoom)
    cell = cells(latitudes, longitudes, zoom)
    _cells, first, members, numbers = np.unique(cell, return_index=True, return_inverse=True, return_counts=True)
    offers = np.bincount(members, taken(columns["kind"], rows) == VOCABULARIES["kind"]["offer"]).astype(np.int64)
    tonnes = np.bincount(members, taken(columns["quantity_t_per_year"], rows))
    mean_latitudes = np.bincount(members, latitudes) / numbers
    mean_longitudes = np.bincount(members, longitudes) / numbers
    lone = columns.listing[rows[first]]
    return [
        Cluster(
            latitude=float(mean_latitudes[place]),
            longitude=float(mean_longitudes[place]),
            offers=int(offers[place]),
            needs=int(number - offers[place]),
            quantity_t_per_year=float(tonnes[place]),
            listing=int(lone[place]) if number == 1 else None,
        )
        for place, number in enumerate(numbers.tolist())
    ]
