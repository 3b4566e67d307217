"""The write layer of listings: draft, publish, change, confirm, suspend, withdraw, and the papers that go with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.errors import Incomplete, WrongState
from marketplace.firms.models import Firm, Role, Site, User
from marketplace.firms.services import record_event, require_role, save_clean

from .contamination import contaminations_of
from .details import replace_details
from .models import (
    Evidence,
    Kind,
    LegalStatus,
    Listing,
    Material,
    State,
    WasteCode,
)
from .quality import quality_level
from .search.indexing import index_listings
from .stating import state_facts

CONFIRM_WITHIN = dt.timedelta(days=90)
MOVES: dict[str, frozenset[str]] = {
    State.DRAFT: frozenset({State.PUBLISHED, State.WITHDRAWN}),
    State.PUBLISHED: frozenset({State.SUSPENDED, State.WITHDRAWN}),
    State.SUSPENDED: frozenset({State.PUBLISHED, State.WITHDRAWN}),
    State.WITHDRAWN: frozenset(),
}
WRITERS = (Role.OWNER, Role.TRADER)
CHANGED_MEANWHILE = "changed_meanwhile"


@transaction.atomic
def draft_listing(
    *,
    actor: User,
    firm: Firm,
    kind: str,
    values: Mapping[str, Any],
    codes: Iterable[WasteCode] = (),
    measures: Iterable[Mapping[str, Any]] = (),
    excluded_materials: Iterable[Material] = (),
) -> Listing:
    """A new draft. `measures` are property ranges for an offer, limits for a need: the fields of their model."""
    require_role(actor, firm, *WRITERS)
    listing = Listing(firm=firm, kind=kind, created_by=actor)
    state_facts(listing, values)
    save_clean(listing)
    replace_details(listing, codes=codes, measures=measures, excluded_materials=excluded_materials)
    record_event(actor=actor, verb="listing.drafted", subject=listing, firm=firm)
    return listing


@transaction.atomic
def change_listing(
    *,
    actor: User,
    listing: Listing,
    values: Mapping[str, Any],
    codes: Iterable[WasteCode] | None = None,
    measures: Iterable[Mapping[str, Any]] | None = None,
    excluded_materials: Iterable[Material] | None = None,
    expected_revision: int | None = None,
) -> Listing:
    """Change any facts; None leaves codes, measures or exclusions as they are. What is published is matched anew.

    With `expected_revision`, the one that the actor has seen, a change does not undo what came in between.
    """
    listing = _locked_open(actor, listing)
    if expected_revision not in (None, listing.revision):
        raise WrongState(
            _("Somebody else has changed this listing meanwhile. Look at it again before you save."),
            code=CHANGED_MEANWHILE,
        )
    codes = None if codes is None else list(codes)
    state_facts(listing, values)
    if listing.state == State.PUBLISHED:
        require_publishable(listing, codes)
    listing.revision += 1
    save_clean(listing)
    replace_details(listing, codes=codes, measures=measures, excluded_materials=excluded_materials)
    record_event(
        actor=actor, verb="listing.changed", subject=listing, firm=listing.firm, change=", ".join(sorted(values))
    )
    _index(listing)
    return listing


@transaction.atomic
def publish_listing(*, actor: User, listing: Listing) -> Listing:
    """Put a draft or a suspended listing on the market; it must be confirmed again within 90 days."""
    listing = _locked(actor, listing)
    require_publishable(listing)
    _move(listing, State.PUBLISHED)
    listing.published_at = listing.published_at or timezone.now()
    listing.revision += 1
    _confirm(listing)
    save_clean(listing)
    refresh_quality(listing)
    record_event(
        actor=actor, verb="listing.published", subject=listing, firm=listing.firm,
        change=", ".join(contaminations_of(listing)),
    )  # fmt: skip
    _index(listing)
    return listing


@transaction.atomic
def confirm_listing(*, actor: User, listing: Listing) -> Listing:
    """The holder says that it still stands."""
    listing = _locked(actor, listing)
    if listing.state != State.PUBLISHED:
        raise WrongState
    _confirm(listing)
    save_clean(listing)
    refresh_quality(listing)
    record_event(actor=actor, verb="listing.confirmed", subject=listing, firm=listing.firm)
    _index(listing)
    return listing


@transaction.atomic
def suspend_listing(*, actor: User, listing: Listing) -> Listing:
    """Take it off the market for now; publishing brings it back."""
    return _leave_market(actor, _locked(actor, listing), State.SUSPENDED)


@transaction.atomic
def lapse_listing(*, listing: Listing, day: dt.date) -> bool:
    """The clock takes off the market what was not confirmed before `day`; False where it was confirmed meanwhile."""
    locked: Listing = Listing.objects.select_for_update().get(pk=listing.pk)
    if locked.state != State.PUBLISHED or locked.confirm_by is None or locked.confirm_by >= day:
        return False
    _leave_market(None, locked, State.SUSPENDED, verb="listing.lapsed")
    return True


@transaction.atomic
def withdraw_listing(*, actor: User, listing: Listing) -> Listing:
    """Take it off the market for good."""
    return _leave_market(actor, _locked(actor, listing), State.WITHDRAWN)


@transaction.atomic
def add_evidence(*, actor: User, listing: Listing, file: File[Any], values: Mapping[str, Any]) -> Evidence:
    """Attach a document and compute the data quality anew."""
    listing = _locked_open(actor, listing)
    evidence = Evidence(listing=listing, file=file, **values)
    save_clean(evidence)
    refresh_quality(listing)
    record_event(actor=actor, verb="listing.evidence_added", subject=listing, firm=listing.firm, change=evidence.kind)
    _index(listing)
    return evidence


@transaction.atomic
def remove_evidence(*, actor: User, evidence: Evidence) -> Listing:
    """Take a document away, its file too once that is sure, and compute the data quality anew."""
    listing = _locked_open(actor, evidence.listing)
    change, storage, name = evidence.kind, evidence.file.storage, str(evidence.file.name)
    evidence.delete()
    transaction.on_commit(partial(storage.delete, name))
    refresh_quality(listing)
    record_event(actor=actor, verb="listing.evidence_removed", subject=listing, firm=listing.firm, change=change)
    _index(listing)
    return listing


def follow_site(site: Site) -> int:
    """Its listings take the site's public place; those that stood elsewhere have a new revision. Returns how many."""
    latitude, longitude = site.public_place
    elsewhere = Listing.objects.filter(site=site).exclude(latitude=latitude, longitude=longitude)
    moved = elsewhere.update(latitude=latitude, longitude=longitude, revision=F("revision") + 1)
    index_listings(Listing.objects.published().filter(site=site).values_list("pk", flat=True))
    return moved


