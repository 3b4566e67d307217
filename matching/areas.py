"""Where a plan is made: a park or a region, composite ones included, and which of them have anything to plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from listings.models import Listing
from listings.querysets import ListingQuerySet
from marketplace.firms.models import Park, Region
from marketplace.firms.models.places import RegionMember

Choices = list[tuple[str, list[tuple[str, str]]]]


@dataclass(frozen=True)
class Area:
    """`key` is what an address carries: `park:12`, `region:310000`."""

    key: str
    name: str
    country: str
    place: Park | Region

    def listings(self, day: dt.date) -> ListingQuerySet:
        """Open listings at sites inside, of the one country that is matched together."""
        inside: ListingQuerySet = Listing.objects.open_on(day).filter(site__country=self.country)
        if isinstance(self.place, Park):
            return inside.filter(site__park=self.place)
        return inside.filter(site__region__in=Region.objects.within(self.place))


def area_of_park(park: Park) -> Area:
    return Area(f"park:{park.pk}", park.name, park.country, park)


def area_of_region(region: Region) -> Area:
    return Area(f"region:{region.code}", region.name, region.country, region)


def find_area(key: str) -> Area | None:
    sort, _colon, value = key.partition(":")
    if sort == "park" and value.isascii() and value.isdigit() and len(value) < 10:
        park = Park.objects.filter(pk=int(value)).first()
        return area_of_park(park) if park else None
    region = Region.objects.filter(code=value).first() if sort == "region" else None
    return area_of_region(region) if region else None


def area_choices(day: dt.date) -> Choices:
    """Parks, composite regions and regions that hold open listings, for a select. Six queries."""
    sites = Listing.objects.open_on(day).order_by()
    parks = Park.objects.filter(pk__in=sites.values("site__park"))
    paths = sites.values_list("site__region__path", flat=True).distinct()
    codes = {code for path in paths if path for code in path.strip("/").split("/")}
    regions = Region.objects.filter(code__in=codes).order_by("path")
    members = RegionMember.objects.filter(member__code__in=codes).values("composite")
    composites = Region.objects.filter(level=Region.Level.COMPOSITE, pk__in=members)
    groups = (
        (_("Parks"), [area_of_park(park) for park in parks]),
        (_("Composite regions"), [area_of_region(region) for region in composites]),
        (_("Regions"), [area_of_region(region) for region in regions]),
    )
    return [(label, _options(areas)) for label, areas in groups if areas]


def _options(areas: Iterable[Area]) -> list[tuple[str, str]]:
    return [(area.key, _label(area)) for area in areas]


def _label(area: Area) -> str:
    """A region is set in under the one it lies in."""
    if isinstance(area.place, Park) or area.place.level == Region.Level.COMPOSITE:
        return area.name
    depth = area.place.path.strip("/").count("/")
    return "\u2003" * depth + area.name
