"""The write layer of matching that people reach: what they do, and the matching that follows from it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from listings.models import Listing
from listings.models.listings import State
from listings.services import change_listing, follow_site, publish_listing
from listings.tasks import alert
from marketplace.firms.models import Firm, User
from matching.lapses import follow_proposals_of
from matching.tasks import rematch


@transaction.atomic
def publish_and_match(*, actor: User, listing: Listing) -> Listing:
    """Publish; as soon as that is committed match, and tell those whose saved searches it fits."""
    listing = publish_listing(actor=actor, listing=listing)
    _match_and_tell(listing)
    return listing


@transaction.atomic
def change_and_match(*, actor: User, listing: Listing, **details: Any) -> Listing:
    """Change, and match anew what is on the market. `details` are those of `listings.services.change_listing`."""
    listing = change_listing(actor=actor, listing=listing, **details)
    if listing.state == State.PUBLISHED:
        _match_and_tell(listing)
    return listing


def _match_and_tell(listing: Listing) -> None:
    """Once this is committed."""
    transaction.on_commit(partial(rematch.enqueue, listing.pk))
    transaction.on_commit(partial(alert.enqueue, listing.pk))


def follow_listing(listing: Listing) -> None:
    """Match it anew, once this is committed, if it is on the market and has a revision that was not matched yet."""
    if Listing.objects.unmatched().filter(pk=listing.pk).exists():
        transaction.on_commit(partial(rematch.enqueue, listing.pk))


@transaction.atomic
def follow_firm(firm: Firm) -> None:
    """After a change of the firm's sites or rights its listings take their places and are matched on commit.

    Rights are no part of a listing's revision, so all that are on the market are matched anew. Proposals that lost a
    right, or have it back, are flagged in the same transaction.
    """
    for site in firm.sites.all():
        follow_site(site)
    for key in firm.listings.published().order_by("pk").values_list("pk", flat=True):
        transaction.on_commit(partial(rematch.enqueue, key))
    follow_proposals_of(firm, timezone.localdate())
