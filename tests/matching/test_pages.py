"""The pages of matching, seen by the holder, a stranger, another firm and the wrong role."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from listings.models import LegalStatus, Listing, State
from matching.models import Match
from matching.rematching import rematch_all, rematch_listing
from tests import factories as make
from tests.clients import client_of
from tests.matching.market import FAR, Market

pytestmark = pytest.mark.django_db


def matches_url(listing: Listing) -> str:
    return reverse("matching:of_listing", args=[listing.pk])


def holder_page(listing: Listing, query: str = "", **headers: str) -> str:
    response = client_of(make.owner_of(listing.firm)).get(matches_url(listing) + query, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_the_holder_sees_the_taker_with_distance_cost_and_every_property(market: Market) -> None:
    offer = market.offer(measures=[make.a_range(market.loi, "3", "5")])
    need = market.need()
    rematch_listing(offer.pk)
    page = holder_page(offer)
    assert need.firm.name_en in page
    assert "8 km" in page
    assert "≈ " not in page
    assert "loi" in page
    assert "Haulage" in page
    assert "1 lawful match" in page


def test_a_near_miss_names_its_one_failed_rule(market: Market) -> None:
    offer = market.offer(measures=[make.a_range(market.loi, "12", "15")])
    market.need()
    rematch_listing(offer.pk)
    page = holder_page(offer)
    assert "Nobody fits yet" in page
    assert "Near misses" in page
    assert "loi: outside the limit" in page


def test_a_taker_without_a_permit_is_a_near_miss_by_its_permit(market: Market) -> None:
    offer = market.offer(legal_status=LegalStatus.WASTE, codes=[make.make_waste_code()])
    market.need()
    rematch_listing(offer.pk)
    assert "The taker holds no valid permit for this waste code and operation" in holder_page(offer)


def test_two_failed_rules_are_no_near_miss(market: Market) -> None:
    offer = market.offer(
        legal_status=LegalStatus.WASTE, codes=[make.make_waste_code()], measures=[make.a_range(market.loi, "12", "15")]
    )
    market.need()
    assert "Near misses" not in holder_page(offer)


def test_the_side_of_the_need_sees_the_offer(market: Market) -> None:
    offer, need = market.offer(), market.need()
    rematch_listing(need.pk)
    page = holder_page(need)
    assert "Who can supply it" in page
    assert offer.firm.name_en in page


def test_the_exact_place_of_a_hidden_site_is_nowhere_on_the_page(market: Market) -> None:
    offer = market.offer()
    market.need(at=(31.287654, 121.512345), hidden=True)
    rematch_listing(offer.pk)
    page = holder_page(offer)
    assert "≈ " in page
    assert "31.2876" not in page
    assert "121.5123" not in page
    assert "31.25" in page  # the centre of its grid cell


def answers(market: Market, asker: Listing, distances: range) -> list[str]:
    """What the holder of `asker` is told for each greatest distance: by the filter and in the preview."""
    client = client_of(make.owner_of(asker.firm))
    told = []
    for tenths in distances:
        km = f"{tenths / 10:.1f}"
        rows = Match.objects.of_listing(asker).filter(distance_km__lte=float(km)).count()
        page = client.get(matches_url(asker) + f"?within_km={km}&order=nearest")
        data = {"kind": "offer", "material": "coal fly ash", "site": asker.site_id, "max_distance_km": km}
        preview = client.post(reverse("matching:preview"), data)
        told.append(f"{rows} {'lawful match' in page.content.decode()} {preview.content.decode()}")
    return told


def test_no_question_tells_where_in_its_cell_a_hidden_site_lies(market: Market) -> None:
    asker = market.offer()
    told = []
    for place in ((31.301, 121.501), (31.399, 121.599)):
        need = market.need(at=place, hidden=True)
        rematch_listing(asker.pk)
        told.append(answers(market, asker, range(40, 240, 10)))
        need.delete()
    assert told[0] == told[1]
    assert len(set(told[0])) > 1  # the distance of the cell itself can be told


def test_an_own_limit_is_judged_by_the_cell_too(market: Market) -> None:
    found = []
    for place in ((31.301, 121.501), (31.399, 121.599)):
        need = market.need(at=place, hidden=True)
        for km in range(4, 24, 2):
            asker = market.offer(max_distance_km=Decimal(km))
            found.append((place, km, rematch_listing(asker.pk)))
        need.delete()
    half = len(found) // 2
    assert [row[1:] for row in found[:half]] == [row[1:] for row in found[half:]]
    assert {row[2] for row in found} == {0, 1}


def test_a_hidden_price_cannot_be_worked_out_from_the_landed_cost(market: Market) -> None:
    market.offer(price_per_t=Decimal("77.77"), price_visibility="party")
    need = market.need()
    rematch_listing(need.pk)
    page = holder_page(need)
    assert "77.77" not in page
    assert "to be agreed" in page


def test_what_the_holder_pays_for_disposal_is_never_shown_to_the_taker(market: Market) -> None:
    offer = market.offer(disposal_cost_per_t=Decimal("66.66"))
    need = market.need()
    rematch_listing(need.pk)
    assert "66.66" not in holder_page(need)
    assert "You save ¥66.66/t of disposal." in holder_page(offer)


def test_near_misses_are_not_told_what_only_matched_firms_may_know(market: Market) -> None:
    offer = market.offer(
        measures=[make.a_range(market.loi, "12", "15")],
        price_per_t=Decimal("77.77"),
        price_visibility="matched",
        firm_visibility="matched",
    )
    page = holder_page(market.need())
    assert "loi: outside the limit" in page
    assert offer.firm.name_en not in page
    assert "77.77" not in page


def test_a_near_miss_by_cost_is_left_out_where_the_price_is_not_shown(market: Market) -> None:
    market.offer(price_per_t=Decimal("77.77"), price_visibility="matched")
    assert "Near misses" not in holder_page(market.need(max_landed_per_t=Decimal(20)))
    market.offer(price_per_t=Decimal("66.66"), price_visibility="members")
    assert "Costs more than the ¥20/t the taker would bear" in holder_page(market.need(max_landed_per_t=Decimal(20)))


def test_the_takers_limit_is_not_shown_to_whom_its_price_is_hidden(market: Market) -> None:
    offer = market.offer()
    market.need(max_landed_per_t=Decimal("88.88"), price_visibility="party")
    rematch_listing(offer.pk)
    page = holder_page(offer)
    assert "Within what the taker would bear" in page
    assert "88.88" not in page


def test_the_permit_of_an_anonymous_taker_shows_neither_number_nor_tonnes(market: Market) -> None:
    offer = market.offer(legal_status=LegalStatus.WASTE, codes=[make.make_waste_code()])
    need = market.need(firm_visibility="party")
    line = {"code_from": "10 01 02", "capacity_t_per_year": Decimal(4321)}
    make.make_permit(need.firm, number="SECRET-9", lines=[line])
    rematch_listing(offer.pk)
    page = holder_page(offer)
    assert "The taker holds a permit for it" in page
    assert "SECRET-9" not in page
    assert "free this year" not in page
    assert "SECRET-9" in holder_page(need)


@pytest.mark.parametrize("who", ["stranger", "other firm"])
def test_nobody_else_sees_the_matches_of_a_listing(market: Market, who: str) -> None:
    offer = market.offer()
    client = Client() if who == "stranger" else client_of(make.owner_of(make.make_firm()))
    response = client.get(matches_url(offer))
    assert response.status_code == (302 if who == "stranger" else 404)


def test_a_viewer_of_the_firm_may_look_but_not_publish(market: Market) -> None:
    offer = market.offer(published=False)
    viewer = client_of(make.make_member(offer.firm, "viewer"))
    assert viewer.get(matches_url(offer)).status_code == 200
    assert viewer.post(reverse("matching:publish", args=[offer.pk])).status_code == 404
    offer.refresh_from_db()
    assert offer.state == State.DRAFT


def test_publishing_is_a_post_and_lands_on_the_matches(market: Market, django_capture_on_commit_callbacks) -> None:
    market.need()
    offer = market.offer(published=False)
    client = client_of(make.owner_of(offer.firm))
    url = reverse("matching:publish", args=[offer.pk])
    assert client.get(url).status_code == 405
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(url)
    assert response.headers["location"] == matches_url(offer)
    assert Match.objects.count() == 1


def test_publishing_what_is_incomplete_says_so_and_changes_nothing(market: Market) -> None:
    firm = make.make_firm()
    draft = make.make_listing("offer", firm=firm, published=False)
    client = client_of(make.owner_of(firm))
    response = client.post(reverse("matching:publish", args=[draft.pk]), follow=True)
    assert "Choose the material before publishing." in response.content.decode()
    draft.refresh_from_db()
    assert draft.state == State.DRAFT


def test_filters_narrow_and_a_bad_one_is_explained(market: Market) -> None:
    offer = market.offer()
    market.need()
    market.need(at=FAR, max_distance_km=Decimal(800))
    rematch_listing(offer.pk)
    assert "2 lawful matches" in holder_page(offer)
    assert "1 lawful match" in holder_page(offer, "?within_km=100")
    assert "Enter a number." in holder_page(offer, "?within_km=NaN")
    assert "greater than or equal to 0" in holder_page(offer, "?within_km=-5")
    assert "2 lawful matches" in holder_page(offer, "?page=999999999&order=cheapest")


def test_htmx_gets_only_the_results(market: Market) -> None:
    offer = market.offer()
    market.need()
    rematch_listing(offer.pk)
    part = holder_page(offer, "?order=nearest", **{"HX-Request": "true"})
    assert "<html" not in part
    assert "1 lawful match" in part


def test_the_page_takes_as_many_queries_for_twenty_matches_as_for_two(
    market: Market, django_assert_num_queries, django_assert_max_num_queries
) -> None:
    offer = market.offer()
    market.need()
    market.need()
    rematch_all()
    client = client_of(make.owner_of(offer.firm))
    with django_assert_max_num_queries(60) as few:
        client.get(matches_url(offer))
    for _more in range(18):
        market.need()
    rematch_all()
    with django_assert_num_queries(len(few)):
        client.get(matches_url(offer))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_speaks_both_languages(market: Market, language: str) -> None:
    offer = market.offer()
    market.need()
    rematch_listing(offer.pk)
    page = holder_page(offer, **{"Accept-Language": language})
    assert ("Who can take it" in page) == (language == "en")


def test_the_preview_counts_takers_in_reach_and_stores_nothing(market: Market) -> None:
    market.need()
    market.need(at=FAR)
    site = make.make_site()
    client = client_of(make.owner_of(site.firm))
    data = {"kind": "offer", "material": "coal fly ash", "site": site.pk, "quantity_amount": "1,2,3", "action": "rows"}
    before = Listing.objects.count()
    response = client.post(reverse("matching:preview"), data)
    assert "<strong>1</strong> taker" in response.content.decode()
    assert client.post(reverse("matching:preview"), {"kind": "offer"}).status_code == 200
    assert client.post(reverse("matching:preview"), {"kind": "neither"}).status_code == 400
    assert Listing.objects.count() == before
