"""Two proposals in the invented park: one waits for answers, the other lost its right when a list dropped its taker."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from django.utils import timezone

from listings.models import Listing
from marketplace.demo.people import user_named
from marketplace.firms.models import Recognition
from marketplace.firms.services import end_recognition
from matching.lapses import follow_proposals_of
from matching.models import LapsedRight, Proposal
from matching.proposals import ProposedLine, propose

WAITING = ("fly_ash", "aac_ash", Decimal(2000))
LAPSED = ("bus_batteries", "batteries_unlisted", Decimal(120))
MADE_BEFORE = dt.timedelta(days=14)


def add_proposals(listings: Mapping[str, Listing]) -> int:
    """Made by the facilitator; returns how many."""
    _propose(listings, WAITING)
    _let_lapse(listings)
    return 2


def _propose(listings: Mapping[str, Listing], story: tuple[str, str, Decimal]) -> Proposal:
    offer, need, quantity_t = story
    line = ProposedLine(listings[offer].pk, listings[need].pk, quantity_t)
    return propose(actor=user_named("facilitator"), lines=[line], day=timezone.localdate())[0]


def _let_lapse(listings: Mapping[str, Listing]) -> None:
    """As if made while the taker was listed: no service turns the clock back. Nobody is written to."""
    firm = listings[LAPSED[1]].firm
    recognition = Recognition.objects.get(firm=firm)
    ended: dt.date = recognition.valid_before
    Recognition.objects.filter(pk=recognition.pk).update(valid_before=None)
    proposal = _propose(listings, LAPSED)
    Proposal.objects.filter(pk=proposal.pk).update(created_at=_morning(ended - MADE_BEFORE))
    end_recognition(actor=None, recognition=recognition, day=ended)
    follow_proposals_of(firm, timezone.localdate())
    LapsedRight.objects.filter(proposal=proposal).update(sent_at=timezone.now())


def _morning(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(9)))
