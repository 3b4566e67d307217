"""The clock of permits: their holders are told 90, 30 and 7 days before the last day, each once.

Whether a permit still counts needs no clock, it is asked at every read. Every step can be repeated without harm.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from .letters import site_url, write_letter
from .models import Permit, PermitNotice, PermitState, Role, User

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
    sent, unsent = send_letters(day)
    return Reminded(notices, sent, unsent)


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


def send_letters(day: dt.date) -> tuple[int, int]:
    """Returns how many letters went out and how many the mail server did not take."""
    waiting = PermitNotice.objects.filter(sent_at=None).select_related("permit__firm").order_by("valid_to", "pk")
    current = waiting.filter(permit__valid_to=F("valid_to"), permit__state=PermitState.VERIFIED, valid_to__gte=day)
    taken = [_write(notice, day) for notice in current]
    return sum(sent for sent, _missed in taken), sum(missed for _sent, missed in taken)


def _write(notice: PermitNotice, day: dt.date) -> tuple[int, int]:
    """A notice is done when anyone could be reached, or when there is nobody to write to."""
    permit = notice.permit
    owners = User.objects.filter(is_active=True, memberships__firm=permit.firm, memberships__role=Role.OWNER)
    facts = {
        "permit": permit,
        "days": (notice.valid_to - day).days,
        "url": site_url(reverse("firms:permit", args=[permit.pk])),
    }
    sent = [write_letter(to=person, name="permit_ends", facts=facts) for person in owners.order_by("pk")]
    if any(sent) or not sent:
        notice.sent_at = timezone.now()
        notice.save(update_fields=["sent_at"])
    return sum(sent), len(sent) - sum(sent)
