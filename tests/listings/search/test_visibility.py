"""No question tells more than the pages show."""

import datetime as dt
import random
from decimal import Decimal

import pytest
from django.utils import timezone

from listings.search import search
from listings.search.grid import MOST_ZOOM
from listings.search.query import Box, Level, Place, SearchQuery, Sort
from listings.services import follow_site
from marketplace.firms.models import Site
from marketplace.firms.services import change_site
from tests import factories as make
from tests.listings.search.asking import filled, keys, question

pytestmark = pytest.mark.django_db

QUESTIONS = {"database": 1_000, "elastic": 50}
IN_ONE_CELL = [(31.2001, 121.4001), (31.2999, 121.4999), (31.2512, 121.4487)]
EVERYBODY = (Level.VISITOR, Level.MEMBER)


def test_a_hidden_price_is_counted_as_hidden_and_found_by_no_band(backend) -> None:
    offer = make.make_offer(price_per_t=Decimal(-40), price_visibility="members")
    filled(backend)
    bands = {level: backend.find(question(level=level)).counts["price"] for level in Level}
    assert bands == {Level.VISITOR: {"hidden": 1}, Level.MEMBER: {"gate_fee": 1}, Level.STAFF: {"gate_fee": 1}}
    gate_fee = {"price": frozenset({"gate_fee"})}
    assert [keys(backend, level=level, chosen=gate_fee) for level in Level] == [[], [offer.pk], [offer.pk]]


def test_a_price_left_open_looks_like_any_other_to_those_who_must_not_see_it(backend) -> None:
    make.make_offer(price_visibility="matched")
    filled(backend)
    assert backend.find(question()).counts["price"] == {"hidden": 1}


def test_a_hidden_price_moves_nothing_in_the_order_of_landed_cost(backend) -> None:
    near = make.make_offer(site=make.make_site(at=(31.23, 121.47)), price_per_t=900, price_visibility="party")
    far = make.make_offer(site=make.make_site(at=(31.5, 121.9)), price_per_t=1, price_visibility="party")
    found = filled(backend).find(question(near=Place(31.2, 121.4), sort=Sort.LANDED)).hits
    assert [(hit.listing, hit.landed_per_t) for hit in found] == [(near.pk, None), (far.pk, None)]


def test_hidden_documents_are_neither_told_nor_missed(backend) -> None:
    with_report, without = make.make_offer(), make.make_offer()
    make.make_evidence(with_report)
    filled(backend)
    assert backend.find(question()).counts["evidence"] == {"hidden": 2}
    assert backend.find(question(level=Level.STAFF)).counts["evidence"] == {"lab": 1, "none": 1}
    assert keys(backend, chosen={"evidence": frozenset({"none"})}) == []
    assert keys(backend, chosen={"evidence": frozenset({"none"})}, level=Level.STAFF) == [without.pk]


def test_a_park_is_counted_only_where_place_and_name_are_shown(backend) -> None:
    park = make.make_park(name_en="Riverside")
    make.make_offer(site=make.make_site(park=park, location_public=True))
    make.make_offer(site=make.make_site(park=park))
    filled(backend)
    parks = {level: backend.find(question(level=level)).counts["park"] for level in Level}
    assert parks == {Level.VISITOR: {}, Level.MEMBER: {str(park.pk): 1}, Level.STAFF: {str(park.pk): 2}}
    assert [len(keys(backend, "riverside", level=level)) for level in Level] == [0, 1, 2]


def test_a_firm_is_found_by_its_names_only_by_those_who_may_know_them(backend) -> None:
    firm = make.make_firm(name_en="Quixotic", name_zh="堂吉诃德", former_names=["Windmill"])
    make.make_offer(firm=firm, firm_visibility="public")
    make.make_offer(firm=firm, firm_visibility="members")
    make.make_offer(firm=firm, firm_visibility="matched")
    filled(backend)
    for words in ("quixotic", "吉诃", "windmill"):
        assert [len(keys(backend, words, level=level)) for level in Level] == [1, 2, 3]


def test_an_anonymous_listing_stays_when_its_firm_is_hidden(backend) -> None:
    offer = make.make_offer(firm_visibility="party")
    filled(backend)
    assert keys(backend, hidden_firms=frozenset({offer.firm_id})) == [offer.pk]


def attack(dice: random.Random) -> SearchQuery:
    """A question of somebody who wants to know where the site lies: from near, in any order."""
    near = Place(31.25 + dice.uniform(-0.3, 0.3), 121.45 + dice.uniform(-0.3, 0.3))
    south, west = 31.2 + dice.uniform(-0.1, 0.1), 121.4 + dice.uniform(-0.1, 0.1)
    return SearchQuery(
        today=timezone.localdate(),
        level=dice.choice(EVERYBODY),
        words=dice.choice(("", "", "site", "firm", "material")),
        near=near,
        radius_km=dice.choice((None, dice.uniform(0.01, 40))),
        box=dice.choice((None, Box(south, west, south + dice.uniform(0, 0.2), west + dice.uniform(0, 0.2)))),
        sort=dice.choice(list(Sort)),
    )


def everything_told(backend) -> list[object]:
    dice = random.Random(7)  # noqa: S311
    told: list[object] = []
    for number in range(QUESTIONS[backend.name]):
        query = attack(dice)
        told.append(backend.find(query))
        if number % 10 == 0:
            told.append(backend.clusters(query, dice.randrange(MOST_ZOOM + 1)))
    return told


@pytest.mark.parametrize("hidden", ["its place", "its name"])
def test_a_thousand_questions_leave_every_point_of_the_cell_as_likely(hidden: str, backend) -> None:
    """Whatever is asked, the answers are the same wherever in its cell the site lies: nobody can tell them apart."""
    shown = hidden == "its name"
    site = make.make_site(at=IN_ONE_CELL[0], location_public=shown)
    listing = make.make_offer(site=site, firm_visibility="party" if shown else "members", price_per_t=5)
    make.make_need(site=make.make_site(at=(31.24, 121.46), location_public=True), firm_visibility="public")
    first: list[object] = []
    for place in IN_ONE_CELL:
        Site.objects.filter(pk=site.pk).update(latitude=place[0], longitude=place[1])
        site.refresh_from_db()
        follow_site(site)
        told = everything_told(filled(backend))
        first = first or told
        assert told == first
    assert any(hit.listing == listing.pk for found in first if hasattr(found, "hits") for hit in found.hits)


def test_who_acts_for_all_measures_from_the_exact_place(backend) -> None:
    make.make_offer(site=make.make_site(at=(31.2001, 121.4001)))
    filled(backend)
    here = Place(31.2001, 121.4001)
    distances = [backend.find(question(near=here, level=level)).hits[0].distance_km for level in Level]
    assert distances == pytest.approx([7.3, 7.3, 0.0], abs=0.1)


def test_showing_the_place_takes_effect_at_once() -> None:
    offer = make.make_offer(site=make.make_site(at=(31.2001, 121.4001)))
    query = question(near=Place(31.2001, 121.4001), radius_km=1)
    assert search(query).total == 0
    site = change_site(actor=make.owner_of(offer.firm), site=offer.site, values={"location_public": True})
    follow_site(site)
    assert search(query).total == 1


def test_days_and_moments_are_those_of_the_listing() -> None:
    offer = make.make_offer()
    assert search(question(since=offer.published_at + dt.timedelta(microseconds=1))).total == 0
