"""Hits map: what a page of search results shows, around the place it is measured from if there is one."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from marketplace.pictures.markup import joined, tag
from marketplace.pictures.reach_map import (
    HEIGHT,
    KM_PER_DEGREE,
    WIDTH,
    Projection,
    Reach,
    ReachPoint,
    mark,
    outline_lines,
    projection_for,
    reach_map_svg,
)

LEAST_KM = 20.0
WHOLE_COUNTRY = (35.0, 105.0, 2000.0)  # where nothing was found: latitude, longitude, km in each direction


@dataclass(frozen=True)
class HitsMap:
    """`centre` is latitude and longitude of the place measured from, with the ring of the greatest distance."""

    points: tuple[ReachPoint, ...] = ()
    centre: tuple[float, float] | None = None
    label: str = ""
    ring_km: float | None = None

    @property
    def bounds(self) -> str:
        """`south,west,north,east` around all there is to see; empty where that is nothing."""
        places = [(point.lat, point.lon) for point in self.points] + ([self.centre] if self.centre else [])
        if not places:
            return ""
        if self.centre and self.ring_km:
            return _ends(Projection(*self.centre, self.ring_km))
        lats, lons = zip(*places, strict=True)
        margin = LEAST_KM / KM_PER_DEGREE
        ends = (min(lats) - margin, min(lons) - margin, max(lats) + margin, max(lons) + margin)
        return ",".join(f"{degrees:.4f}" for degrees in ends)


def hits_map_svg(hits: HitsMap) -> SafeString:
    """The still picture: shown without scripts and on paper."""
    if hits.centre:
        rings = (hits.ring_km,) if hits.ring_km else ()
        return reach_map_svg(Reach(*hits.centre, hits.label, rings, hits.points))
    projection = _around(hits.points)
    return tag(
        "svg",
        tag("title", gettext("Map of what was found")),
        joined(outline_lines(projection)),
        joined(mark(projection, point) for point in hits.points),
        class_="map-still",
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
        role="img",
    )


def _around(points: tuple[ReachPoint, ...]) -> Projection:
    if not points:
        return Projection(*WHOLE_COUNTRY)
    lats, lons = [point.lat for point in points], [point.lon for point in points]
    middle = ((min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2)
    return projection_for(Reach(*middle, "", (), points))


def _ends(around: Projection) -> str:
    """Of the square around a ring, as wide as high on the ground."""
    height = around.reach_km / KM_PER_DEGREE
    width = height / max(math.cos(math.radians(around.lat)), 0.05)
    ends = (around.lat - height, around.lon - width, around.lat + height, around.lon + width)
    return ",".join(f"{degrees:.4f}" for degrees in ends)
