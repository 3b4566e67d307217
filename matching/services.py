"""The write layer of matching that people reach: what they do, and the matching that follows from it."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from listings.models import Listing
from listings.services import publish_listing
from marketplace.firms.models import User
from matching.tasks import rematch


def publish_and_match(*, actor: User, listing: Listing) -> Listing:
    """Publish, and match as soon as the publication is committed."""
    with transaction.atomic():
        listing = publish_listing(actor=actor, listing=listing)
        transaction.on_commit(partial(rematch.enqueue, listing.pk))
    return listing
