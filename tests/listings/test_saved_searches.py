"""A saved search tells its owner of what newly fits: once, in his language, and only what he may know."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from listings.alerts import alert_at_once, send_alerts
from listings.models import Listing, SavedSearch, SavedSearchHit
from listings.saved_searches import MOST_SAVED, kept, save_search
from listings.services import change_listing, withdraw_listing
from marketplace.errors import Invalid, WrongState
from marketplace.firms.models import User
from matching.services import publish_and_match
from tests import factories as make
from tests.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return make.make_user()


def saved_for(person: User, parameters: str = "kind=offer", frequency: str = "daily", name: str = "Ash") -> SavedSearch:
    return save_search(user=person, name=name, parameters=QueryDict(parameters), frequency=frequency)


def stop_link(message: Any) -> str:
    found = re.search(r"https?://[^/]+(/listings/saved/stop/\S+)", message.body)
    assert found
    return found.group(1)


def test_a_new_listing_that_fits_is_told_once(person: User) -> None:
    saved_for(person)
    offer = make.make_offer(title_en="Fresh ash")
    first, second = send_alerts(), send_alerts()
    assert ((first.found, first.sent), (second.found, second.sent)) == ((1, 1), (0, 0))
    assert "Fresh ash" in mail.outbox[0].body
    assert offer.get_absolute_url() in mail.outbox[0].body


def test_what_does_not_fit_or_was_there_before_is_no_news(person: User) -> None:
    make.make_offer()
    saved_for(person)
    make.make_need()
    assert send_alerts().found == 0


def test_one_s_own_listings_are_no_news(person: User) -> None:
    site = make.make_site(make.make_firm(person))
    saved_for(person)
    make.make_offer(site=site)
    assert send_alerts().found == 0


def test_a_change_that_makes_it_fit_is_news(person: User) -> None:
    offer = make.make_offer(title_en="Plain heap")
    saved_for(person, "q=zanzibarite")
    assert send_alerts().found == 0
    change_listing(actor=make.owner_of(offer.firm), listing=offer, values={"title_en": "Heap of zanzibarite"})
    assert send_alerts().found == 1


def test_the_daily_letter_comes_once_a_day(person: User) -> None:
    saved_for(person)
    for _round in range(3):
        make.make_offer()
        send_alerts()
    assert len(mail.outbox) == 1
    send_alerts(timezone.now() + dt.timedelta(hours=21))
    assert len(mail.outbox) == 2
    assert mail.outbox[1].subject.startswith("2 new listings")


def test_at_once_is_told_by_the_job_and_not_again_by_the_clock(person: User) -> None:
    saved_for(person, frequency="at_once")
    offer = make.make_offer()
    assert alert_at_once(offer.pk).sent == 1
    assert alert_at_once(offer.pk).sent == 0
    assert send_alerts().sent == 0
    assert len(mail.outbox) == 1


def test_never_means_never(person: User) -> None:
    saved_for(person, frequency="never")
    offer = make.make_offer()
    alert_at_once(offer.pk)
    send_alerts()
    assert mail.outbox == []


def test_a_letter_tells_nothing_that_the_page_would_hide(person: User) -> None:
    saved_for(person)
    offer = make.make_offer(firm_visibility="party", price_visibility="party", price_per_t=76543)
    send_alerts()
    assert offer.firm.name_en not in mail.outbox[0].body
    assert "76 543" not in mail.outbox[0].body.replace("\u2009", " ").replace("\u202f", " ")
    assert "76543" not in mail.outbox[0].body


def test_what_has_gone_meanwhile_is_not_told(person: User) -> None:
    saved_for(person)
    send_alerts()
    offer = make.make_offer()
    SavedSearchHit.objects.create(saved_search=SavedSearch.objects.get(), listing=offer, found_at=timezone.now())
    withdraw_listing(actor=make.owner_of(offer.firm), listing=offer)
    assert send_alerts().sent == 0
    assert not SavedSearchHit.objects.filter(mailed_at=None).exists()


def test_a_letter_that_the_server_refused_is_sent_at_the_next_run(
    person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_message: Any) -> None:
        raise ConnectionRefusedError

    saved_for(person)
    make.make_offer()
    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", refuse)
        assert send_alerts().unsent == 1
    assert send_alerts().sent == 1


def test_the_letter_can_be_ended_from_the_mail_program(person: User) -> None:
    saved_for(person)
    make.make_offer()
    send_alerts()
    message = mail.outbox[0]
    address = stop_link(message)
    assert address in message.extra_headers["List-Unsubscribe"]
    careful = Client(enforce_csrf_checks=True)
    assert careful.get(address).status_code == 200
    assert SavedSearch.objects.get().frequency == "daily"
    assert careful.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert SavedSearch.objects.get().frequency == "never"


def test_a_forged_link_ends_nothing(person: User) -> None:
    saved_for(person)
    assert Client().post(reverse("listings:stop_letters", args=["1:abc:def"])).status_code == 410
    assert SavedSearch.objects.get().frequency == "daily"


@pytest.mark.parametrize("parameters", ["radius=-5", "kind=nothing", "form=unknown", "box=1,2", "q=" + "x" * 300])
def test_what_the_page_refuses_cannot_be_saved(person: User, parameters: str) -> None:
    with pytest.raises(Invalid):
        saved_for(person, parameters)
    assert SavedSearch.objects.count() == 0


def test_the_number_of_saved_searches_is_bounded(person: User) -> None:
    for number in range(MOST_SAVED):
        saved_for(person, name=f"search {number}")
    with pytest.raises(WrongState):
        saved_for(person, name="one more")


def test_only_what_means_something_is_kept() -> None:
    assert kept(QueryDict("q=ash&page=3&sort=newest&utm=x&form=powder&form=solid&kind=")) == (
        "form=powder&form=solid&q=ash"
    )


def test_the_page_lists_saves_changes_and_deletes(person: User) -> None:
    client = client_of(person)
    client.post(reverse("listings:save_search"), {"parameters": "kind=offer&q=slag", "frequency": "daily"})
    saved = SavedSearch.objects.get()
    assert saved.name == "slag"
    page = client.get(reverse("listings:saved_searches")).content.decode()
    assert "“slag”" in page
    client.post(reverse("listings:change_saved_search", args=[saved.pk]), {"frequency": "hourly"})
    assert SavedSearch.objects.get().frequency == "daily"
    client.post(reverse("listings:change_saved_search", args=[saved.pk]), {"frequency": "at_once"})
    assert SavedSearch.objects.get().frequency == "at_once"
    client.post(reverse("listings:delete_saved_search", args=[saved.pk]))
    assert SavedSearch.objects.count() == 0


def test_a_saved_search_is_its_owner_s_alone(person: User) -> None:
    saved = saved_for(person)
    for other in (make.make_user(), make.make_facilitator(), make.make_user(is_staff=True)):
        assert "Ash" not in client_of(other).get(reverse("listings:saved_searches")).content.decode()
        for verb in ("change", "delete"):
            address = reverse(f"listings:{verb}_saved_search", args=[saved.pk])
            assert client_of(other).post(address, {"frequency": "never"}).status_code == 404
    assert SavedSearch.objects.get().frequency == "daily"


def test_the_command_says_what_it_did(person: User, capsys: pytest.CaptureFixture[str]) -> None:
    saved_for(person)
    make.make_offer()
    call_command("send_alerts")
    assert capsys.readouterr().out.startswith("1 new listings found, 1 letters sent")


def test_a_publication_through_the_market_tells_at_once(person: User, django_capture_on_commit_callbacks: Any) -> None:
    saved_for(person, frequency="at_once")
    offer = make.make_offer(published=False)
    with django_capture_on_commit_callbacks(execute=True):
        publish_and_match(actor=make.owner_of(offer.firm), listing=Listing.objects.get(pk=offer.pk))
    assert len(mail.outbox) == 1