def refresh_quality(listing: Listing) -> None:
    """Recompute the data-quality level: reports age. A new level is a new revision, because needs may ask for one."""
    level = quality_level(listing, timezone.localdate())
    if level != listing.quality_level:
        listing.quality_level = level
        listing.revision += 1
        listing.save(update_fields=["quality_level", "revision"])


def require_publishable(listing: Listing, codes: Iterable[WasteCode] | None = None) -> None:
    """What a listing needs before others see it: what it is, and no hazard in disguise. `codes`, if known already."""
    if listing.material_id is None and (listing.is_offer or listing.use_id is None):
        raise Incomplete(_("Choose the material before publishing."), field="material")
    hazardous_code = any(code.hazardous for code in (listing.codes.all() if codes is None else codes))
    status = listing.legal_status
    if (
        listing.kind == Kind.OFFER
        and hazardous_code
        and status not in (LegalStatus.HAZARDOUS, LegalStatus.END_OF_WASTE)
    ):
        raise Incomplete(
            _("The waste code is hazardous: set the legal status to hazardous waste or remove the code."),
            field="legal_status",
        )


def _locked(actor: User, listing: Listing) -> Listing:
    locked: Listing = Listing.objects.select_for_update().get(pk=listing.pk)
    require_role(actor, locked.firm, *WRITERS)
    return locked


def _locked_open(actor: User, listing: Listing) -> Listing:
    locked = _locked(actor, listing)
    if locked.state == State.WITHDRAWN:
        raise WrongState
    return locked


def _index(listing: Listing) -> None:
    """Drafts and suspended listings are in nobody's search."""
    if listing.state == State.PUBLISHED:
        index_listings([listing.pk])


def _move(listing: Listing, state: str) -> None:
    if state not in MOVES[listing.state]:
        raise WrongState
    listing.state = state


def _confirm(listing: Listing) -> None:
    listing.confirmed_on = timezone.localdate()
    listing.confirm_by = listing.confirmed_on + CONFIRM_WITHIN


def _leave_market(actor: User | None, listing: Listing, state: str, *, verb: str = "") -> Listing:
    _move(listing, state)
    save_clean(listing)
    record_event(actor=actor, verb=verb or f"listing.{state}", subject=listing, firm=listing.firm)
    index_listings([listing.pk])
    return listing
