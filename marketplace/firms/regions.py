"""The region a point most likely lies in."""

from __future__ import annotations

import math

from marketplace.units import distance_km

from .models import Region

_HALF_SIDES_DEG = (0.3, 1.0, 3.0)


def nearest_region(latitude: float, longitude: float, country: str) -> Region | None:
    """The county whose centre is nearest, or the prefecture where it has no counties; None far from any.

    A centre is not a border, so the person may choose another one. One indexed box at a time, smallest first;
    the box is widened in longitude so that it is as broad on the ground as it is high.
    """
    leaves = Region.objects.filter(country=country, region=None).exclude(level__in=("country", "composite"))
    widening = 1 / max(math.cos(math.radians(latitude)), 0.1)
    for half_side in _HALF_SIDES_DEG:
        near = leaves.filter(
            latitude__range=(latitude - half_side, latitude + half_side),
            longitude__range=(longitude - half_side * widening, longitude + half_side * widening),
        )
        by_distance: dict[float, Region] = {
            distance_km(latitude, longitude, row.latitude, row.longitude): row for row in near
        }
        if by_distance:
            return by_distance[min(by_distance)]
    return None
