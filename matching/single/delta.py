"""Which listings changed since a standing index was made: told by the events that every service writes."""

from __future__ import annotations

import numpy as np
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from listings.models import Listing
from marketplace.firms.models import Event, Site
from matching.engine.columns import Longs
from matching.single.standing import StandingIndex


def changed_since(index: StandingIndex) -> Longs:
    """Keys of the listings that are new, that something happened to, or whose site was changed; rising."""
    listing, site = (ContentType.objects.get_for_model(model).pk for model in (Listing, Site))
    events = Event.objects.filter(pk__gt=index.last_event, content_type__in=(listing, site)).order_by()
    changed: dict[int, set[int]] = {listing: set(), site: set()}
    for kind, key in events.values_list("content_type", "object_id"):
        changed[kind].add(key)
    new = Q(pk__gt=index.last_listing)
    fresh = Listing.objects.filter(new | Q(site__in=changed[site]) if changed[site] else new).order_by()
    changed[listing].update(fresh.values_list("pk", flat=True))
    return np.array(sorted(changed[listing]), dtype=np.int64)
