"""Which stored listings may fit one listing: by material and a box around it, in plain SQL on the place index.

The engine decides; this only has to lose nobody. Boxes are a little larger than the circles they stand for.
"""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
from django.db.models import Q, QuerySet

from listings.models import Listing
from listings.models.listings import Kind, Scope
from matching.demands import Demand, demand_row
from matching.engine.arrays import Rules
from matching.knowledge import Knowledge, knowledge

KM_PER_DEGREE = 110.5
RADIUS_FACTOR: float = Rules.economic_radius_factor


def counterparts(listing: Listing, day: dt.date, *, widen: float = 1.0) -> QuerySet[Listing]:
    """Open listings of the other kind in the same country that the engine should look at.

    `widen` stretches the box, for those who look for what lies just outside.
    """
    known = knowledge()
    if listing.is_offer:
        fitting, reach_km = _needs_for(listing, known), _reach_of_offer(listing, known)
    else:
        fitting, reach_km = _offers_for(listing, known)
    reach_km, own_wish = _own_reach(listing, reach_km)
    near = _box(listing.latitude, listing.longitude, (reach_km * widen, own_wish))
    return fitting.open_on(day).filter(near, site__country=listing.site.country)


def _needs_for(offer: Listing, known: Knowledge) -> QuerySet[Listing]:
    row = known.row_of[offer.material_id]
    related = {known.materials[other].pk for other in [*known.descendants(row), *known.ancestors(row)]}
    return Listing.objects.needs().filter(Q(material__in=related) | Q(use__in=known.uses_of(row)))


def _offers_for(need: Listing, known: Knowledge) -> tuple[QuerySet[Listing], float]:
    rows = suitable_rows(need, known)
    keys = [known.materials[row].pk for row in rows]
    radii = known.radius_km[rows]
    reach_km = math.inf if not len(rows) or np.isnan(radii).any() else RADIUS_FACTOR * float(radii.max())
    return Listing.objects.offers().filter(material__in=keys), reach_km


def suitable_rows(need: Listing, known: Knowledge) -> np.ndarray:
    """Rows of the materials that serve the need at all."""
    return np.flatnonzero(demand_row(known, demand_of(need, known)).suitability > 0)


def demand_of(need: Listing, known: Knowledge) -> Demand:
    """What a need asks for, less the materials it does not want and all below these."""
    material = None if need.material_id is None else known.row_of[need.material_id]
    unwanted = need.excluded_materials.values_list("pk", flat=True) if need.pk else ()
    excluded = frozenset(row for pk in unwanted for row in known.descendants(known.row_of[pk]))
    return Demand.of(material, need.use_id, excluded)


def _reach_of_offer(offer: Listing, known: Knowledge) -> float:
    radius = known.radius_km[known.row_of[offer.material_id]]
    return math.inf if np.isnan(radius) else RADIUS_FACTOR * float(radius)


def _own_reach(listing: Listing, reach_km: float) -> tuple[float, bool]:
    """How far to look, and whether that is the listing's own wish, which the other side cannot widen."""
    if listing.max_distance_km is not None:
        return float(listing.max_distance_km), True
    return (math.inf if listing.scope != Scope.ANY else reach_km), False


def _box(lat: float, lon: float, reach: tuple[float, bool]) -> Q:
    reach_km, own_wish = reach
    if math.isinf(reach_km):
        return Q()
    box = degrees_box(lat, lon, reach_km)
    if own_wish:
        return box
    # The other side's explicit wish overrides a material's usual radius.
    return box | Q(max_distance_km__gt=reach_km) | ~Q(scope=Scope.ANY)


def degrees_box(lat: float, lon: float, reach_km: float) -> Q:
    """The latitude band, and the longitude band where it does not cross the 180th meridian or a pole."""
    south, north, west, east = box_edges(lat, lon, reach_km)
    box = Q(latitude__range=(south, north))
    return box if math.isinf(west) else box & Q(longitude__range=(west, east))


def box_edges(lat: float, lon: float, reach_km: float) -> tuple[float, float, float, float]:
    """South, north, west and east of the box; west and east are infinite where longitude narrows nothing."""
    half_lat = reach_km / KM_PER_DEGREE + 1e-6
    widest = math.cos(math.radians(min(abs(lat) + half_lat, 90.0)))
    half_lon = half_lat / widest if widest > 0.01 else 360.0
    inside = -180 <= lon - half_lon and lon + half_lon <= 180
    west, east = (lon - half_lon, lon + half_lon) if inside else (-math.inf, math.inf)
    return lat - half_lat, lat + half_lat, west, east


def sides(listing: Listing, others: QuerySet[Listing]) -> tuple[QuerySet[Listing], QuerySet[Listing]]:
    """Offers and needs, in this order, of a listing and its counterparts."""
    alone = Listing.objects.filter(pk=listing.pk)
    return (alone, others) if listing.kind == Kind.OFFER else (others, alone)
