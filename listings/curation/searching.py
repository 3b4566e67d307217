"""Listings are found by the names of what they point to: after an edit they are written into the search anew."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import models, transaction
from django.db.models import Q

from listings.models import Listing, Material, Use, WasteCode
from listings.tasks import index_anew
from marketplace.firms.models import Park, Region

SENT_AT_ONCE = 500


def follow_in_search(row: models.Model) -> None:
    """Once this is committed, as jobs of some hundred listings."""
    keys = list(_listings_that_say(row))
    for start in range(0, len(keys), SENT_AT_ONCE):
        transaction.on_commit(partial(index_anew.enqueue, keys[start : start + SENT_AT_ONCE]))


def _listings_that_say(row: Any) -> models.QuerySet[Any]:
    about: Q = Q(pk__in=())
    if isinstance(row, Material):
        about = Q(material=row) | Q(material__parent=row)
    elif isinstance(row, Use):
        about = Q(use=row)
    elif isinstance(row, WasteCode):
        about = Q(pk__in=row.listingcode_set.values("listing"))
    elif isinstance(row, Park):
        about = Q(site__park=row)
    elif isinstance(row, Region):
        about = Q(site__region__path__startswith=row.path)
    return Listing.objects.published().filter(about).order_by("pk").values_list("pk", flat=True)
