"""After an edit of the reference data: pairs that became unlawful go at once, the rest is matched anew."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q

from listings.models import HaulageRate, Listing, Material, MaterialUse, UseLimit, WasteCode
from marketplace.firms.models import Region
from matching.models import Match
from matching.tasks import rematch

MATCHED_AT_ONCE = 20
"""Jobs may run inside the request; further listings wait for the clock that matches what changed."""
# Fields that pairs depend on; names and sources are none.
TELLING: dict[type[models.Model], frozenset[str]] = {
    Material: frozenset({"parent", "economic_radius_km"}),
    MaterialUse: frozenset({"material", "use", "suitability", "prohibited"}),
    UseLimit: frozenset({"property", "minimum", "maximum", "hard"}),
    HaulageRate: frozenset({"currency", "fixed_per_t", "rate_per_t_km", "road_factor"}),
    WasteCode: frozenset({"hazardous"}),
    Region: frozenset({"parent", "members"}),
}


def follow_reference(row: models.Model, changed: Collection[str]) -> int:
    """Call it in the transaction of the edit, with the fields that changed; returns how many listings are affected.

    They have a new revision, so that their pages say so and the clock catches up with those that wait.
    """
    if not TELLING.get(type(row), frozenset()) & set(changed):
        return 0
    if isinstance(row, MaterialUse) and row.prohibited:
        Match.objects.filter(need__use=row.use_id, offer__material__in=_with_all_below(row.material)).delete()
    affected = Listing.objects.published().filter(_affected_by(row))
    keys = list(affected.order_by("pk").values_list("pk", flat=True))
    affected.update(revision=F("revision") + 1)
    for key in keys[:MATCHED_AT_ONCE]:
        transaction.on_commit(partial(rematch.enqueue, key))
    return len(keys)


def _affected_by(row: Any) -> Q:
    """Of a pair it is enough to match one side anew: the needs where the edit is about what they ask for."""
    if isinstance(row, Material):
        return Q(material__in=_with_all_below(row))
    if isinstance(row, MaterialUse):
        return Q(kind="need", use=row.use_id)
    if isinstance(row, UseLimit):
        return Q(kind="need", use=row.material_use.use_id)
    if isinstance(row, HaulageRate):
        return Q(kind="need", site__country=row.country) if row.mode == "road" else Q(pk__in=())
    if isinstance(row, WasteCode):
        return Q(pk__in=row.listingcode_set.values("listing")) if row.pk else Q(pk__in=())
    return Q(region__isnull=False) | Q(site__region__path__startswith=row.path)


def _with_all_below(material: Material) -> set[int]:
    found, level = {material.pk}, {material.pk}
    while level:
        level = set(Material.objects.filter(parent__in=level).values_list("pk", flat=True)) - found
        found |= level
    return found
