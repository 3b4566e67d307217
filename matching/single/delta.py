"""What changed since a standing index was made: told by the events that every service writes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from django.contrib.contenttypes.models import ContentType

from listings.models import Listing
from marketplace.firms.models import Event, Permit, Site
from matching.engine.columns import Longs
from matching.rows import TABLE, fetched
from matching.single.standing import StandingIndex

HAPPENED = (
    f"SELECT content_type_id, object_id, firm_id FROM {Event._meta.db_table}"  # noqa: S608
    " WHERE id > %s AND content_type_id IN (%s, %s, %s)"
)


class Changes(NamedTuple):
    """Keys, rising: listings that are new or changed, or whose site was; firms one of whose permits was."""

    listings: Longs
    firms: Longs


def changed_since(index: StandingIndex) -> Changes:
    listing, site, permit = (ContentType.objects.get_for_model(model).pk for model in (Listing, Site, Permit))
    changed: dict[int, set[int]] = {listing: set(), site: set(), permit: set()}
    for kind, key, firm in fetched(HAPPENED, (index.last_event, listing, site, permit)):
        changed[kind].add(firm if kind == permit else key)
    places = ", ".join(["%s"] * len(changed[site]))
    at_sites = f" OR site_id IN ({places})" if places else ""
    fresh = fetched(f"SELECT id FROM {TABLE} WHERE id > %s{at_sites}", (index.last_listing, *changed[site]))  # noqa: S608
    changed[listing].update(key for (key,) in fresh)
    return Changes(*(np.array(sorted(changed[kind]), dtype=np.int64) for kind in (listing, permit)))
