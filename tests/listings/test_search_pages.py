"""The search page, the map's data, the API, comparing and hiding: what each viewer asks and is told."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from listings import hiding
from listings.filters import SearchFilter, page_number, search_query
from listings.hiding import hidden_firms, hide_firm, show_firm
from listings.models import HiddenFirm, Listing
from listings.search.query import Box, Level, Place, Sort
from listings.services import change_listing, suspend_listing
from marketplace.errors import DomainError
from marketplace.firms.models import RegionMember
from matching.facts import fits
from matching.rematching import rematch_listing
from tests.factories import (
    a_limit,
    a_range,
    make_evidence,
    make_facilitator,
    make_firm,
    make_material,
    make_material_use,
    make_need,
    make_offer,
    make_park,
    make_property,
    make_region,
    make_site,
    make_use,
    make_user,
    owner_of,
)

pytestmark = pytest.mark.django_db
STRANGER = AnonymousUser()


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def shanghai():
    return make_region("310000", name_en="Shanghai", name_zh="上海市", latitude=31.23, longitude=121.47)


@pytest.fixture
def site(shanghai):
    firm = make_firm(name_en="Baogang Power", name_zh="宝钢电力")
    return make_site(firm, region=shanghai, latitude=31.4123, longitude=121.4321)


@pytest.fixture
def gypsum():
    family = make_material("gypsum", name_en="By-product gypsums", name_zh="工业副产石膏")
    return make_material("fgd_gypsum", name_en="FGD gypsum", name_zh="脱硫石膏", parent=family)


@pytest.fixture
def offer(site, gypsum):
    return make_offer(gypsum, site=site, price_per_t=Decimal(20), title_en="Scrubber gypsum")


@pytest.fixture
def member(client):
    client.force_login(owner_of(make_site().firm))
    return client


def found(client, **query):
    return client.get(reverse("listings:browse"), query, headers={"accept-language": "en"})


def text(response):
    return response.content.decode()


def titles(response):
    return [row.listing.title for row in response.context["rows"]]


def asked(query, viewer=STRANGER):
    filterset = SearchFilter(query, viewer=viewer)
    assert filterset.form.is_valid(), filterset.form.errors
    return search_query(filterset, viewer)


# --- what parameters mean ---------------------------------------------------------------------------------------------


def test_parameters_become_one_question(shanghai, gypsum):
    made = asked({"q": " gypsum ", "kind": "offer", "place": "Shanghai", "radius": "1,200", "family": ["gypsum"]})
    assert (made.words, made.kind, made.level) == ("gypsum", "offer", Level.VISITOR)
    assert (made.near, made.radius_km) == (Place(31.23, 121.47), 1200.0)
    assert made.chosen == {"family": frozenset({"gypsum"})}
    assert made.sort == Sort.DISTANCE


def test_a_place_is_a_region_a_park_or_coordinates(shanghai):
    make_park(name_en="Harbour Park", latitude=31.0, longitude=122.0)
    assert asked({"place": "上海"}).near == Place(31.23, 121.47)
    assert asked({"place": "310000 Shanghai"}).near == Place(31.23, 121.47)
    assert asked({"place": "harbour park"}).near == Place(31.0, 122.0)
    assert asked({"place": "31°12′N，121.5"}).near == Place(31.2, 121.5)


def test_a_corridor_holds_its_members_and_all_below_them(shanghai):
    below = make_region("310115", shanghai, level="county")
    make_region("320000")
    corridor = make_region("yangtze_delta", level="composite", name_en="Yangtze River Delta")
    RegionMember.objects.create(composite=corridor, member=shanghai)
    assert asked({"region": "yangtze_delta"}).regions == {shanghai.pk, below.pk}


def test_one_measures_from_own_sites_only(site):
    owner = owner_of(site.firm)
    made = asked({"site": str(site.pk), "radius": "50"}, owner)
    assert (made.near, made.level) == (Place(31.4123, 121.4321), Level.MEMBER)
    assert "site" in SearchFilter({"site": str(site.pk)}, viewer=make_user()).form.errors


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"place": "31,121", "radius": "-5"}, "radius"),
        ({"place": "31,121", "radius": "1e9"}, "radius"),
        ({"place": "31,121", "radius": "1000000000"}, "radius"),
        ({"place": "31,121", "radius": "NaN"}, "radius"),
        ({"place": "31,121", "radius": "4.9"}, "radius"),
        ({"radius": "50"}, "place"),
        ({"place": "nowhere at all"}, "place"),
        ({"place": "91, 121"}, "place"),
        ({"place": "🏭"}, "place"),
        ({"region": "nonsense"}, "region"),
        ({"kind": "nonsense"}, "kind"),
        ({"sort": "nonsense"}, "sort"),
        ({"family": ["nonsense"]}, "family"),
        ({"park": ["9" * 40]}, "park"),
        ({"quality": ["7"]}, "quality"),
        ({"price": ["gate_fee"] * 31}, "price"),
        ({"box": "1,2,3"}, "box"),
        ({"box": "nan,0,1,1"}, "box"),
        ({"box": "40,0,30,10"}, "box"),
        ({"box": "0,1e300,1,1e301"}, "box"),
        ({"q": "x" * 10_000}, "q"),
        ({"q": "a\0b"}, "q"),
        ({"place": "\0"}, "place"),
    ],
)
def test_what_cannot_be_understood_is_said_at_its_field(client, offer, query, field):
    page = found(client, **query)
    assert page.status_code == 200
    assert field in page.context["form"].errors
    assert "Scrubber gypsum" not in text(page)
    assert "Please check these points" in text(page)
    answer = client.get(reverse("listings:api"), query)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert client.get(reverse("listings:map"), query).status_code == 400


@pytest.mark.parametrize(
    "words", ['"', "AND OR NOT", "* ^ : -", "🏭", "鋼渣", "ｆｌｙ　ａｓｈ", "'; --", "<b>bold</b>"]
)
def test_words_of_any_kind_are_looked_for(client, offer, words):
    page = found(client, q=words)
    assert page.status_code == 200
    assert "<b>bold</b>" not in text(page)
    assert client.get(reverse("listings:api"), {"q": words}).status_code == 200


@pytest.mark.parametrize(
    ("given", "number"), [("", 1), ("x", 1), ("-1", 1), ("0", 1), ("7", 7), ("9" * 400, 400), ("²", 1)]
)
def test_a_page_is_brought_into_range(given, number):
    assert page_number(given) == number


def test_a_page_beyond_the_last_is_the_last(client, offer):
    page = found(client, page="1000000000")
    assert (titles(page), page.context["page"].number) == (["Scrubber gypsum"], 1)


def test_a_box_round_the_world_is_brought_back():
    assert asked({"box": "30,110,40,480"}).box == Box(30.0, -180.0, 40.0, 180.0)
    assert asked({"box": "30,170,40,190"}).box == Box(30.0, 170.0, 40.0, -170.0)


@pytest.mark.parametrize(("sort", "used"), [("distance", "newest"), ("landed", "newest"), ("match", "newest")])
def test_an_order_that_is_not_possible_gives_way_and_says_why(client, offer, sort, used):
    assert asked({"sort": sort}).sort == used
    reasons = {str(option.label): str(option.why_not) for option in found(client).context["sorts"]}
    assert reasons["nearest first"] == "needs a place"
    assert reasons["best match with mine"] == "sign in"
    assert reasons["largest quantity"] == ""


def test_matches_with_ones_own_come_first(gypsum):
    use = make_use("plasterboard")
    make_material_use(gypsum, use, "1.00")
    mine = make_need(use=use, site=make_site())
    near = make_offer(gypsum, site=make_site(), title_en="fits")
    make_offer(make_material(), title_en="fits not")
    for listing in (mine, near):
        rematch_listing(listing.pk)
    owner = owner_of(mine.firm)
    assert list(fits(owner)) == [near.pk]
    assert 0 < fits(owner)[near.pk] <= 1
    assert fits(STRANGER) == {}


# --- rows, chips, advice ----------------------------------------------------------------------------------------------


def test_a_row_tells_distance_cost_and_who_pays(member, offer):
    shown = text(found(member, place="31.4123, 121.4321", kind="offer"))
    assert "taker pays ¥20/t" in shown
    assert "at your gate" in shown
    assert "data quality" in shown
    assert "confirmed today" in shown
    assert "km away" in shown


def test_a_hidden_place_is_only_about_so_far_away(client, offer):
    offer.site.location_public = False
    offer.site.save()
    page = found(client, place="31.23, 121.47")
    assert "about " in page.context["rows"][0].distance
    assert "31.41" not in text(page)
    assert "121.43" not in text(page)


def test_facets_count_and_narrow(client, offer, gypsum):
    make_need(gypsum, title_en="Wanted gypsum")
    make_offer(make_material("ash", name_en="Ashes", form="granule"), title_en="Ash")
    page = found(client, family="gypsum")
    (family,) = [group for group in page.context["facets"] if group.name == "family"]
    assert [(each.label, each.count, each.checked) for each in family.first] == [
        ("By-product gypsums", 2, True), ("Ashes", 1, False)
    ]  # fmt: skip
    assert set(titles(page)) == {"Scrubber gypsum", "Wanted gypsum"}
    assert page.context["found"].total == 2


def test_a_price_that_is_not_shown_is_found_by_no_band(client, offer):
    assert titles(found(client, price="to_50")) == []
    assert titles(found(client, price="hidden")) == ["Scrubber gypsum"]
    client.force_login(make_user())
    assert titles(found(client, price="to_50")) == ["Scrubber gypsum"]


def test_each_condition_has_a_chip_that_takes_it_away(client, shanghai, offer):
    page = found(client, q="gypsum", place="Shanghai", radius="100", form="powder", page="2")
    chips = {chip.label: chip.url for chip in page.context["chips"]}
    assert list(chips) == ["“gypsum”", "from Shanghai", "within 100 km", "Form: Powder"]
    assert chips["“gypsum”"] == "?place=Shanghai&radius=100&form=powder"
    assert chips["from Shanghai"] == "?q=gypsum&form=powder"
    assert chips["Form: Powder"] == "?q=gypsum&place=Shanghai&radius=100"


def test_an_empty_answer_says_which_condition_to_give_up(client, offer):
    page = found(client, q="gypsum", place="39.9, 116.4", radius="600", kind="offer")
    advice = [(each.label, each.total) for each in page.context["advice"]]
    assert advice == [("look within 1\u202f200 km", 1), ("look at any distance", 1)]
    assert "Nothing fits all of that" in text(page)


def test_a_misspelt_word_is_answered_and_said(client, offer):
    page = found(client, q="gypsun")
    assert titles(page) == ["Scrubber gypsum"]
    assert "No listing says “gypsun”." in text(page)


def test_what_left_the_market_is_found_no_more(client, offer):
    suspend_listing(actor=owner_of(offer.firm), listing=offer)
    assert titles(found(client)) == []


def test_with_htmx_only_what_was_found_is_drawn(client, offer):
    part = client.get(reverse("listings:browse"), {"q": "gypsum"}, headers={"hx-request": "true"})
    assert "<html" not in text(part)
    assert 'id="found"' in text(part)
    assert 'id="facets" hx-swap-oob="true"' in text(part)
    assert "HX-Request" in part["vary"]
    back = {"hx-request": "true", "hx-history-restore-request": "true"}
    assert "<html" in text(client.get(reverse("listings:browse"), headers=back))


@pytest.mark.parametrize("signed_in", [False, True])
def test_queries_do_not_grow_with_what_is_found(client, gypsum, signed_in):
    if signed_in:
        client.force_login(owner_of(make_site().firm))

    def queries():
        with CaptureQueriesContext(connection) as captured:
            page = found(client, q="gypsum", place="31,121", radius="2000")
        assert page.context["found"].total > 0
        return len(captured)

    for _number in range(3):
        make_offer(gypsum, site=make_site())
    queries()
    few = queries()
    for _number in range(20):
        make_offer(gypsum, site=make_site())
    queries()  # reads the new words anew
    assert queries() == few
    assert few <= 30


def test_suggestions_are_regions_and_parks(client, shanghai):
    make_park(name_en="Shanghai Chemical Park", region=shanghai)
    shown = text(client.get(reverse("listings:places"), {"place": "shang"}, headers={"accept-language": "en"}))
    assert "310000 Shanghai" in shown
    assert "Shanghai Chemical Park" in shown
    assert client.get(reverse("listings:places"), {"place": "\0"}).status_code == 200


# --- the API and the map ----------------------------------------------------------------------------------------------


def test_the_api_tells_what_the_page_tells(client, offer):
    answer = client.get(reverse("listings:api"), {"q": "gypsum", "place": "31.23, 121.47"}).json()
    (row,) = answer["results"]
    assert (answer["total"], answer["page"], answer["pages"], answer["next"]) == (1, 1, 1, None)
    assert (row["id"], row["material"], row["quantity_t_per_year"]) == (offer.pk, "fgd_gypsum", 12000.0)
    assert (row["firm"], row["price_per_t"], row["landed_cost_per_t"]) == ("a holder in Shanghai", None, None)
    assert (row["latitude"], row["longitude"], row["cell_degrees"]) == (31.45, 121.45, 0.1)
    assert answer["facets"]["family"] == {"gypsum": 1}
    client.force_login(make_user())
    (row,) = client.get(reverse("listings:api"), {"q": "gypsum"}).json()["results"]
    assert (row["firm"], row["price_per_t"]) == ("Baogang Power", 20.0)


def test_the_api_goes_on_page_by_page(client, gypsum, site):
    for _number in range(26):
        make_offer(gypsum, site=site)
    first = client.get(reverse("listings:api"), {"kind": "offer"}).json()
    second = client.get(first["next"]).json()
    assert (len(first["results"]), len(second["results"]), second["next"]) == (25, 1, None)
    assert {row["id"] for row in first["results"]}.isdisjoint(row["id"] for row in second["results"])


def test_the_map_gathers_what_is_close_and_names_what_is_alone(client, offer, gypsum, site):
    make_need(gypsum, site=make_site(latitude=39.93, longitude=116.43))
    make_need(gypsum, site=site)
    marks = client.get(reverse("listings:map"), {"box": "20,100,45,130", "zoom": "5"}).json()["clusters"]
    gathered, alone = sorted(marks, key=lambda mark: mark["lat"])
    assert (gathered["offers"], gathered["needs"], gathered["label"]) == (
        1,
        1,
        "1 offer, 1 need, 24\u202f000\xa0t a year",
    )
    assert "url" not in gathered
    assert (alone["offers"], alone["needs"], alone["cell_deg"]) == (0, 1, 0.1)
    assert (alone["lat"], alone["lon"]) == (39.95, 116.45)
    inside = client.get(reverse("listings:map"), {"box": "35,100,45,130", "zoom": "5"}).json()["clusters"]
    assert inside == [alone]


@pytest.mark.parametrize(("zoom", "used"), [("99", 4), ("x", 0), ("-1", 0), ("3", 3), ("18", 4)])
def test_the_map_of_the_world_is_never_asked_for_street_by_street(client, offer, zoom, used):
    assert client.get(reverse("listings:map"), {"zoom": zoom}).json()["zoom"] == used


# --- comparing --------------------------------------------------------------------------------------------------------


def compared(client, *keys, **query):
    headers = {"accept-language": "en"}
    return client.get(reverse("listings:compare"), {"listing": keys, **query}, headers=headers)


def test_listings_stand_side_by_side_by_property(member, offer, gypsum):
    loi = make_property("loi", name_en="Loss on ignition", unit="%")
    other = make_offer(gypsum, measures=[a_range(loi, "1", "3", "2", basis="dry")], title_en="Other")
    need = make_need(gypsum, measures=[a_limit(loi, maximum="5")], title_en="Wanted")
    page = compared(member, offer.pk, other.pk, need.pk, place="31.4123, 121.4321")
    (line,) = page.context["figures"]
    assert (line.label, line.unit, line.differs) == ("Loss on ignition", "%", True)
    assert [(cell.text, cell.figures) for cell in line.cells] == [("", None), ("", ("1", "2", "3")), ("≤ 5", None)]
    lines = {str(line.label): [str(cell.text) for cell in line.cells] for line in page.context["facts"]}
    assert lines["Kind"] == ["offer", "offer", "need"]
    assert lines["Price"] == ["taker pays ¥20/t", "price to be agreed", "price to be agreed"]
    assert "at your gate" in lines["Landed cost"][0]


def test_papers_are_compared_by_those_who_may_see_them(client, offer):
    make_evidence(offer)
    client.force_login(make_facilitator())
    assert "laboratory report" in text(compared(client, offer.pk))
    client.logout()
    assert "laboratory report" not in text(compared(client, offer.pk))


def test_at_most_four_open_listings_are_compared(client, offer, site, gypsum):
    more = [make_offer(gypsum, site=site) for _number in range(4)]
    draft = make_offer(gypsum, site=site, published=False, title_en="Secret draft")
    page = compared(client, *(listing.pk for listing in [offer, *more]))
    assert [row.listing for row in page.context["rows"]] == [offer, *more[:3]]
    assert "At most 4 listings are compared" in text(page)
    page = compared(client, offer.pk, draft.pk, 10**15, "x", "-1", "9" * 50)
    assert [row.listing for row in page.context["rows"]] == [offer]
    assert "Secret draft" not in text(page)
    assert "Nothing to compare yet" in text(compared(client))


# --- hiding firms -----------------------------------------------------------------------------------------------------


def test_a_hidden_firm_is_left_out_for_this_person_only(client, offer, gypsum):
    make_offer(gypsum, title_en="Another firm's")
    person = make_user()
    client.force_login(person)
    client.post(reverse("listings:hide_firm", args=[offer.firm_id]))
    assert hidden_firms(person) == {offer.firm_id}
    page = found(client)
    assert titles(page) == ["Another firm's"]
    assert "1 firm that you hide is left out." in text(page)
    assert "Baogang Power" in text(client.get(reverse("listings:hidden_firms")))
    client.post(reverse("listings:show_firm", args=[offer.firm_id]))
    assert len(titles(found(client))) == 2


def test_hiding_tells_nothing_of_a_firm_whose_name_is_hidden(client, offer):
    person = make_user()
    hide_firm(actor=person, firm=offer.firm)
    client.force_login(person)
    listing = Listing.objects.get(pk=offer.pk)
    change_listing(actor=owner_of(offer.firm), listing=listing, values={"firm_visibility": "matched"})
    (row,) = found(client).context["rows"]
    assert (row.listing, row.can_hide) == (offer, False)


def test_hiding_twice_changes_nothing_and_has_an_end():
    person, firm = make_user(), make_firm()
    hide_firm(actor=person, firm=firm)
    hide_firm(actor=person, firm=firm)
    assert HiddenFirm.objects.count() == 1
    show_firm(actor=person, firm=firm)
    assert hidden_firms(person) == frozenset()


def test_hiding_has_an_end(monkeypatch):
    monkeypatch.setattr(hiding, "MOST_HIDDEN", 1)
    person, first, second = make_user(), make_firm(), make_firm()
    hide_firm(actor=person, firm=first)
    with pytest.raises(DomainError):
        hide_firm(actor=person, firm=second)
    hide_firm(actor=person, firm=first)
    assert hidden_firms(person) == {first.pk}


def test_the_address_one_comes_back_to_is_ours(member, offer):
    address = reverse("listings:hide_firm", args=[offer.firm_id])
    assert member.post(address, {"next": "/listings/?q=ash"})["location"] == "/listings/?q=ash"
    assert member.post(address, {"next": "https://elsewhere.example/"})["location"] == reverse("listings:hidden_firms")
