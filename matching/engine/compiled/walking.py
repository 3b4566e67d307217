"""Finds the candidates of a need in the sorted views of the offers: `candidates.Blocking.runs` for one need.

The runs may be a little wider than there, never narrower; the rules decide afterwards.
"""

import math

import numpy as np

from matching.engine.candidates import MARGIN_DEGREES, NEARLY_ROUND_DEGREES
from matching.engine.codes import Scope
from matching.engine.columns import Floats, Ints, Longs
from matching.engine.compiled.columns import Record, Records
from matching.engine.compiled.jit import allocating, compiled
from matching.engine.compiled.seeking import from_below
from matching.engine.geo import EQUATOR_KM, LEAST_RADIUS_KM
from matching.engine.index import GRID_CLASSES, LON_BITS, N_CLASSES, PARK_CLASS, REGION_CLASS

# Groups and latitude rows up to these sizes are read whole: filtering is cheaper than looking things up.
SMALL_GROUP, SMALL_ROW = 128, 48
COSINE_STEPS = 10
# A little too small, as a bound must be.
COSINES: Floats = np.cos(np.radians(np.arange(90 * COSINE_STEPS + 2) / COSINE_STEPS)).clip(1e-9) * (1 - 1e-12)
LON_STEPS = (1 << LON_BITS) / 360.0
LAST_CELL = (1 << LON_BITS) - 1
DEGREES = 180.0 / math.pi
SAME_PARK, REGION_SET = int(Scope.SAME_PARK), int(Scope.REGION_SET)


@compiled
def _angle(sine: float) -> float:
    """No less than arcsin, in radians; cheap where the angle is small."""
    if sine < 0.5:
        return sine * (1 + 0.21 * sine * sine)
    return math.asin(min(sine, 1.0))


@compiled
def _half_width(lat_cosine: float, gap: float, edge: float, chord: float) -> float:
    """Degrees of longitude either way, see `candidates._half_width`; sin h ≥ h − h³/6 keeps it a bound."""
    h = gap / DEGREES / 2
    away = 2 * LEAST_RADIUS_KM * (h - h * h * h / 6)
    left = math.sqrt(max(chord * chord - away * away, 0.0))
    across = lat_cosine * COSINES[int(min(edge, 90.0) * COSINE_STEPS) + 1]
    sine = left / (2 * EQUATOR_KM * math.sqrt(across))
    return 180.0 if sine >= 1 else 2 * _angle(sine) * DEGREES + MARGIN_DEGREES


@compiled
def _cell(lon: float) -> int:
    return min(max(int(math.floor((lon + 180.0) * LON_STEPS)), 0), LAST_CELL)


@compiled
def _run(runs: Longs, count: int, first: int, last: int) -> int:
    """Append a run, joined to the one before where they touch."""
    if first >= last:
        return count
    if count > 0 and runs[2 * count - 1] == first:
        runs[2 * count - 1] = last
        return count
    runs[2 * count], runs[2 * count + 1] = first, last
    return count + 1


@compiled
def _strip(key: Longs, low: int, high: int, base: int, west: float, east: float, runs: Longs, count: int) -> int:
    """Offers low … high of one place (whose keys start at `base`) between two longitudes."""
    first = from_below(key, base + _cell(west), low, high)
    return _run(runs, count, first, from_below(key, base + _cell(east) + 1, first, high))


@compiled
def _row(key: Longs, low: int, high: int, base: int, lon: float, half: float, runs: Longs, count: int) -> int:
    """Offers along a latitude row within `half` degrees of longitude, across the antimeridian where need be."""
    if half > NEARLY_ROUND_DEGREES:
        return _run(runs, count, low, high)
    west, east = lon - half, lon + half
    count = _strip(key, low, high, base, west, east, runs, count)
    if west < -180.0:
        count = _strip(key, low, high, base, west + 360.0, 180.0, runs, count)
    if east > 180.0:
        count = _strip(key, low, high, base, -180.0, east - 360.0, runs, count)
    return count


