"""Distances as every backend measures them, and what a tonne costs at the searcher's gate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.conf import settings

from marketplace.units import exchange_rate

from ..models import HaulageRate
from .query import Place

Floats = npt.NDArray[np.float64]

EARTH_RADIUS_KM = 6371.0087714
"""Mean radius of WGS-84; Elasticsearch's sphere. Within 0.6 % of the distance over the ellipsoid."""
ROAD = "road"


def distances_km(place: Place, latitudes: Floats, longitudes: Floats) -> Floats:
    """Along the great circle (haversine formula, well conditioned for small distances); degrees in."""
    phi, phis = np.radians(place.latitude), np.radians(latitudes)
    half_across = np.sin(np.radians(longitudes - place.longitude) / 2)
    half_up = np.sin((phis - phi) / 2)
    squared = half_up**2 + np.cos(phi) * np.cos(phis) * half_across**2
    found: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(squared, 0.0, 1.0)))
    return found


@dataclass(frozen=True)
class Haulage:
    """Cost of carrying a tonne by road, in the base currency."""

    fixed_per_t: float
    per_t_km: float

    def cost_per_t(self, distance_km: float) -> float:
        """As the crow flies: the rate allows for roads that wind."""
        return self.fixed_per_t + self.per_t_km * distance_km


DEFAULT_HAULAGE = Haulage(fixed_per_t=10.0, per_t_km=0.65)
"""Where no rate is known: that of matching, ¥0.5 per t·km on roads 1.3 times as long as the straight way."""


def haulage_by_country() -> dict[str, Haulage]:
    """The road rate of each country; `""` holds the one for all others."""
    found = {"": DEFAULT_HAULAGE}
    for rate in HaulageRate.objects.filter(mode=ROAD):
        in_base = float(exchange_rate(rate.currency)) if rate.currency in settings.LOOPYARD_EXCHANGE_RATES else 1.0
        per_km = float(rate.rate_per_t_km * rate.road_factor) * in_base
        found[rate.country] = Haulage(float(rate.fixed_per_t) * in_base, per_km)
    return found
