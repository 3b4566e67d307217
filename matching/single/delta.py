"""What changed since a standing index was made: told by the events that every service writes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from django.contrib.contenttypes.models import ContentType

from listings.models import Listing
from marketplace.firms.models import Event, Permit, Site
from matching.engine.columns import Longs
from matching.rows import TABLE
from matching.single.standing import StandingIndex
from matching.statements import fetched, one_of

# Of new listings there need not be an event.
HAPPENED = (
    f"SELECT content_type_id, object_id, firm_id FROM {Event._meta.db_table}"  # noqa: S608
    " WHERE id > %s AND content_type_id IN (%s, %s, %s)"
    f" UNION ALL SELECT %s, id, NULL FROM {TABLE} WHERE id > %s"
)


class Changes(NamedTuple):
    """Keys, rising: listings that are new or changed, or whose site was; firms one of whose permits was."""

    listings: Longs
    firms: Longs


def changed_since(index: StandingIndex) -> Changes:
    listing, site, permit = (ContentType.objects.get_for_model(model).pk for model in (Listing, Site, Permit))
    changed: dict[int, set[int]] = {listing: set(), site: set(), permit: set()}
    values = (index.last_event, listing, site, permit, listing, index.last_listing)
    for kind, key, firm in fetched(HAPPENED, values):
        changed[kind].add(firm if kind == permit else key)
    if changed[site]:
        at_sites, values = one_of("site_id", sorted(changed[site]))
        changed[listing].update(key for (key,) in fetched(f"SELECT id FROM {TABLE} WHERE {at_sites}", values))  # noqa: S608
    return Changes(*(np.array(sorted(changed[kind]), dtype=np.int64) for kind in (listing, permit)))
