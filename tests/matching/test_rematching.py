"""Stored matches: what is written, and what disappears at the next read when a right ends."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from listings.models import LegalStatus, Listing
from listings.services import change_listing, suspend_listing, withdraw_listing
from marketplace.firms.models import PermitState
from marketplace.firms.services import change_site, end_recognition, move_permit
from matching import inputs
from matching.knowledge import forget
from matching.models import Match, MatchRun, Verdict
from matching.rematching import rematch_all, rematch_changed, rematch_listing
from matching.services import change_and_match, publish_and_match
from tests import factories as make
from tests.matching.market import FAR, Market

pytestmark = pytest.mark.django_db


def lawful() -> list[tuple[int, int]]:
    return list(Match.objects.lawful_on(timezone.localdate()).order_by("pk").values_list("offer", "need"))


def test_a_near_taker_of_a_suitable_material_is_stored_with_its_figures(market: Market) -> None:
    offer, need = market.offer(), market.need()
    assert rematch_listing(offer.pk) == 1
    match = Match.objects.get()
    assert (match.offer, match.need, match.verdict) == (offer, need, Verdict.ACCEPTED)
    assert match.distance_km == pytest.approx(8.3, abs=0.1)
    assert match.suitability_score == pytest.approx(0.9)
    assert match.quantity_t == 12_000
    assert match.price_known


def test_the_far_taker_is_beyond_what_the_material_is_worth_hauling(market: Market) -> None:
    offer = market.offer()
    market.need(at=FAR)
    assert rematch_listing(offer.pk) == 0


def test_an_explicit_distance_of_the_need_overrides_the_usual_radius(market: Market) -> None:
    offer = market.offer()
    need = market.need(at=FAR, max_distance_km=Decimal(800))
    assert rematch_listing(offer.pk) == 1
    assert rematch_listing(need.pk) == 1


def test_matching_again_changes_nothing(market: Market) -> None:
    offer = market.offer()
    market.need()
    rematch_listing(offer.pk)
    before = Match.objects.values("offer", "need", "score", "verdict").get()
    rematch_listing(offer.pk)
    assert Match.objects.values("offer", "need", "score", "verdict").get() == before


def test_one_listing_at_a_time_finds_the_pairs_of_a_full_run(market: Market) -> None:
    for step in range(4):
        market.offer(at=(31.2 + step / 10, 121.4), price_per_t=Decimal(step))
        market.need(at=(31.25 + step / 10, 121.5))
    columns = ("offer", "need", "score", "verdict", "distance_km", "landed_per_t")
    rematch_all()
    full = sorted(Match.objects.values_list(*columns))
    Match.objects.all().delete()
    for key in Listing.objects.offers().values_list("pk", flat=True):
        rematch_listing(key)
    assert sorted(Match.objects.values_list(*columns)) == full
    assert len(full) == 16


def test_a_full_run_is_recorded_and_marks_what_it_matched(market: Market) -> None:
    market.offer()
    market.need()
    run = rematch_all()
    assert MatchRun.objects.get() == run
    assert (run.offers, run.needs, run.pairs) == (1, 1, 1)
    assert not Listing.objects.unmatched().exists()


def test_countries_are_matched_apart(market: Market) -> None:
    market.offer()
    britain = make.make_region("GB", country="GB", level="country")
    firm = make.make_firm(country="GB")
    market.need(site=make.make_site(firm, at=(31.3, 121.5), region=britain))
    assert rematch_all().pairs == 0


def test_a_regulated_offer_without_a_code_is_not_for_a_taker_without_any_permit(market: Market) -> None:
    offer = market.offer(legal_status=LegalStatus.WASTE)
    need, _without = market.need(), market.need()
    make.make_permit(need.firm, lines=[{"code_from": "10 02"}])
    rematch_listing(offer.pk)
    assert lawful() == [(offer.pk, need.pk)]
    assert Match.objects.get().verdict == Verdict.POSSIBLE


def test_publishing_matches_when_the_transaction_commits(market: Market, django_capture_on_commit_callbacks) -> None:
    market.need()
    offer = market.offer(published=False)
    with django_capture_on_commit_callbacks(execute=True):
        publish_and_match(actor=make.owner_of(offer.firm), listing=offer)
    assert len(lawful()) == 1


def test_a_change_is_matched_anew_and_removes_what_no_longer_fits(
    market: Market, django_capture_on_commit_callbacks
) -> None:
    market.need()
    offer = market.offer()
    rematch_listing(offer.pk)
    measures = [make.a_range(market.loi, "12", "15")]
    with django_capture_on_commit_callbacks(execute=True):
        change_and_match(actor=make.owner_of(offer.firm), listing=offer, values={}, measures=measures)
    assert lawful() == []


def test_changed_listings_wait_for_the_clock_and_are_matched_by_it(market: Market) -> None:
    market.need()
    offer = market.offer()
    assert rematch_changed() == 2
    assert rematch_changed() == 0
    change_listing(actor=make.owner_of(offer.firm), listing=offer, values={"price_per_t": Decimal(5)})
    assert rematch_changed() == 1


def test_a_corrected_site_carries_its_listings_along(market: Market) -> None:
    market.need()
    offer = market.offer()
    rematch_changed()
    values = {"latitude": FAR[0], "longitude": FAR[1]}
    change_site(actor=make.owner_of(offer.firm), site=offer.site, values=values)
    rematch_changed()
    offer.refresh_from_db()
    assert (offer.latitude, offer.longitude) == FAR
    assert lawful() == []


@pytest.mark.parametrize("leave", [suspend_listing, withdraw_listing])
def test_what_leaves_the_market_leaves_the_matches_at_once(market: Market, leave) -> None:
    market.need()
    offer = market.offer()
    rematch_listing(offer.pk)
    leave(actor=make.owner_of(offer.firm), listing=offer)
    assert lawful() == []


def waste_offer(market: Market, code: str = "10 01 02") -> Listing:
    return market.offer(legal_status=LegalStatus.WASTE, codes=[make.make_waste_code(code)])


def test_waste_needs_a_verified_permit_line_for_its_code(market: Market) -> None:
    offer = waste_offer(market)
    need, other = market.need(), market.need()
    make.make_permit(need.firm, lines=[{"code_from": "10 01"}])
    make.make_permit(other.firm, lines=[{"code_from": "10 02"}])
    rematch_listing(offer.pk)
    assert lawful() == [(offer.pk, need.pk)]


@pytest.mark.parametrize("state", [PermitState.DRAFT, PermitState.SUSPENDED, PermitState.REVOKED, PermitState.EXPIRED])
def test_a_permit_that_is_not_verified_permits_nothing(market: Market, state: str) -> None:
    offer = waste_offer(market)
    make.make_permit(market.need().firm, lines=[{"code_from": "10 01 02"}], state=state)
    assert rematch_listing(offer.pk) == 0


def test_a_permit_for_another_operation_or_site_does_not_count(market: Market) -> None:
    offer = waste_offer(market)
    need = market.need()
    elsewhere = make.make_site(need.firm, at=FAR)
    operation = make.make_operation("D1")
    make.make_permit(need.firm, lines=[{"code_from": "10 01 02", "operation": operation}])
    make.make_permit(need.firm, lines=[{"code_from": "10 01 02", "site": elsewhere}])
    assert rematch_listing(offer.pk) == 0


def test_a_revoked_permit_removes_its_match_at_the_next_read(market: Market) -> None:
    offer = waste_offer(market)
    need = market.need()
    permit = make.make_permit(need.firm, lines=[{"code_from": "10 01 02"}])
    rematch_listing(offer.pk)
    assert len(lawful()) == 1
    move_permit(actor=make.make_facilitator(), permit=permit, state=PermitState.REVOKED)
    assert lawful() == []
    assert Match.objects.count() == 1


def test_a_permit_that_ends_today_counts_today_and_not_tomorrow(market: Market) -> None:
    today = timezone.localdate()
    offer = waste_offer(market)
    make.make_permit(market.need().firm, lines=[{"code_from": "10 01 02"}], valid_to=today)
    rematch_listing(offer.pk)
    assert Match.objects.lawful_on(today).count() == 1
    assert Match.objects.lawful_on(today + dt.timedelta(days=1)).count() == 0


def test_a_line_without_room_this_year_takes_nothing(market: Market) -> None:
    offer = waste_offer(market)
    year = timezone.localdate().year
    line = {"code_from": "10 01 02", "capacity_t_per_year": Decimal(100), "taken_t": Decimal(100), "taken_year": year}
    make.make_permit(market.need().firm, lines=[line])
    assert rematch_listing(offer.pk) == 0


def test_the_free_tonnes_of_the_permit_bound_the_tradable_quantity(market: Market) -> None:
    offer = waste_offer(market)
    line = {"code_from": "10 01 02", "capacity_t_per_year": Decimal(500)}
    make.make_permit(market.need().firm, lines=[line])
    rematch_listing(offer.pk)
    assert Match.objects.get().quantity_t == 500


def test_an_offer_for_listed_takers_loses_them_the_day_the_recognition_ends(market: Market) -> None:
    today = timezone.localdate()
    offer = market.offer(listed_only=True)
    listed, _unlisted = market.need(), market.need()
    recognition = make.make_recognition(listed.firm)
    rematch_listing(offer.pk)
    assert lawful() == [(offer.pk, listed.pk)]
    end_recognition(actor=make.make_facilitator(), recognition=recognition, day=today)
    assert lawful() == []


def test_a_need_may_ask_for_listed_holders(market: Market) -> None:
    need = market.need(listed_only=True)
    listed = market.offer()
    market.offer()
    make.make_recognition(listed.firm)
    rematch_listing(need.pk)
    assert lawful() == [(listed.pk, need.pk)]


def test_same_park_is_decided_by_the_park_and_not_by_distance(market: Market) -> None:
    park, next_door = make.make_park(), make.make_park()
    offer = market.offer(site=make.make_site(at=(31.0, 121.0), park=park), scope="park")
    inside = market.need(site=make.make_site(at=(31.2, 121.2), park=park))
    market.need(site=make.make_site(at=(31.0, 121.0001), park=next_door))
    rematch_listing(offer.pk)
    assert lawful() == [(offer.pk, inside.pk)]


def test_a_region_may_be_composite(market: Market) -> None:
    beijing, hebei, shanghai = (make.make_region(code) for code in ("110000", "130000", "310000"))
    county = make.make_region("130202", hebei, level="county")
    jjj = make.make_region("jingjinji", level="composite")
    jjj.members.set([beijing, hebei])
    need = market.need(site=make.make_site(at=(39.9, 116.4), region=beijing), scope="region", region=jjj)
    inside = market.offer(site=make.make_site(at=(39.6, 118.1), region=county))
    market.offer(site=make.make_site(at=(39.9, 116.5), region=shanghai))
    rematch_listing(need.pk)
    assert lawful() == [(inside.pk, need.pk)]


def test_a_prohibited_use_is_never_matched_even_if_the_material_is_named(market: Market) -> None:
    sludge, compost = make.make_material("chromium_sludge"), make.make_use("compost_feed")
    make.make_material_use(sludge, compost, "0.00", prohibited=True)
    offer = make.make_offer(sludge)
    make.make_need(sludge, use=compost)
    assert rematch_listing(offer.pk) == 0


def test_what_a_family_must_not_be_used_for_its_members_must_not_either(market: Market) -> None:
    family, root = make.make_material("ash"), make.make_material("residue")
    market.ash.parent, family.parent = family, root
    market.ash.save()
    family.save()
    offer, need = market.offer(), market.need(material=market.ash)
    other = make.make_need(market.ash, use=make.make_use("fill"), site=need.site)
    assert rematch_listing(offer.pk) == 2
    make.make_material_use(root, market.cement, "0.00", prohibited=True)
    make.make_material_use(root, other.use, "0.00", prohibited=True)
    forget()
    assert rematch_listing(offer.pk) == rematch_listing(need.pk) == rematch_listing(other.pk) == 0
    rematch_all()
    assert lawful() == []


def test_excluded_materials_are_not_offered(market: Market) -> None:
    market.offer()
    need = market.need(excluded_materials=[market.ash])
    assert rematch_listing(need.pk) == 0


def test_an_offer_of_the_family_is_only_possible_for_who_wants_its_member(market: Market) -> None:
    family = make.make_material("ash", economic_radius_km=None)
    market.ash.parent = family
    market.ash.save()
    offer = make.make_offer(family)
    make.make_need(market.ash)
    rematch_listing(offer.pk)
    assert Match.objects.get().verdict == Verdict.POSSIBLE


def test_a_status_that_is_not_stated_is_possible_at_best(market: Market) -> None:
    offer = market.offer(legal_status="")
    market.need()
    rematch_listing(offer.pk)
    assert Match.objects.get().verdict == Verdict.POSSIBLE


def test_a_waste_code_asks_for_a_permit_even_if_the_status_is_left_open(market: Market) -> None:
    offer = market.offer(legal_status="", codes=[make.make_waste_code("10 01 02")])
    market.need()
    assert rematch_listing(offer.pk) == 0


def test_when_the_decision_on_the_status_expires_it_is_waste_again(market: Market) -> None:
    today = timezone.localdate()
    offer = market.offer(
        legal_status=LegalStatus.END_OF_WASTE,
        status_expires_on=today,
        codes=[make.make_waste_code("10 01 14", hazardous=True)],
    )
    market.need()
    assert rematch_listing(offer.pk) == 1
    assert Match.objects.lawful_on(today).count() == 1
    tomorrow = today + dt.timedelta(days=1)
    assert Match.objects.lawful_on(tomorrow).count() == 0
    assert rematch_listing(offer.pk, day=tomorrow) == 0


def test_of_several_codes_the_hazardous_one_must_be_permitted(market: Market) -> None:
    codes = [make.make_waste_code("10 01 02"), make.make_waste_code("10 01 14", hazardous=True)]
    offer = market.offer(legal_status=LegalStatus.HAZARDOUS, codes=codes)
    need = market.need(accepts_hazardous=True)
    make.make_permit(need.firm, lines=[{"code_from": "10 01 02"}])
    assert rematch_listing(offer.pk) == 0
    make.make_permit(need.firm, lines=[{"code_from": "10 01 14"}])
    assert rematch_listing(offer.pk) == 1


def test_waste_without_a_code_loses_a_taker_whose_only_permit_goes(market: Market) -> None:
    offer = market.offer(legal_status=LegalStatus.WASTE)
    need = market.need()
    permit = make.make_permit(need.firm, lines=[{"code_from": "10 02"}])
    rematch_listing(offer.pk)
    assert len(lawful()) == 1
    move_permit(actor=make.make_facilitator(), permit=permit, state=PermitState.REVOKED)
    assert lawful() == []


def test_the_limit_of_the_taker_counts_what_he_pays_and_not_what_the_holder_saves(market: Market) -> None:
    offer = market.offer(price_per_t=Decimal(50), disposal_cost_per_t=Decimal(100))
    market.need(max_landed_per_t=Decimal(55))
    assert rematch_listing(offer.pk) == 0


def test_a_price_only_for_the_party_of_a_deal_cannot_be_found_by_trying_limits(market: Market) -> None:
    offer = market.offer(price_per_t=Decimal("77.77"), price_visibility="party")
    need = market.need(max_landed_per_t=Decimal(20))
    rematch_listing(offer.pk)
    match = Match.objects.get()
    assert (match.need, match.verdict, match.price_known) == (need, Verdict.POSSIBLE, False)


def test_a_listing_published_while_a_run_is_reading_lends_its_figures_to_nobody(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    offers = [market.offer(measures=[make.a_range(market.loi, "3", "4")]) for _each in range(2)]
    late = market.offer(measures=[make.a_range(market.loi, "20", "30")], published=False)
    market.need()
    read = inputs._rows

    def read_and_publish(listings):
        rows = read(listings)
        Listing.objects.filter(pk=late.pk).update(state="published")
        return rows

    monkeypatch.setattr(inputs, "_rows", read_and_publish)
    rematch_all()
    assert sorted(Match.objects.values_list("offer", flat=True)) == [offer.pk for offer in offers]


def test_a_property_added_a_moment_ago_is_known_to_the_engine(market: Market) -> None:
    market.need()
    rematch_all()
    fresh = make.make_property("chlorine")
    offer = market.offer(measures=[make.a_range(fresh, "1", "2")])
    assert rematch_listing(offer.pk) == 1
