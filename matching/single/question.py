"""What one listing asks of the other side before any row is read: which materials or uses, how far, in which park."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.conf import settings

from listings.models import Listing
from listings.models.listings import REGULATED, LegalStatus, Scope
from marketplace.firms.models import Site
from marketplace.firms.models.places import GRID_DEGREES
from matching.candidates import RADIUS_FACTOR
from matching.demands import Demand, demand_row
from matching.engine.arrays import Haulage
from matching.knowledge import Knowledge
from matching.permits import Codes, lines_by_firm
from matching.rows import Rows, exclusions_of, named_rows
from matching.statements import fetched, one_of

# Reaches are taken together as far as the next of these, so that a need of many materials asks for few boxes.
REACH_STEPS_KM = (50.0, 150.0, 400.0, 1000.0, 3000.0, math.inf)
# The sites of more regions are too many to measure.
MOST_MEASURED = 400
SAFETY = 1 + 1e-9
SITES = Site._meta.db_table


@dataclass(frozen=True)
class Group:
    """Listings whose `field`, material or use, is one of `keys`, no farther than `reach_km` unless they say so."""

    field: str
    keys: tuple[int, ...]
    reach_km: float


@dataclass(frozen=True, eq=False)
class Question:
    """A listing with the groups of the other side that may fit it."""

    listing: Listing
    known: Knowledge
    day: dt.date

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Those who may fit, by how far the material is worth hauling or the listing's own word."""
        groups = _of_offer(self.listing, self.known) if self.listing.is_offer else _of_need(self)
        return tuple(_merged(groups, _own_cap_km(self.listing))) if is_explicit(self.listing) else groups

    @cached_property
    def own(self) -> Rows:
        """The listing's own figures, as those of the others are read."""
        return named_rows([self.listing.pk])

    @property
    def other_kind(self) -> str:
        return "need" if self.listing.is_offer else "offer"

    @property
    def whole_groups(self) -> tuple[Group, ...]:
        """The groups by field alone, for those who say themselves how far they go."""
        return tuple(_merged(self.groups, _own_cap_km(self.listing)))

    @property
    def first_day(self) -> dt.date:
        """Who is over before this day has no day in common with the listing."""
        return max(self.day, self.listing.available_from or self.day)

    @property
    def largest_lot_t(self) -> float:
        most = self.listing.max_lot_t
        return float(self.listing.quantity_t_per_year if most is None else min(most, self.listing.quantity_t_per_year))

    @property
    def is_hazardous(self) -> bool:
        return self.listing.legal_status == LegalStatus.HAZARDOUS

    @cached_property
    def demand(self) -> Demand:
        """What the listing asks for if it is a need."""
        known, listing = self.known, self.listing
        material = None if listing.material_id is None else known.row_of[listing.material_id]
        unwanted = [known.row_of[each] for _need, each in exclusions_of([listing.pk])]
        return Demand.of(
            material, listing.use_id, frozenset(row for each in unwanted for row in known.descendants(each))
        )

    @cached_property
    def haulage(self) -> Haulage:
        return self.known.road_haulage(self.listing.site.country, settings.LOOPYARD_BASE_CURRENCY)

    @cached_property
    def own_code(self) -> tuple[str, str] | None:
        """Code list and key of the code that counts of an offer."""
        keys = Codes([self.listing.pk], self.listing.site.country).keys
        return keys[0] if keys else None

    @property
    def needs_permit(self) -> bool:
        """Whether an offer is for permit holders alone."""
        status = self.listing.legal_status
        return status in REGULATED or (status == LegalStatus.UNKNOWN and self.own_code is not None)

    @cached_property
    def own_lines(self) -> list[tuple[str, str, str]]:
        """Code list and range of the lines that the firm of a need holds on the day for its site and operation."""
        use, site = self.listing.use_id, self.listing.site_id
        operation = None if use is None else self.known.operations.get(use)
        return [
            (line.scheme, line.key_from, line.key_to)
            for line in lines_by_firm([self.listing.firm_id], self.day)[self.listing.firm_id]
            if line.site in (None, site) and operation in (None, line.operation)
        ]

    @property
    def park(self) -> int | None:
        return self.listing.site.park_id

    @cached_property
    def regions_around(self) -> list[int]:
        """Regions and composites that the listing's site lies in: others may be bound to one of them."""
        region = self.listing.site.region
        if region is None:
            return []
        return self.known.regions.around(region.path)

    @cached_property
    def home_edges(self) -> tuple[float, float, float, float] | None:
        """South, north, west and east of the sites of the park or regions that the listing is bound to."""
        if self.listing.scope == Scope.PARK:
            return _edges("park_id = %s", (self.park,))
        if self.own_regions and len(self.own_regions) <= MOST_MEASURED:
            return _edges(*one_of("region_id", self.own_regions))
        return None

    @cached_property
    def own_regions(self) -> list[int] | None:
        """The regions the listing is bound to; None where it is not."""
        listing = self.listing
        return self.known.regions.below(listing.region_id) if listing.scope == Scope.REGION else None


def _edges(which: str, values: Sequence[Any]) -> tuple[float, float, float, float]:
    """Edges of the sites, wide enough for the grid cells by which hidden ones are found; of none, of nothing."""
    extremes = "MIN(latitude), MAX(latitude), MIN(longitude), MAX(longitude)"
    ((south, north, west, east),) = fetched(f"SELECT {extremes} FROM {SITES} WHERE {which}", values)  # noqa: S608
    if south is None:
        return 1.0, 0.0, 1.0, 0.0
    return south - GRID_DEGREES, north + GRID_DEGREES, west - GRID_DEGREES, east + GRID_DEGREES


def is_explicit(listing: Listing) -> bool:
    """Whether it says itself how far it goes, so that no radius is assumed."""
    return listing.max_distance_km is not None or listing.scope != Scope.ANY


def _own_cap_km(listing: Listing) -> float:
    return math.inf if listing.max_distance_km is None else float(listing.max_distance_km)


def _merged(groups: Iterable[Group], reach_km: float) -> Iterable[Group]:
    by_field: dict[str, list[int]] = defaultdict(list)
    for group in groups:
        by_field[group.field].extend(group.keys)
    for field, keys in by_field.items():
        yield Group(field, tuple(keys), reach_km)


def _of_offer(offer: Listing, known: Knowledge) -> tuple[Group, ...]:
    row = known.row_of[offer.material_id]
    reach_km = _reach_km(known.radius_km[row])
    related = {known.materials[other].pk for other in [*known.descendants(row), *known.ancestors(row)]}
    wanted = known.uses_of(row)
    return Group("material", tuple(sorted(related)), reach_km), Group("use", wanted, reach_km)


def _of_need(question: Question) -> tuple[Group, ...]:
    known = question.known
    by_step: dict[float, list[int]] = defaultdict(list)
    farthest: dict[float, float] = defaultdict(float)
    for row in np.flatnonzero(demand_row(known, question.demand).suitability > 0).tolist():
        reach_km = _reach_km(known.radius_km[row])
        step = REACH_STEPS_KM[int(np.searchsorted(REACH_STEPS_KM, reach_km))]
        by_step[step].append(known.materials[row].pk)
        farthest[step] = max(farthest[step], reach_km)
    return tuple(Group("material", tuple(keys), farthest[step]) for step, keys in sorted(by_step.items()))


def _reach_km(radius_km: Any) -> float:
    return math.inf if np.isnan(radius_km) else RADIUS_FACTOR * SAFETY * float(radius_km)
