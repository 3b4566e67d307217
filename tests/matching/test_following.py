"""What changes on the pages of firms and of listings reaches the stored matches at once."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from listings.models import Evidence
from listings.models.listings import LegalStatus
from marketplace.firms.models import PermitState
from matching.models import Match
from matching.rematching import rematch_changed
from matching.services import follow_firm
from tests import factories as make
from tests.clients import client_of
from tests.matching.market import Market

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(django_capture_on_commit_callbacks):
    """Send a form as somebody, and let what waits for the commit happen."""

    def send(person, address, key, /, **data):
        client = client_of(person)
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(reverse(address, args=[key]), data).status_code == 302

    return send


def lawful() -> int:
    return Match.objects.lawful_on(timezone.localdate()).count()


def site_data(site, **values):
    place = {"latitude": site.latitude, "longitude": site.longitude, "datum": "wgs84"}
    return {"name": site.name, "country": "CN"} | place | values


def test_a_site_that_is_hidden_takes_its_exact_place_off_its_listings(market: Market, post) -> None:
    market.need()
    offer = market.offer(at=(31.2345, 121.4789))
    rematch_changed()
    post(make.owner_of(offer.firm), "firms:site_change", offer.site.pk, **site_data(offer.site))
    offer.refresh_from_db()
    assert (offer.latitude, offer.longitude) == (31.25, 121.45)
    assert offer.matched_revision == offer.revision
    assert lawful() == 1


def test_a_site_that_moves_away_loses_its_matches(market: Market, post) -> None:
    market.need()
    offer = market.offer()
    rematch_changed()
    assert lawful() == 1
    moved = site_data(offer.site, latitude="36.06", longitude="120.38", location_public="on")
    post(make.owner_of(offer.firm), "firms:site_change", offer.site.pk, **moved)
    assert Match.objects.count() == 0


def test_a_permit_brings_its_matches_when_it_is_verified(market: Market, post) -> None:
    need = market.need()
    market.offer(legal_status=LegalStatus.WASTE)
    permit = make.make_permit(need.firm, state=PermitState.DRAFT, lines=[{"code_from": "10 01"}])
    rematch_changed()
    assert lawful() == 0
    post(make.make_facilitator(), "firms:permit_move", permit.pk, state="verified")
    assert lawful() == 1
    post(make.make_facilitator(), "firms:permit_move", permit.pk, state="suspended")
    assert Match.objects.count() == 0


def test_a_recognition_brings_its_matches(market: Market, django_capture_on_commit_callbacks) -> None:
    need = market.need()
    market.offer(listed_only=True)
    rematch_changed()
    assert lawful() == 0
    make.make_recognition(need.firm)
    with django_capture_on_commit_callbacks(execute=True):
        follow_firm(need.firm)
    assert lawful() == 1


def aged_offer(market: Market):
    """An offer of level 2 whose only report is older than a year, and a need that asks for level 3."""
    three = [make.a_range(market.loi, "1", "2"), *(make.a_range(make.make_property(slug), "1", "2") for slug in "ab")]
    offer = market.offer(measures=three)
    make.make_evidence(offer, dated_on=timezone.localdate(), accreditation="CNAS")
    market.need(min_quality_level=3)
    return offer


def test_confirming_a_listing_whose_report_has_aged_matches_it_anew(market: Market, post) -> None:
    offer = aged_offer(market)
    rematch_changed()
    assert lawful() == 1
    Evidence.objects.update(dated_on=timezone.localdate() - dt.timedelta(400))
    post(make.owner_of(offer.firm), "listings:confirm", offer.pk)
    assert Match.objects.count() == 0


def test_removing_a_report_matches_anew(market: Market, post) -> None:
    offer = aged_offer(market)
    rematch_changed()
    assert lawful() == 1
    post(make.owner_of(offer.firm), "listings:evidence_remove", offer.evidence.get().pk)
    assert Match.objects.count() == 0
