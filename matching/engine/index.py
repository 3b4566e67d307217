"""Offers sorted so that every need finds its candidates in a few unbroken runs.

Offers are split by material and by how far they go: those without a word on distance, four classes of stated
distance, those bound to their park and those bound to a set of regions. Within the first five they lie on a grid
of latitude rows and run by longitude within a row; the last two run by park and by region set.
"""

from dataclasses import dataclass

import numpy as np

from matching.engine.arrays import Offers
from matching.engine.codes import Scope
from matching.engine.columns import Floats, Ints, Longs
from matching.engine.problem import Problem

CLASS_EDGES_KM = np.array([50.0, 200.0, 800.0])
GRID_CLASSES = 5
PARK_CLASS, REGION_CLASS, N_CLASSES = 5, 6, 7
KM_PER_DEGREE = 111.2
# Measured: lower rows mean fewer candidates but more runs to look up.
ROW_PER_REACH = 1.25
LEAST_ROW_DEGREES, MOST_ROW_DEGREES = 0.1, 20.0
LON_BITS = 24


def lon_cell(lon: Floats) -> Longs:
    """Longitude as a whole number of steps of 360° / 2²⁴ (2.4 m); rounding down keeps order."""
    steps = np.floor((lon + 180.0) * ((1 << LON_BITS) / 360.0)).astype(np.int64)
    return np.clip(steps, 0, (1 << LON_BITS) - 1)


def offer_class(offers: Offers) -> Longs:
    """The class of each offer, see the module's docstring."""
    reach = 1 + np.searchsorted(CLASS_EDGES_KM, offers.max_distance_km)
    reach[np.isinf(offers.max_distance_km)] = 0
    reach[(offers.scope == Scope.REGION_SET) & np.isinf(offers.max_distance_km)] = REGION_CLASS
    reach[offers.scope == Scope.SAME_PARK] = PARK_CLASS
    return reach.astype(np.int64)


@dataclass(frozen=True)
class OfferIndex:
    """`order` sorts the offers by `key`; group (material × class) g is rows group_start[g] to group_start[g + 1].

    `reach_km` and `row_degrees` are the farthest cap and the height of a latitude row, by group.
    """

    order: Longs
    key: Longs
    n_places: int
    group_start: Longs
    reach_km: Floats
    row_degrees: Floats

    @classmethod
    def of(cls, problem: Problem) -> "OfferIndex":
        offers = problem.offers
        kind = offer_class(offers)
        group = offers.material.astype(np.int64) * N_CLASSES + kind
        reach_km = _reach_km(problem, kind)
        row_degrees = np.clip(ROW_PER_REACH * reach_km / KM_PER_DEGREE, LEAST_ROW_DEGREES, MOST_ROW_DEGREES)
        place = _place(offers, kind, row_degrees[group])
        n_places = 1 + max(int(place.max(initial=0)), int(180 / LEAST_ROW_DEGREES))
        key = place_key(group, place, n_places) + lon_cell(offers.lon)
        order = np.argsort(key, kind="stable")
        starts = np.searchsorted(key[order], place_key(np.arange(len(reach_km) + 1), 0, n_places))
        return cls(order, key[order], n_places, starts, reach_km, row_degrees)

    def runs(self, group: Longs, place: Longs, first_lon: Longs, last_lon: Longs) -> tuple[Longs, Longs]:
        """Rows (in `order`) of a place of a group, from and to the given longitude cells inclusive."""
        base = place_key(group, place, self.n_places)
        first = np.searchsorted(self.key, base + first_lon)
        return first, np.searchsorted(self.key, base + last_lon, side="right")


def place_key(group: Longs, place: Longs | int, n_places: int) -> Longs:
    key: Longs = (group * n_places + place) << LON_BITS
    return key


def _reach_km(problem: Problem, kind: Longs) -> Floats:
    """By group, the farthest any of its pairs may lie apart by the offers' own word or the material's radius."""
    reach = np.empty((problem.rules.n_materials, N_CLASSES))
    reach[:, 0] = problem.material_cap_km
    for each in range(1, N_CLASSES):
        caps = problem.offers.max_distance_km[kind == each]
        reach[:, each] = caps.max(initial=0.0) if each < GRID_CLASSES else np.inf
    return reach.ravel()


def _place(offers: Offers, kind: Longs, row_degrees: Floats) -> Longs:
    """Latitude row, park or region set, by class; offers bound to a park they do not have go last, out of reach."""
    place = np.floor((offers.lat + 90.0) / row_degrees).astype(np.int64)
    for each, column in ((PARK_CLASS, offers.park), (REGION_CLASS, offers.region_set)):
        place = np.where(kind == each, _last_if_none(column), place)
    return place


def _last_if_none(column: Ints) -> Longs:
    return np.where(column < 0, column.max(initial=0) + 1, column).astype(np.int64)


@dataclass(frozen=True)
class SideOrder:
    """Offers sorted by (home, material), where home is a park or, once per set they stand in, a region set."""

    order: Longs
    key: Longs
    n_materials: int

    @classmethod
    def of(cls, home: Longs, offer: Longs, material: Ints, n_materials: int) -> "SideOrder":
        key = home * n_materials + material[offer]
        order = np.lexsort((offer, key))
        return cls(offer[order], key[order], n_materials)

    def runs(self, home: Longs, material: Longs) -> tuple[Longs, Longs]:
        key = home * self.n_materials + material
        return np.searchsorted(self.key, key), np.searchsorted(self.key, key, side="right")


def park_order(problem: Problem) -> SideOrder:
    offers = problem.offers
    homed = np.flatnonzero(offers.park >= 0)
    return SideOrder.of(offers.park[homed].astype(np.int64), homed, offers.material, problem.rules.n_materials)


def region_order(problem: Problem, sets: Longs) -> SideOrder:
    """For the region sets that needs ask for."""
    offers, member = problem.offers, problem.rules.region_member
    homed = np.flatnonzero(offers.region >= 0)
    inside = [homed[member[each, offers.region[homed]]] for each in sets]
    home = np.repeat(sets, [len(rows) for rows in inside])
    offer = np.concatenate([*inside, np.empty(0, dtype=np.int64)]).astype(np.int64)
    return SideOrder.of(home.astype(np.int64), offer, offers.material, problem.rules.n_materials)