@compiled
def _around(
    key: Longs, row_start: Ints, group: Record, base: int, n: Record, chord: float, runs: Longs, count: int
) -> int:
    """Offers of a group (whose keys start at `base`) within a chord of the need, row by row."""
    lat, height, rows = n.lat, group.row_degrees, group.rows
    half = 2 * _angle(chord / (2 * LEAST_RADIUS_KM)) * DEGREES + MARGIN_DEGREES
    south = int(math.floor((max(lat - half, -90.0) + 90.0) / height))
    north = int(math.floor((min(lat + half, 90.0) + 90.0) / height))
    for place in range(south, north + 1):
        low, high = row_start[rows + place], row_start[rows + place + 1]
        if high - low <= SMALL_ROW:
            count = _run(runs, count, low, high)
            continue
        foot = place * height - 90.0
        gap = max(foot - lat, lat - (foot + height), 0.0)
        width = _half_width(n.lat_cosine, gap, max(abs(foot), abs(foot + height)), chord)
        count = _row(key, low, high, base + (place << LON_BITS), n.lon, width, runs, count)
    return count


@compiled
def grid_runs(
    key: Longs, groups: Records, row_start: Ints, r: Record, n: Record, material: int, runs: Longs, count: int
) -> int:
    """Offers around the need, class of reach by class of reach."""
    for kind in range(GRID_CLASSES):
        at = material * N_CLASSES + kind
        group = groups[at]
        chord = math.sqrt(n.cap_2)
        if kind > 0 or not n.explicit:
            chord = min(chord, group.chord)
        if group.rows < 0 or math.isinf(chord):
            count = _run(runs, count, group.start, group.stop)
        else:
            count = _around(key, row_start, group, (at * r.n_places) << LON_BITS, n, chord, runs, count)
    return count


@compiled
def _place(key: Longs, groups: Records, r: Record, at: int, place: int, runs: Longs, count: int) -> int:
    if place < 0 or place >= r.n_places:
        return count
    low, high, base = groups[at].start, groups[at].stop, (at * r.n_places + place) << LON_BITS
    return _strip(key, low, high, base, -180.0, 180.0, runs, count)


@compiled
def park_runs(key: Longs, groups: Records, r: Record, n: Record, material: int, runs: Longs, count: int) -> int:
    """Offers bound to the park that the need lies in."""
    return _place(key, groups, r, material * N_CLASSES + PARK_CLASS, n.park, runs, count)


@compiled
def region_runs(
    key: Longs, groups: Records, sets_start: Longs, sets: Longs, r: Record, n: Record, material: int, runs: Longs,
    count: int,
) -> int:  # fmt: skip
    """Offers bound to a set of regions that the need's region belongs to."""
    at = material * N_CLASSES + REGION_CLASS
    group = groups[at]
    if n.region < 0:
        return count
    if group.stop - group.start <= SMALL_GROUP:
        return _run(runs, count, group.start, group.stop)
    for k in range(sets_start[n.region], sets_start[n.region + 1]):
        count = _place(key, groups, r, at, sets[k], runs, count)
    return count


@compiled
def _rows_of(height: float) -> int:
    return int(math.floor(180.0 / height)) + 1


@allocating
def lay_rows(key: Longs, groups: Records, n_places: int) -> Ints:
    """Where each latitude row of each larger group on the grid begins; notes in `groups` where its rows do."""
    size = 0
    for at in range(len(groups)):
        group = groups[at]
        group.rows = -1
        if at % N_CLASSES < GRID_CLASSES and group.stop - group.start > SMALL_GROUP:
            group.rows = size
            size += _rows_of(group.row_degrees) + 1
    starts = np.empty(size, dtype=np.int32)
    for at in range(len(groups)):
        group = groups[at]
        if group.rows >= 0:
            _lay_group(key, group, at * n_places, starts)
    return starts


@compiled
def _lay_group(key: Longs, group: Record, first_place: int, starts: Ints) -> None:
    j = group.start
    for place in range(_rows_of(group.row_degrees) + 1):
        while j < group.stop and (key[j] >> LON_BITS) - first_place < place:
            j += 1
        starts[group.rows + place] = j


@compiled
def home_run(keys: Longs, order: Longs, key: int, listed: Longs, size: int) -> int:
    """Append the offers that a park or a set of regions holds of one material, all under one key."""
    first = from_below(keys, key, 0, len(keys))
    while first < len(keys) and keys[first] == key:
        listed[size] = order[first]
        size, first = size + 1, first + 1
    return size
