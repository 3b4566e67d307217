"""Many listings at once, for registers and other imports: `draft_listing` and `publish_listing` in few queries.

One listing costs some forty queries, half of them constraints that the database checks once more by itself; here
relations are taken as read and each table is written in one go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from marketplace.errors import Invalid
from marketplace.firms.models import Event, Firm, User
from marketplace.firms.services import require_role

from .models import Listing, ListingCode, State, WasteCode
from .search.indexing import index_listings
from .services import CONFIRM_WITHIN, WRITERS, require_publishable
from .stating import state_facts

ROWS_AT_ONCE = 500
_RELATIONS = [field.name for field in Listing._meta.concrete_fields if field.is_relation]
_PUBLISHED_REVISION = 2  # the draft was the first
_VERBS = ("listing.drafted", "listing.published")


@dataclass(frozen=True)
class NewListing:
    """A listing without figures and documents, whose data quality is therefore 0. `values` as in `draft_listing`."""

    firm: Firm
    kind: str
    values: Mapping[str, Any]
    codes: Sequence[WasteCode] = ()


@transaction.atomic
def publish_many(*, actor: User, rows: Iterable[NewListing]) -> list[Listing]:
    """Draft and publish all rows or, where one is refused, none. They are matched by the next full run."""
    rows = list(rows)
    for firm in {row.firm for row in rows}:
        require_role(actor, firm, *WRITERS)
    listings = Listing.objects.bulk_create([_listing(actor, row) for row in rows], batch_size=ROWS_AT_ONCE)
    ListingCode.objects.bulk_create(
        [ListingCode(listing=each, code=code) for each, row in zip(listings, rows, strict=True) for code in row.codes],
        batch_size=ROWS_AT_ONCE,
    )
    Event.objects.bulk_create(
        [Event(actor=actor, firm=each.firm, verb=verb, subject=each) for each in listings for verb in _VERBS],
        batch_size=ROWS_AT_ONCE,
    )
    index_listings(listing.pk for listing in listings)
    return listings


def _listing(actor: User, row: NewListing) -> Listing:
    listing = Listing(firm=row.firm, kind=row.kind, created_by=actor)
    state_facts(listing, row.values)
    listing.state, listing.revision = State.PUBLISHED, _PUBLISHED_REVISION
    listing.published_at, listing.confirmed_on = timezone.now(), timezone.localdate()
    listing.confirm_by = listing.confirmed_on + CONFIRM_WITHIN
    _check(listing)
    require_publishable(listing, row.codes)
    return listing


def _check(listing: Listing) -> None:
    try:
        listing.clean_fields(exclude=_RELATIONS)
        listing.clean()
    except ValidationError as error:
        raise Invalid.from_validation(error) from error
