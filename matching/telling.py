"""Letters of matching: both sides of a proposal hear, once, that a right which it needs is gone.

Each letter is a row before it is sent. Whoever makes the row writes the letter, so that two clocks at the same moment
write it once; it goes out when the row is committed. A letter that the mail server did not take gives its row back.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from listings.services import WRITERS
from marketplace.firms.letters import Post, language_of, people_of, site_url, write_letter
from marketplace.firms.models import User
from matching.models import LapsedRight, LapseLetter, Right
from matching.rights import MissingRight

GIVEN_UP_AFTER = dt.timedelta(hours=1)
"""Whoever took a letter up and has not sent it by then is gone."""


def send_letters() -> Post:
    """Write to both sides of each proposal that lost a right and was not told of yet.

    What came back, or was declined meanwhile, is no news any more.
    """
    LapsedRight.objects.filter(sent_at=None).exclude(ended_at=None).update(sent_at=timezone.now())
    unsent = LapsedRight.objects.filter(sent_at=None).select_related(
        "proposal__offer__firm", "proposal__offer__material", "proposal__need__firm", "proposal__need__material",
        "proposal__need__use",
    )  # fmt: skip
    return sum((_tell(row) for row in unsent.order_by("pk")), Post())


def _tell(row: LapsedRight) -> Post:
    people = _people(row) if row.proposal.stands else []
    post = sum((_write_once(row, person) for person in people), Post())
    if not people or _is_told(row):
        row.sent_at = timezone.now()
        row.save(update_fields=["sent_at"])
    return post


def _people(row: LapsedRight) -> list[User]:
    """One person may write for both sides."""
    sides = (row.proposal.offer, row.proposal.need)
    return list({person.pk: person for side in sides for person in people_of(side.firm, *WRITERS)}.values())


def _is_told(row: LapsedRight) -> bool:
    """Somebody has the letter, and none is on its way; an address that takes none holds up nothing."""
    return row.letters.exclude(sent_at=None).exists() and not row.letters.filter(sent_at=None).exists()


def _write_once(row: LapsedRight, person: User) -> Post:
    letter = _take_up(row, person)
    if letter is None:
        return Post()
    if not _write(row, person):
        letter.delete()
        return Post(unsent=1)
    letter.sent_at = timezone.now()
    letter.save(update_fields=["sent_at"])
    return Post(sent=1)


@transaction.atomic(durable=True)
def _take_up(row: LapsedRight, person: User) -> LapseLetter | None:
    """The right to write this letter, committed; None where another has it."""
    now = timezone.now()
    letter, is_new = LapseLetter.objects.get_or_create(lapse=row, person=person, defaults={"taken_up_at": now})
    if is_new:
        return letter
    given_up = LapseLetter.objects.filter(pk=letter.pk, sent_at=None, taken_up_at__lt=now - GIVEN_UP_AFTER)
    return letter if given_up.update(taken_up_at=now) else None


def _write(row: LapsedRight, person: User) -> bool:
    with language_of(person):
        facts = {
            "offer": row.proposal.offer.title,
            "need": row.proposal.need.title,
            "reason": MissingRight(Right(row.code), row.since).sentence,
            "accepted": not row.proposal.is_open,
            "prohibited": row.code == Right.LAWFUL_USE,
            "url": site_url(reverse("matching:proposals")),
        }
    return write_letter(to=person, name="right_lapsed", facts=facts)
