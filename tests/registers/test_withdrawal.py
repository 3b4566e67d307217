"""A list withdraws a firm: its matches are gone and its proposals flagged in the same transaction."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from time import process_time
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.registers.drafting import Proposal as Line
from cms.registers.linking import link_firm
from cms.registers.models import RegulatedList
from listings.models import Listing
from marketplace.firms.models import Recognition
from matching.models import LapsedRight, Match, Proposal
from matching.proposals import ProposedLine, RightMissing, agree, propose
from matching.rematching import rematch_listing
from tests import factories as make
from tests.matching.market import make_market
from tests.registers.registry import added, entry_named, make_keeper, make_list, publish_now

pytestmark = pytest.mark.django_db
AT_ONCE_S = 1.0
"""Processor time from the withdrawal to the page that shows it: some hundredths in truth."""


@pytest.fixture
def steel() -> RegulatedList:
    return make_list()


@pytest.fixture
def pair(steel: RegulatedList) -> tuple[Listing, Listing]:
    """An offer for listed firms only, and a need whose firm the list names."""
    keeper, market = make_keeper(), make_market()
    offer, need = market.offer(listed_only=True), market.need()
    publish_now(keeper, steel, added("甲公司"))
    link_firm(actor=keeper, entry=entry_named(steel, "甲公司"), firm=need.firm)
    return offer, need


def withdraw(steel: RegulatedList, day: dt.date | None = None) -> None:
    lines = [Line("withdraw", entry_named(steel, "甲公司"))]
    publish_now(make_keeper(), steel, lines, day or timezone.localdate())


def proposed(pair: tuple[Listing, Listing]) -> Proposal:
    line = ProposedLine(pair[0].pk, pair[1].pk, Decimal(100))
    return propose(actor=make.make_facilitator(), lines=[line], day=timezone.localdate())[0]


def test_the_market_follows_a_withdrawal_within_a_second(steel: RegulatedList, pair: tuple[Listing, Listing]) -> None:
    offer, need = pair
    rematch_listing(offer.pk)
    proposal, today = proposed(pair), timezone.localdate()
    client = Client()
    client.force_login(make.owner_of(offer.firm))
    assert "stands on no list" not in client.get(reverse("matching:proposals")).content.decode()
    assert Match.objects.lawful_on(today).exists()
    began = process_time()
    withdraw(steel)
    assert not Match.objects.lawful_on(today).exists()
    assert LapsedRight.objects.get(proposal=proposal).since == today
    assert f"stands on no list since {today}" in client.get(reverse("matching:proposals")).content.decode()
    took_s = process_time() - began
    assert took_s < AT_ONCE_S
    with pytest.raises(RightMissing):
        agree(actor=make.owner_of(need.firm), proposal=proposal, side="need")


def test_nothing_new_is_proposed_after_a_withdrawal(steel: RegulatedList, pair: tuple[Listing, Listing]) -> None:
    withdraw(steel)
    with pytest.raises(RightMissing):
        proposed(pair)


def test_rectified_the_right_and_the_market_are_back(pair: tuple[Listing, Listing], steel: RegulatedList) -> None:
    RegulatedList.objects.update(rectify_suspends=True)
    keeper, proposal = make_keeper(), proposed(pair)
    entry, yesterday = entry_named(steel, "甲公司"), timezone.localdate() - dt.timedelta(days=1)
    publish_now(keeper, steel, [Line("rectify", entry)], yesterday)
    assert LapsedRight.objects.get(proposal=proposal).ended_at is None
    publish_now(keeper, steel, [Line("restore", entry)], timezone.localdate())
    assert LapsedRight.objects.get(proposal=proposal).ended_at is not None
    assert Recognition.objects.valid_on(timezone.localdate()).count() == 1


def test_both_sides_hear_of_it(
    steel: RegulatedList, pair: tuple[Listing, Listing], django_capture_on_commit_callbacks: Any
) -> None:
    proposed(pair)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw(steel)
    told = {address for letter in mail.outbox for address in letter.to}
    assert told == {make.owner_of(listing.firm).email for listing in pair}
