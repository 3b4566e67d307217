"""The clock of permits: their holders are told 90, 30 and 7 days before the last day, each once.

Whether a permit still counts needs no clock, it is asked at every read. Every step can be repeated without harm.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from .letters import Post, people_of, site_url, write_letter, write_to_each
from .models import Permit, PermitNotice, PermitState, Role

DAYS_AHEAD = (7, 30, 90)


@dataclass(frozen=True)
class Reminded:
    """What one run did. `unsent` letters are tried again at the next run."""

    notices: int
    sent: int
    unsent: int


def remind_of_expiry(day: dt.date | None = None) -> Reminded:
    day = day or timezone.localdate()
    notices = give_notice(day)
    post = send_letters(day)
    return Reminded(notices, post.sent, post.unsent)


def give_notice(day: dt.date) -> int:
    """Only the nearest of the three is made: who enters a permit three weeks before its end gets one letter."""
    last = day + dt.timedelta(days=max(DAYS_AHEAD))
    ending = Permit.objects.filter(state=PermitState.VERIFIED, valid_to__range=(day, last))
    wanted = [
        PermitNotice(permit=permit, valid_to=permit.valid_to, days_ahead=_stage(permit.valid_to, day), made_on=day)
        for permit in ending.order_by("pk")
    ]
    before = PermitNotice.objects.count()
    PermitNotice.objects.bulk_create(wanted, ignore_conflicts=True)
    return PermitNotice.objects.count() - before


def _stage(valid_to: dt.date, day: dt.date) -> int:
    left = (valid_to - day).days
    return next(days for days in DAYS_AHEAD if left <= days)


def send_letters(day: dt.date) -> Post:
    waiting = PermitNotice.objects.filter(sent_at=None).select_related("permit__firm").order_by("valid_to", "pk")
    current = waiting.filter(permit__valid_to=F("valid_to"), permit__state=PermitState.VERIFIED, valid_to__gte=day)
    return sum((_write(notice, day) for notice in current), Post())


def _write(notice: PermitNotice, day: dt.date) -> Post:
    permit = notice.permit
    facts = {
        "permit": permit,
        "days": (notice.valid_to - day).days,
        "url": site_url(reverse("firms:permit", args=[permit.pk])),
    }
    owners = people_of(permit.firm, Role.OWNER)
    post = write_to_each(owners, lambda person: write_letter(to=person, name="permit_ends", facts=facts))
    if post.is_done:
        notice.sent_at = timezone.now()
        notice.save(update_fields=["sent_at"])
    return post
