"""The clock of freshness: listings are confirmed again and again, or leave the market after fair notice.

Every step can be repeated without harm and picks up what an interrupted run left: a notice is a row that is made once
and marked when its letter is sent.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core import signing
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from marketplace.firms.letters import Post, people_of, site_url, write_letter, write_to_each
from marketplace.firms.models import Firm, User

from .models import FreshnessNotice, Listing, State
from .querysets import ListingQuerySet
from .services import WRITERS, lapse_listing

SOON = dt.timedelta(days=14)
LAST = dt.timedelta(days=3)
LEAST_NOTICE = dt.timedelta(days=3)
"""Between the first notice and the end, even where the clock stood still meanwhile."""
LINK_LASTS_S = 45 * 24 * 3600
SALT = "listings.freshness"
Stage = FreshnessNotice.Stage


@dataclass(frozen=True)
class ClockResult:
    """What one run did. `unsent` letters are tried again at the next run."""

    notices: int
    lapsed: int
    sent: int
    unsent: int


def keep_fresh(day: dt.date | None = None) -> ClockResult:
    """Give notice, take what was not confirmed off the market, and write to the people concerned."""
    day = day or timezone.localdate()
    notices = give_notice(day)
    lapsed = lapse_unconfirmed(day)
    post = send_letters()
    return ClockResult(notices, lapsed, post.sent, post.unsent)


def give_notice(day: dt.date) -> int:
    """A notice for every listing that comes near its day; the last reminder stands for the first where both are due."""
    last = _due(day, LAST).exclude(_noticed(Stage.LAST))
    soon = _due(day, SOON).filter(confirm_by__gt=day + LAST).exclude(_noticed(Stage.SOON))
    return _note(last, Stage.LAST, day) + _note(soon, Stage.SOON, day)


def lapse_unconfirmed(day: dt.date) -> int:
    """Suspend what is past its day and had its notice some days ago. One listing, one transaction."""
    noticed = FreshnessNotice.objects.filter(
        listing=OuterRef("pk"), confirm_by=OuterRef("confirm_by"), made_on__lte=day - LEAST_NOTICE
    )
    over = Listing.objects.published().filter(Exists(noticed), confirm_by__lt=day).order_by("pk")
    return sum(_lapse(listing, day) for listing in over)


def _lapse(listing: Listing, day: dt.date) -> bool:
    with transaction.atomic():
        if not lapse_listing(listing=listing, day=day):
            return False
        _note([listing], Stage.LAPSED, day)
    return True


def _due(day: dt.date, ahead: dt.timedelta) -> ListingQuerySet:
    due: ListingQuerySet = Listing.objects.published().filter(confirm_by__lte=day + ahead)
    return due


def _noticed(stage: str) -> Exists:
    return Exists(
        FreshnessNotice.objects.filter(listing=OuterRef("pk"), confirm_by=OuterRef("confirm_by"), stage=stage)
    )


def _note(listings: Iterable[Listing], stage: str, day: dt.date) -> int:
    rows = [
        FreshnessNotice(listing=listing, confirm_by=listing.confirm_by, stage=stage, made_on=day)
        for listing in listings
    ]
    FreshnessNotice.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    return len(rows)


# --- letters ----------------------------------------------------------------------------------------------------------


def send_letters() -> Post:
    """One letter a person and firm with all that is due."""
    by_firm: defaultdict[int, list[FreshnessNotice]] = defaultdict(list)
    unsent = FreshnessNotice.objects.filter(sent_at=None).select_related("listing__material", "listing__use")
    for notice in unsent.order_by("confirm_by", "pk"):
        by_firm[notice.listing.firm_id].append(notice)
    firms = Firm.objects.in_bulk(list(by_firm))
    return sum((_write_to_firm(firms[key], notices) for key, notices in by_firm.items()), Post())


def _write_to_firm(firm: Firm, notices: Sequence[FreshnessNotice]) -> Post:
    news = [notice for notice in notices if _is_news(notice)]
    people = people_of(firm, *WRITERS) if news else ()
    post = write_to_each(people, lambda person: _write(person, firm, news))
    if post.is_done:
        FreshnessNotice.objects.filter(pk__in=[notice.pk for notice in notices]).update(sent_at=timezone.now())
    return post


def _is_news(notice: FreshnessNotice) -> bool:
    """What was confirmed, changed hands or ended meanwhile needs no letter."""
    expected = State.SUSPENDED if notice.stage == Stage.LAPSED else State.PUBLISHED
    return notice.listing.state == expected and notice.listing.confirm_by == notice.confirm_by


def _write(person: User, firm: Firm, notices: Sequence[FreshnessNotice]) -> bool:
    facts = {
        "firm": firm,
        "due": [notice.listing for notice in notices if notice.stage != Stage.LAPSED],
        "lapsed": [notice.listing for notice in notices if notice.stage == Stage.LAPSED],
        "url": site_url(reverse("listings:still_stands", args=[ticket(person, firm)])),
    }
    return write_letter(to=person, name="confirm_listings", facts=facts)


# --- the link in the letter -------------------------------------------------------------------------------------------


def ticket(person: User, firm: Firm) -> str:
    """Lets this person confirm this firm's listings for some weeks without signing in; it opens nothing else."""
    return signing.dumps([person.pk, firm.pk], salt=SALT)


def read_ticket(text: str) -> tuple[User, Firm] | None:
    """The person and firm of a ticket; None when it is forged, too old, or the person may no longer write there."""
    try:
        person_pk, firm_pk = signing.loads(text, salt=SALT, max_age=LINK_LASTS_S)
    except signing.BadSignature:
        return None
    person = User.objects.filter(
        pk=person_pk, is_active=True, memberships__firm=firm_pk, memberships__role__in=WRITERS
    ).first()
    return (person, Firm.objects.get(pk=firm_pk)) if person else None


def to_confirm(firm: Firm, day: dt.date) -> ListingQuerySet:
    """What the firm is asked about: due soon, or lapsed since it was last confirmed."""
    lapsed = FreshnessNotice.objects.filter(
        listing=OuterRef("pk"), confirm_by=OuterRef("confirm_by"), stage=Stage.LAPSED
    )
    due = Q(state=State.PUBLISHED, confirm_by__lte=day + SOON) | (Q(state=State.SUSPENDED) & Exists(lapsed))
    asked: ListingQuerySet = Listing.objects.filter(due, firm=firm).for_rows().order_by(F("confirm_by"), "pk")
    return asked
