"""Which listings changed since a standing index was made: told by the events that every service writes."""

from __future__ import annotations

import numpy as np
from django.contrib.contenttypes.models import ContentType

from listings.models import Listing
from marketplace.firms.models import Event, Site
from matching.engine.columns import Longs
from matching.rows import TABLE, fetched
from matching.single.standing import StandingIndex

HAPPENED = (
    f"SELECT content_type_id, object_id FROM {Event._meta.db_table} WHERE id > %s AND content_type_id IN (%s, %s)"  # noqa: S608
)


def changed_since(index: StandingIndex) -> Longs:
    """Keys of the listings that are new, that something happened to, or whose site was changed; rising."""
    listing, site = (ContentType.objects.get_for_model(model).pk for model in (Listing, Site))
    changed: dict[int, set[int]] = {listing: set(), site: set()}
    for kind, key in fetched(HAPPENED, (index.last_event, listing, site)):
        changed[kind].add(key)
    places = ", ".join(["%s"] * len(changed[site]))
    at_sites = f" OR site_id IN ({places})" if places else ""
    fresh = fetched(f"SELECT id FROM {TABLE} WHERE id > %s{at_sites}", (index.last_listing, *changed[site]))  # noqa: S608
    changed[listing].update(key for (key,) in fresh)
    return np.array(sorted(changed[listing]), dtype=np.int64)
