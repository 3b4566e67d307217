"""Each condition, facet and order by itself, on either backend."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from listings.models import HaulageRate, Listing
from listings.search.query import Box, Level, Place, Sort
from tests import factories as make
from tests.listings.search.asking import filled, keys, question

pytestmark = pytest.mark.django_db

SHANGHAI, SUZHOU, BEIJING = (31.23, 121.47), (31.30, 120.58), (39.90, 116.40)
HERE = Place(*SHANGHAI)


def offer_at(place: tuple[float, float], **values) -> Listing:
    """At a place that everyone may know."""
    return make.make_offer(site=make.make_site(at=place, location_public=True), firm_visibility="public", **values)


def test_the_newest_come_first(backend) -> None:
    first, second = make.make_offer(), make.make_need()
    assert keys(filled(backend)) == [second.pk, first.pk]


def test_pages_follow_each_other(backend) -> None:
    made = [make.make_offer().pk for _number in range(5)]
    filled(backend)
    assert [keys(backend, page=page, page_size=2) for page in (1, 2, 3, 4)] == [made[:2:-1], made[2:0:-1], made[:1], []]


def test_what_is_over_is_not_found(backend) -> None:
    today = timezone.localdate()
    last = make.make_offer(available_to=today)
    filled(backend)
    assert keys(backend) == [last.pk]
    assert keys(backend, today=today + dt.timedelta(days=1)) == []


def test_only_the_kind_asked_for(backend) -> None:
    offer, need = make.make_offer(), make.make_need()
    filled(backend)
    assert (keys(backend, kind="offer"), keys(backend, kind="need")) == ([offer.pk], [need.pk])


def test_a_radius_leaves_out_what_is_farther(backend) -> None:
    near, middle, far = offer_at(SHANGHAI), offer_at(SUZHOU), offer_at(BEIJING)
    filled(backend)
    within = {km: keys(backend, near=HERE, radius_km=km, sort=Sort.DISTANCE) for km in (5, 84, 86, 2_000)}
    assert within == {5: [near.pk], 84: [near.pk], 86: [near.pk, middle.pk], 2_000: [near.pk, middle.pk, far.pk]}


def test_hits_tell_their_distance(backend) -> None:
    offer_at(BEIJING)
    (hit,) = filled(backend).find(question(near=HERE)).hits
    assert hit.distance_km == pytest.approx(1_067.08, abs=0.01)


def test_a_box_across_the_180th_meridian(backend) -> None:
    fiji, samoa = offer_at((-18.0, 178.0)), offer_at((-14.0, -172.0))
    offer_at(SHANGHAI)
    found = keys(filled(backend), box=Box(south=-30, west=170, north=0, east=-160))
    assert found == [samoa.pk, fiji.pk]


def test_only_the_regions_asked_for(backend) -> None:
    region = make.make_region()
    inside = make.make_offer(site=make.make_site(region=region))
    make.make_offer()
    assert keys(filled(backend), regions=frozenset({region.pk})) == [inside.pk]
    assert keys(backend, regions=frozenset()) == []


def test_only_some_listings_and_only_new_ones(backend) -> None:
    old, new = make.make_offer(), make.make_offer()
    filled(backend)
    assert keys(backend, only=frozenset({old.pk})) == [old.pk]
    assert keys(backend, since=new.published_at) == [new.pk]


def test_a_hidden_firm_is_left_out_where_its_name_is_shown(backend) -> None:
    offer = make.make_offer()
    filled(backend)
    hidden = frozenset({offer.firm_id})
    assert keys(backend, hidden_firms=hidden) == []
    assert keys(backend, hidden_firms=hidden, level=Level.VISITOR) == [offer.pk]


def test_order_by_quantity_and_by_match(backend) -> None:
    small, large, middle = (make.make_offer(quantity_amount=Decimal(n)) for n in (1, 100, 10))
    filled(backend)
    assert keys(backend, sort=Sort.QUANTITY) == [large.pk, middle.pk, small.pk]
    assert keys(backend, sort=Sort.MATCH, fits={small.pk: 0.4, large.pk: 0.9}) == [large.pk, small.pk, middle.pk]


def test_landed_cost_adds_haulage_for_offers_and_takes_the_price_off_for_needs(backend) -> None:
    HaulageRate.objects.create(
        mode="road",
        country="CN",
        currency="CNY",
        fixed_per_t=10,
        rate_per_t_km=Decimal("0.5"),
        road_factor=Decimal("1.2"),
    )
    dear, free = offer_at(SHANGHAI, price_per_t=100), offer_at(SUZHOU, price_per_t=0)
    paying = make.make_need(site=make.make_site(at=SHANGHAI, location_public=True), price_per_t=30)
    silent = offer_at(SHANGHAI)
    found = filled(backend).find(question(near=HERE, sort=Sort.LANDED)).hits
    assert [hit.listing for hit in found] == [paying.pk, free.pk, dear.pk, silent.pk]
    assert [hit.landed_per_t for hit in found[:3]] == pytest.approx([-20.0, 60.97, 110.0], abs=0.05)
    assert found[3].landed_per_t is None


def test_a_facet_counts_without_its_own_choice_and_with_all_others(backend) -> None:
    powder, lump = make.make_material(form="powder"), make.make_material(form="lump")
    for material, status in ((powder, "waste"), (powder, "by_product"), (lump, "waste"), (lump, "")):
        make.make_offer(material, legal_status=status)
    found = filled(backend).find(question(chosen={"form": frozenset({"powder"}), "status": frozenset({"waste"})}))
    assert found.total == 1
    assert found.counts["form"] == {"powder": 1, "lump": 1}
    assert found.counts["status"] == {"waste": 1, "by_product": 1}
    assert found.counts["hazard"] == {"no": 1}


def test_several_codes_are_counted_one_by_one(backend) -> None:
    first, second = make.make_waste_code("10 01 01"), make.make_waste_code("10 01 02")
    both = make.make_offer(codes=[first, second])
    make.make_offer(codes=[second])
    filled(backend)
    assert backend.find(question()).counts["code"] == {"100102": 2, "100101": 1}
    assert keys(backend, chosen={"code": frozenset({"100101"})}) == [both.pk]


def test_an_unknown_value_finds_nothing(backend) -> None:
    make.make_offer()
    assert filled(backend).find(question(chosen={"family": frozenset({"no such thing"})})).total == 0


def test_freshness_counts_in_days_of_the_question(backend) -> None:
    make.make_offer()
    filled(backend)
    today = timezone.localdate()
    for days, band in ((0, "week"), (7, "week"), (8, "month"), (31, "two_months"), (61, "older")):
        query = question(today=today + dt.timedelta(days=days), chosen={"freshness": frozenset({band})})
        assert backend.find(query).counts["freshness"] == {band: 1}
        assert backend.find(query).total == 1


def test_counts_are_right_after_an_edit() -> None:
    from listings.search import search
    from listings.services import change_listing

    offer = make.make_offer(legal_status="waste")
    assert search(question()).counts["status"] == {"waste": 1}
    change_listing(actor=make.owner_of(offer.firm), listing=offer, values={"legal_status": "by_product"})
    assert search(question()).counts["status"] == {"by_product": 1}
    Listing.objects.filter(pk=offer.pk).delete()
    assert search(question()).total == 0


def test_clusters_name_what_stands_alone(backend) -> None:
    first, second, far = offer_at((31.21, 121.41)), offer_at((31.23, 121.43)), offer_at(BEIJING)
    east_china = Box(25, 110, 45, 125)
    shanghai, beijing = filled(backend).clusters(question(box=east_china), 5)
    assert (shanghai.offers, shanghai.needs, shanghai.listing) == (2, 0, None)
    assert (shanghai.latitude, shanghai.longitude) == pytest.approx((31.22, 121.42))
    assert (beijing.offers, beijing.listing) == (1, far.pk)
    assert {each.listing for each in backend.clusters(question(box=Box(31, 121, 31.5, 121.5)), 16)} == {
        first.pk,
        second.pk,
    }
