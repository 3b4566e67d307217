"""Letters of matching: both sides of a proposal hear, once, that a right which it needs is gone."""

from __future__ import annotations

from functools import partial

from django.urls import reverse
from django.utils import timezone

from listings.services import WRITERS
from marketplace.firms.letters import Post, language_of, people_of, site_url, write_letter, write_to_each
from marketplace.firms.models import User
from matching.models import LapsedRight, Right
from matching.rights import MissingRight


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
    post = Post()
    if row.proposal.stands:
        for side in (row.proposal.offer, row.proposal.need):
            post += write_to_each(people_of(side.firm, *WRITERS), partial(_write, row))
    if post.is_done:
        row.sent_at = timezone.now()
        row.save(update_fields=["sent_at"])
    return post


def _write(row: LapsedRight, person: User) -> bool:
    with language_of(person):
        facts = {
            "offer": row.proposal.offer.title,
            "need": row.proposal.need.title,
            "reason": MissingRight(Right(row.code), row.since).sentence,
            "accepted": not row.proposal.is_open,
            "url": site_url(reverse("matching:proposals")),
        }
    return write_letter(to=person, name="right_lapsed", facts=facts)
