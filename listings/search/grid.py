"""The fixed grid by which listings are gathered on a map: the same cells whoever asks, from wherever he looks."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .query import Box

MOST_ZOOM = 18
MOST_CELLS_ACROSS = 64
"""A map shows no more marks side by side; a wide box at a high zoom is gathered more coarsely."""

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def cell_degrees(zoom: int) -> float:
    """Edge of a cell: a quarter of a map tile at that zoom.

    >>> cell_degrees(0), cell_degrees(2)
    (90.0, 22.5)
    """
    return 360 / 2.0 ** (min(max(zoom, 0), MOST_ZOOM) + 2)


def fitting_zoom(box: Box, zoom: int) -> int:
    """The zoom asked for, or the closest one at which the box holds no more cells than a map can show."""
    across = (box.east - box.west) % 360 or 360.0
    zoom = min(max(zoom, 0), MOST_ZOOM)
    while zoom and max(across, box.north - box.south) / cell_degrees(zoom) > MOST_CELLS_ACROSS:
        zoom -= 1
    return zoom


def cells(latitudes: Floats, longitudes: Floats, zoom: int) -> Ints:
    """One number for each place's cell, rows from the south pole, columns from the 180th meridian."""
    edge = cell_degrees(zoom)
    rows = np.floor((latitudes + 90) / edge).astype(np.int64)
    columns = np.floor((longitudes + 180) / edge).astype(np.int64)
    return rows * 2**32 + columns
