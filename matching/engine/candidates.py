"""Blocking: for each need the runs of offers of usable materials within reach, cut into bounded chunks.

Candidates are a superset of the pairs that pass the distance, radius and scope rules, each pair once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matching.engine.codes import Scope
from matching.engine.columns import Flags, Floats, Longs, ragged_arange
from matching.engine.geo import EQUATOR_KM, LEAST_RADIUS_KM, cap_chord
from matching.engine.index import (
    GRID_CLASSES,
    LON_BITS,
    N_CLASSES,
    PARK_CLASS,
    REGION_CLASS,
    OfferIndex,
    SideOrder,
    lon_cell,
    park_order,
    region_order,
)
from matching.engine.problem import Problem

NEEDS_PER_BLOCK = 4096
# Groups up to this size are taken whole: looking up their rows would cost more than it saves.
SMALL_GROUP = 48
MARGIN_DEGREES = 1e-9
# A strip wider than this to either side would meet itself, so it is taken all the way round.
NEARLY_ROUND_DEGREES = 179.0


@dataclass(frozen=True)
class Runs:
    """Runs of positions first … last − 1 in `Blocking.order`, one per row, for the given need."""

    need: Longs
    first: Longs
    last: Longs

    @classmethod
    def joined(cls, parts: "list[Runs]") -> "Runs":
        """All runs that hold something, by need."""
        need, first, last = (np.concatenate([getattr(p, n) for p in parts]) for n in ("need", "first", "last"))
        held = np.flatnonzero(last > first)
        held = held[np.argsort(need[held], kind="stable")]
        return cls(need[held], first[held], last[held])


@dataclass(frozen=True)
class Asked:
    """A need asking for one usable material."""

    need: Longs
    material: Longs

    def where(self, mask: Flags) -> "Asked":
        return Asked(self.need[mask], self.material[mask])


@dataclass(frozen=True)
class Blocking:
    """The three sorted views of the offers and the order in which needs are worked off.

    `order` is the main index's order followed by the park and the region views; runs point into it.
    """

    problem: Problem
    index: OfferIndex
    parks: SideOrder
    regions: SideOrder
    order: Longs
    usable_start: Longs
    usable: Longs

    @classmethod
    def of(cls, problem: Problem) -> "Blocking":
        needs = problem.needs
        index, parks = OfferIndex.of(problem), park_order(problem)
        regions = region_order(problem, np.unique(needs.region_set[_anywhere_in_regions(problem)]))
        order = np.concatenate((index.order, parks.order, regions.order))
        present = np.bincount(problem.offers.material, minlength=problem.rules.n_materials) > 0
        rows, usable = np.nonzero((problem.rules.suitability > 0) & ~problem.rules.prohibited & present)
        start = np.searchsorted(rows, np.arange(problem.rules.n_demands + 1))
        return cls(problem, index, parks, regions, order, start, usable)

    def chunks(self, needs: Longs, most: int) -> Iterator[tuple[Longs, Longs]]:
        """(offer, need) rows of candidates in the order of `needs`, about `most` at a time, never cutting a need."""
        for first in range(0, len(needs), NEEDS_PER_BLOCK):
            runs = self.runs(needs[first : first + NEEDS_PER_BLOCK])
            for part in _cut(runs, most):
                counts = runs.last[part] - runs.first[part]
                yield self.order[ragged_arange(runs.first[part], counts)], np.repeat(runs.need[part], counts)

    def runs(self, needs: Longs) -> Runs:
        """The runs of some needs, by need in the order given."""
        problem = self.problem
        asked = self._asked(needs)
        place = np.empty(len(problem.needs), dtype=np.int64)
        place[needs] = np.arange(len(needs))
        in_park = problem.needs.scope[asked.need] == Scope.SAME_PARK
        in_regions = _anywhere_in_regions(problem)[asked.need]
        roaming = asked.where(~in_park & ~in_regions)
        parts = [self._park_runs(asked.where(in_park)), self._region_runs(asked.where(in_regions))]
        parts += [self._grid_runs(roaming, kind) for kind in range(GRID_CLASSES)]
        parts += [self._bound_to_park(roaming), self._bound_to_regions(roaming)]
        placed = Runs.joined([Runs(place[part.need], part.first, part.last) for part in parts])
        return Runs(needs[placed.need], placed.first, placed.last)

    def _asked(self, needs: Longs) -> Asked:
        demand = self.problem.needs.demand[needs]
        counts = self.usable_start[demand + 1] - self.usable_start[demand]
        return Asked(np.repeat(needs, counts), self.usable[ragged_arange(self.usable_start[demand], counts)])

    def _park_runs(self, asked: Asked) -> Runs:
        park = self.problem.needs.park[asked.need].astype(np.int64)
        asked, park = asked.where(park >= 0), park[park >= 0]
        first, last = self.parks.runs(park, asked.material)
        offset = len(self.index.order)
        return Runs(asked.need, first + offset, last + offset)

    def _region_runs(self, asked: Asked) -> Runs:
        first, last = self.regions.runs(self.problem.needs.region_set[asked.need].astype(np.int64), asked.material)
        offset = len(self.index.order) + len(self.parks.order)
        return Runs(asked.need, first + offset, last + offset)

    def _bound_to_park(self, asked: Asked) -> Runs:
        """Offers bound to their park, for needs in it."""
        park = self.problem.needs.park[asked.need].astype(np.int64)
        asked, park = asked.where(park >= 0), park[park >= 0]
        return self._places(asked, PARK_CLASS, park)

    def _bound_to_regions(self, asked: Asked) -> Runs:
        """Offers bound to a set of regions without a cap, for needs in one of these."""
        member, region = self.problem.rules.region_member, self.problem.needs.region[asked.need]
        asked, region = asked.where(region >= 0), region[region >= 0]
        if not member.size or not len(region):
            return self._places(asked.where(np.zeros(len(region), dtype=bool)), REGION_CLASS, np.empty(0, np.int64))
        row, home = np.nonzero(member.T[region])
        return self._places(Asked(asked.need[row], asked.material[row]), REGION_CLASS, home)

    def _places(self, asked: Asked, kind: int, place: Longs) -> Runs:
        inside = place < self.index.n_places
        asked, place = asked.where(inside), place[inside]
        group = asked.material * N_CLASSES + kind
        whole = np.zeros(len(place), dtype=np.int64)
        return Runs(asked.need, *self.index.runs(group, place, whole, whole + (1 << LON_BITS) - 1))

    def _grid_runs(self, asked: Asked, kind: int) -> Runs:
        """Offers of one class of reach around each need."""
        index, start = self.index, self.index.group_start
        asked = asked.where(np.diff(start)[asked.material * N_CLASSES + kind] > 0)
        group = asked.material * N_CLASSES + kind
        reach_km = self._reach_km(asked, kind)
        whole = np.isinf(reach_km) | (start[group + 1] - start[group] <= SMALL_GROUP)
        taken = Runs(asked.need[whole], start[group[whole]], start[group[whole] + 1])
        near = _around(self.problem, index, asked.where(~whole), group[~whole], reach_km[~whole])
        return Runs.joined([taken, near])

    def _reach_km(self, asked: Asked, kind: int) -> Floats:
        """How far a pair may lie apart: the need's own cap, and the group's unless that is only assumed."""
        reach_km = self.index.reach_km[asked.material * N_CLASSES + kind]
        if kind == 0:
            reach_km = np.where(self.problem.need_explicit[asked.need], np.inf, reach_km)
        return np.minimum(reach_km, self.problem.needs.max_distance_km[asked.need])


def _anywhere_in_regions(problem: Problem) -> Flags:
    """Needs bound to a set of regions without a cap short of the whole globe: a grid would not narrow them down."""
    bound: Flags = (problem.needs.scope == Scope.REGION_SET) & np.isinf(problem.need_cap_2)
    return bound


def _around(problem: Problem, index: OfferIndex, asked: Asked, group: Longs, reach_km: Floats) -> Runs:
    """Runs along the latitude rows that a circle around each need touches."""
    chord = cap_chord(reach_km)
    lat, height = problem.needs.lat[asked.need], index.row_degrees[group]
    half = np.degrees(2 * np.arcsin(np.minimum(chord / (2 * LEAST_RADIUS_KM), 1.0))) + MARGIN_DEGREES
    south = np.floor((np.maximum(lat - half, -90.0) + 90.0) / height).astype(np.int64)
    north = np.floor((np.minimum(lat + half, 90.0) + 90.0) / height).astype(np.int64)
    counts = north - south + 1
    row = ragged_arange(south, counts)
    each = np.repeat(np.arange(len(lat)), counts)
    half_lon = _half_width(lat[each], row * height[each] - 90.0, height[each], chord[each])
    return _strips(index, asked.need[each], group[each], row, problem.needs.lon[asked.need[each]], half_lon)


def _half_width(lat: Floats, south: Floats, height: Floats, chord: Floats) -> Floats:
    """Degrees of longitude that points of a latitude row may lie off a need and still be within the chord.

    Two points differ by chord² ≥ (2 R_min sin(Δφ/2))² + 4 a² cos φ₁ cos φ₂ sin²(Δλ/2), since the distance from
    the axis is at least a cos φ. Rows that reach a pole, or a circle that does, give 180.
    """
    gap = np.radians(np.maximum(np.maximum(south - lat, lat - (south + height)), 0.0))
    left = np.sqrt(np.maximum(chord**2 - (2 * LEAST_RADIUS_KM * np.sin(gap / 2)) ** 2, 0.0))
    edge = np.minimum(np.maximum(np.abs(south), np.abs(south + height)), 90.0)
    across = np.cos(np.radians(lat)) * np.cos(np.radians(edge))
    sine = left / (2 * EQUATOR_KM * np.sqrt(np.maximum(across, 1e-12)))
    half: Floats = np.degrees(2 * np.arcsin(np.minimum(sine, 1.0))) + MARGIN_DEGREES
    return half


def _strips(index: OfferIndex, need: Longs, group: Longs, row: Longs, lon: Floats, half: Floats) -> Runs:
    """One run per strip, and another where the strip crosses the antimeridian."""
    whole = half > NEARLY_ROUND_DEGREES
    west, east = np.where(whole, -180.0, lon - half), np.where(whole, 180.0, lon + half)
    parts = [Runs(need, *index.runs(group, row, lon_cell(west), lon_cell(east)))]
    for over, first, last in (
        (west < -180.0, west + 360.0, np.full(len(lon), 180.0)),
        (east > 180.0, np.full(len(lon), -180.0), east - 360.0),
    ):
        cells = index.runs(group[over], row[over], lon_cell(first[over]), lon_cell(last[over]))
        parts.append(Runs(need[over], *cells))
    return Runs.joined(parts)


def _cut(runs: Runs, most: int) -> Iterator[slice]:
    """Slices of the runs with about `most` positions each, cut between needs."""
    if not len(runs.need):
        return
    ends = np.flatnonzero(np.append(np.diff(runs.need) != 0, True)) + 1
    size = np.cumsum(runs.last - runs.first)[ends - 1]
    first, done = 0, 0
    while first < len(runs.need):
        at = int(np.searchsorted(size, done + most, side="right"))
        at = min(max(at - 1, int(np.searchsorted(ends, first, side="right"))), len(ends) - 1)
        yield slice(first, int(ends[at]))
        first, done = int(ends[at]), int(size[at])
