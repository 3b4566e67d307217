"""Listings are confirmed in time, or leave the market after fair notice."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core import mail, signing
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from listings.freshness import SALT, keep_fresh, read_ticket, ticket
from listings.models import FreshnessNotice, Listing, State
from listings.services import withdraw_listing
from marketplace.firms.models import Event
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer() -> Listing:
    return make.make_offer()


def day_before_end(listing: Listing, days: int) -> dt.date:
    return listing.confirm_by - dt.timedelta(days=days)


def state_of(listing: Listing) -> str:
    return str(Listing.objects.get(pk=listing.pk).state)


def link_in(message: Any) -> str:
    found = re.search(r"https?://[^/]+(/listings/still-stands/\S+)", message.body)
    assert found
    return found.group(1)


def test_nothing_is_said_while_there_is_time(offer: Listing) -> None:
    assert keep_fresh(day_before_end(offer, 15)).notices == 0
    assert mail.outbox == []


def test_the_holder_is_reminded_twice_and_each_time_once(offer: Listing) -> None:
    for days in (14, 14, 9, 3, 3, 1, 0):
        keep_fresh(day_before_end(offer, days))
    assert [message.to for message in mail.outbox] == [[make.owner_of(offer.firm).email]] * 2
    assert state_of(offer) == State.PUBLISHED


def test_what_is_not_confirmed_leaves_the_market_after_its_day(offer: Listing) -> None:
    keep_fresh(day_before_end(offer, 14))
    mail.outbox.clear()
    done = keep_fresh(day_before_end(offer, -1))
    assert (done.lapsed, state_of(offer)) == (1, State.SUSPENDED)
    assert "has left the market" in mail.outbox[0].subject
    assert Event.objects.filter(verb="listing.lapsed", object_id=offer.pk, actor=None).count() == 1


def test_nobody_is_suspended_without_notice_even_if_the_clock_stood_still(offer: Listing) -> None:
    late = offer.confirm_by + dt.timedelta(days=40)
    assert keep_fresh(late).lapsed == 0
    assert keep_fresh(late + dt.timedelta(days=2)).lapsed == 0
    assert keep_fresh(late + dt.timedelta(days=3)).lapsed == 1


def test_what_was_withdrawn_meanwhile_is_left_alone(offer: Listing) -> None:
    keep_fresh(day_before_end(offer, 14))
    withdraw_listing(actor=make.owner_of(offer.firm), listing=offer)
    mail.outbox.clear()
    assert keep_fresh(day_before_end(offer, -1)).lapsed == 0
    assert mail.outbox == []


def test_one_letter_holds_all_listings_of_a_firm(offer: Listing) -> None:
    make.make_offer(site=offer.site, title_en="Second heap")
    keep_fresh(day_before_end(offer, 14))
    assert len(mail.outbox) == 1
    assert "Second heap" in mail.outbox[0].body


def test_a_viewer_gets_no_letter(offer: Listing) -> None:
    make.make_member(offer.firm, "viewer")
    keep_fresh(day_before_end(offer, 14))
    assert [message.to for message in mail.outbox] == [[make.owner_of(offer.firm).email]]


def test_the_letter_is_in_the_language_of_its_reader(offer: Listing) -> None:
    owner = make.owner_of(offer.firm)
    owner.language = "zh-hans"
    owner.save()
    keep_fresh(day_before_end(offer, 14))
    assert re.search(r"[\u4e00-\u9fff]", mail.outbox[0].subject)
    assert "Confirm here" not in mail.outbox[0].body


def test_a_letter_that_the_server_refused_is_sent_at_the_next_run(
    offer: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_message: Any) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", refuse)
        assert keep_fresh(day_before_end(offer, 14)).unsent == 1
    assert keep_fresh(day_before_end(offer, 14)).sent == 1
    assert FreshnessNotice.objects.get().sent_at is not None


def test_the_link_confirms_without_signing_in_but_only_when_the_button_is_pressed(offer: Listing) -> None:
    Listing.objects.filter(pk=offer.pk).update(confirm_by=timezone.localdate())
    keep_fresh()
    address = link_in(mail.outbox[0])
    page = Client().get(address)
    assert page.status_code == 200
    assert Listing.objects.get().confirm_by == timezone.localdate()
    Client().post(address, {"listing": offer.pk})
    assert Listing.objects.get().confirm_by > timezone.localdate()
    assert Event.objects.get(verb="listing.confirmed").actor == make.owner_of(offer.firm)


def test_the_link_brings_back_what_lapsed(offer: Listing) -> None:
    Listing.objects.filter(pk=offer.pk).update(confirm_by=timezone.localdate() - dt.timedelta(days=9))
    keep_fresh(timezone.localdate() - dt.timedelta(days=5))
    keep_fresh()
    assert state_of(offer) == State.SUSPENDED
    Client().post(link_in(mail.outbox[-1]), {"listing": offer.pk})
    assert state_of(offer) == State.PUBLISHED


def test_the_link_confirms_nothing_of_another_firm(offer: Listing) -> None:
    other = make.make_offer()
    Listing.objects.update(confirm_by=timezone.localdate())
    address = reverse("listings:still_stands", args=[ticket(make.owner_of(offer.firm), offer.firm)])
    Client().post(address, {"listing": other.pk})
    assert Listing.objects.get(pk=other.pk).confirm_by == timezone.localdate()


@pytest.mark.parametrize("chosen", ["x", "-1", "9" * 30, "٣", ""])
def test_nonsense_in_the_form_changes_nothing(offer: Listing, chosen: str) -> None:
    Listing.objects.update(confirm_by=timezone.localdate())
    address = reverse("listings:still_stands", args=[ticket(make.owner_of(offer.firm), offer.firm)])
    assert Client().post(address, {"listing": chosen}).status_code == 302
    assert Listing.objects.get().confirm_by == timezone.localdate()


def test_a_forged_link_says_that_it_does_not_work(offer: Listing) -> None:
    forged = signing.dumps([make.owner_of(offer.firm).pk, offer.firm_id], key="another key", salt=SALT)
    for text in (forged, "nonsense", signing.dumps([1, 2], salt="another purpose")):
        assert Client().get(reverse("listings:still_stands", args=[text])).status_code == 410


def test_the_link_dies_with_the_membership(offer: Listing) -> None:
    person = make.make_member(offer.firm)
    text = ticket(person, offer.firm)
    assert read_ticket(text) == (person, offer.firm)
    person.memberships.all().delete()
    assert read_ticket(text) is None


def test_the_command_says_what_it_did(offer: Listing, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("keep_fresh", "--day", day_before_end(offer, 14).isoformat())
    assert capsys.readouterr().out.startswith("1 notices made, 0 listings suspended, 1 letters sent")
