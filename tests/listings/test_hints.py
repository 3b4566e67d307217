"""Hints: what published lists say of the things in a listing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

import listings
from listings.cautions import Stated, state_cautions
from listings.hints import hints_by_listing, hints_of
from listings.models import Caution, Listing
from listings.understanding.catalogue import read_rows
from listings.understanding.reading import read
from listings.understanding.substances import Substance, first_look, folded, substances, substances_in
from tests import factories as make

REFERENCE = Path(listings.__file__).parent / "reference"
BEGUN = dt.date(2020, 1, 1)


def say(*slugs: str, entry: int = 1, ended: dt.date = BEGUN, **values: Any) -> None:
    """A list that encourages something in place of each substance, or says nothing any more."""
    common: dict[str, Any] = {
        "kind": "substance",
        "entry_key": entry,
        "entry_number": entry,
        "entry_url": f"/registers/x/entries/{entry}/",
        "instead_en": "the better one",
        "instead_zh": "更好的",
        "list_name_en": "A list",
        "list_name_zh": "名录",
        "valid_from": BEGUN,
    } | values
    stated = [Stated(substance=slug, name_en=f"old {slug}", **common) for slug in slugs]
    state_cautions(list_slug="x", stated=stated, ended={entry: ended})


def found_in(listing: Listing) -> list[tuple[str, str, str]]:
    return [(hint.cautions[0].substance, *found) for hint in hints_of(listing) for found in hint.found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Fly ash with chromium VI 12 mg/kg", {"hexavalent_chromium"}),
        ("电镀污泥含六价铬", {"hexavalent_chromium"}),
        ("六價鉻污泥", {"hexavalent_chromium"}),
        ("PVC profiles with lead stabiliser", {"lead"}),
        ("废铅酸蓄电池铅膏", {"lead"}),
        ("mercury-containing lamps and nicd cells", {"mercury", "cadmium"}),
        ("an unknown salt, CAS 7439-97-6", {"mercury"}),
        ("废旧阻燃料，含六溴环十二烷", {"hbcd"}),
        ("lead time two weeks, we lead the market, which leads to savings", set()),
        ("铅笔厂木屑，集装箱铅封完好", set()),
        ("lead-free solder dross", set()),
        ("hexavalent chromium free cement", set()),
        ("no lead, cadmium or mercury", set()),
        ("does not contain lead", set()),
        ("不含铬、无铅焊料", set()),
        ("不含六价铬和镉，汞含量未检出", set()),
        ("replaces lead stabilisers", set()),
        ("用于除砷、脱汞的吸附剂", set()),
        ("六价铬还原剂", set()),
        ("聚甲醛边角料，含苯乙烯共聚物", set()),
    ],
)
def test_words_name_a_substance_unless_they_mean_something_else_or_deny_it(text: str, found: set[str]) -> None:
    assert set(substances_in(read(text))) == found


@pytest.mark.parametrize("substance", substances().values(), ids=lambda each: each.slug)
def test_no_word_is_missed_by_the_first_look(substance: Substance) -> None:
    look = first_look(substance.words + substance.cas)
    for word in (*substance.words, *substance.cas):
        for text in (word.replace("*", ""), word.replace("*", "s").upper()):
            assert look.search(folded(f"some {text} here")), text


def test_every_cas_number_has_its_check_digit() -> None:
    for substance in substances().values():
        for number in substance.cas:
            *digits, check = [int(char) for char in number if char.isdigit()]
            assert sum(place * digit for place, digit in enumerate(reversed(digits), 1)) % 10 == check, number


def test_the_materials_and_properties_of_the_table_are_those_of_the_release() -> None:
    for name in ("materials", "properties"):
        known = {row["slug"] for row in read_rows(REFERENCE / f"{name}.csv", required=True)}
        assert {slug for each in substances().values() for slug in getattr(each, name)} <= known


@pytest.mark.django_db
def test_a_listing_gets_the_hint_by_its_material() -> None:
    say("lead")
    offer = make.make_offer(make.make_material("scrap_lead", name_en="Soft sheet"))
    assert found_in(offer) == [("lead", "material", "Soft sheet")]


@pytest.mark.django_db
def test_a_material_that_the_table_does_not_know_may_say_it_in_its_name() -> None:
    say("mercury")
    offer = make.make_offer(make.make_material("lamps", name_en="Mercury-bearing lamps", name_zh="含汞灯管"))
    assert [place for _slug, place, _words in found_in(offer)] == ["material"]


@pytest.mark.django_db
def test_a_listing_gets_the_hint_by_a_figure_above_zero() -> None:
    say("hexavalent_chromium")
    chromium = make.make_property("cr_vi", name_en="Hexavalent chromium", unit="mg/kg", max_value=1_000_000)
    offer = make.make_offer(measures=[make.a_range(chromium, "8", "16")])
    none = make.make_offer(measures=[make.a_range(chromium, "0", "0")])
    assert found_in(offer) == [("hexavalent_chromium", "figure", "Hexavalent chromium 12 mg/kg")]
    assert found_in(none) == []


@pytest.mark.django_db
def test_a_figure_in_the_words_counts_as_a_stated_one() -> None:
    say("lead")
    make.make_property("pb", name_en="Lead", name_zh="铅", symbol="Pb", unit="mg/kg", max_value=1_000_000)
    assert found_in(make.make_offer(description="Filter dust, Pb 120 mg/kg")) == [("lead", "figure", "Pb 120 mg/kg")]
    assert found_in(make.make_offer(description="Filter dust, Pb < 5 mg/kg")) == []


@pytest.mark.django_db
def test_a_need_gets_the_hint_by_what_it_asks_for_and_not_by_what_it_limits() -> None:
    say("lead")
    lead = make.make_property("pb", name_en="Lead", unit="mg/kg", max_value=1_000_000)
    assert found_in(make.make_need(measures=[make.a_limit(lead, maximum="100")])) == []
    rich = make.make_need(measures=[make.a_limit(lead, minimum="400000")])
    assert [place for _slug, place, _words in found_in(rich)] == ["figure"]


@pytest.mark.django_db
def test_all_that_is_said_of_one_substance_stands_together() -> None:
    say("lead", entry=1)
    say("lead", entry=2)
    (hint,) = hints_of(make.make_offer(description="含铅玻璃"))
    assert [caution.entry_number for caution in hint.cautions] == [1, 2]
    assert hint.name == "Lead and its compounds"
    with translation.override("zh-hans"):
        assert (hint.name, hint.cautions[0].instead) == ("铅及其化合物", "更好的")


@pytest.mark.django_db
def test_only_what_stood_on_the_day_is_told() -> None:
    offer = make.make_offer(description="leaded glass")
    say("lead")
    say(ended=dt.date(2024, 5, 1))
    assert hints_of(offer) == []
    assert len(hints_of(offer, dt.date(2024, 4, 30))) == 1
    assert hints_of(offer, dt.date(2019, 12, 31)) == []


@pytest.mark.django_db
def test_saying_the_same_again_writes_nothing() -> None:
    say("lead")
    before = Caution.objects.get()
    say("lead")
    assert Caution.objects.get().pk == before.pk


@pytest.mark.django_db
def test_a_caution_taken_back_on_its_first_day_never_held() -> None:
    say("lead")
    say(ended=BEGUN)
    assert not Caution.objects.exists()


@pytest.mark.django_db
def test_equipment_is_known_by_its_model_and_warned_of_in_offers_only() -> None:
    say("", kind="equipment", words="Y2-132S-4|S7 power transformer|S7电力变压器", stop_by=dt.date(2027, 1, 1))
    motor = make.make_offer(description="Twenty used motors Y2-132S-4, working")
    other = make.make_offer(description="Twenty used motors Y3-132S-4, working")
    need = make.make_need(description="motors Y2-132S-4")
    assert [hint.is_equipment for hint in hints_of(motor)] == [True]
    assert hints_of(make.make_offer(description="库存S7电力变压器两台")) != []
    assert hints_of(other) == hints_of(need) == []


@pytest.mark.django_db
def test_a_page_of_listings_takes_as_many_queries_as_one() -> None:
    say("lead")
    lead = make.make_property("pb", name_en="Lead", unit="mg/kg", max_value=1_000_000)
    for _ in range(4):
        make.make_offer(description="leaded glass, Pb 3 %", measures=[make.a_range(lead, "1", "3")])
    offers = list(Listing.objects.for_rows())
    with CaptureQueriesContext(connection) as one:
        hints_by_listing(offers[:1])
    with CaptureQueriesContext(connection) as four:
        found = hints_by_listing(offers)
    assert (len(one), len(four), len(found)) == (4, 4, 4)


@pytest.mark.django_db
def test_everyone_reads_the_hint_on_the_listings_page_with_its_way_to_the_list(client: Client) -> None:
    say("lead", to_verify=True)
    offer = make.make_offer(description="leaded glass <script>")
    page = client.get(offer.get_absolute_url()).content.decode()
    assert "Substitutes are encouraged for: Lead and its compounds" in page
    assert "<b>the better one</b> instead of old lead" in page
    assert 'href="/registers/x/entries/1/"' in page
    assert "in the words “leaded”" in page
    chinese = client.get(offer.get_absolute_url(), headers={"accept-language": "zh-hans"}).content.decode()
    assert "更好的" in chinese


@pytest.mark.django_db
def test_who_types_is_told_before_saving(client: Client) -> None:
    say("mercury")
    client.force_login(make.make_user())
    sent = {"kind": "offer", "material": "", "description": "used lamps with mercury"}
    page = client.post(reverse("listings:understand"), sent).content.decode()
    assert "Mercury and its compounds" in page
    denied = client.post(reverse("listings:understand"), sent | {"description": "mercury-free"}).content.decode()
    assert "Mercury and its compounds" not in denied


@pytest.mark.django_db
def test_my_listings_name_what_lists_speak_of(client: Client) -> None:
    say("mercury")
    offer = make.make_offer(description="含汞灯管")
    client.force_login(make.owner_of(offer.firm))
    assert "a list speaks of it: Mercury and its compounds" in client.get(reverse("listings:mine")).content.decode()


@pytest.mark.django_db
def test_a_caution_stands_from_its_day() -> None:
    say("lead", valid_from=timezone.localdate() + dt.timedelta(days=1), ended=timezone.localdate())
    assert hints_of(make.make_offer(description="leaded glass")) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ({"typical": "5"}, "by the figure “Lead 5 mg/kg”"),
        ({"low": "0.5", "high": "2"}, "by the figure “Lead 0.5 mg/kg”"),
        ({"minimum": "3"}, "by the figure “Lead ≥ 3 mg/kg”"),
        ({"typical": "0", "low": "0"}, ""),
        ({"typical": "-5"}, ""),
        ({"typical": "<1"}, ""),
        ({"typical": "NaN"}, ""),
        ({"typical": "1e999"}, ""),
        ({"maximum": "5"}, ""),
    ],
)
def test_a_figure_that_is_typed_counts_when_it_is_above_zero(client: Client, typed: dict[str, str], shown: str) -> None:
    say("lead")
    make.make_property("pb", name_en="Lead", unit="mg/kg")
    client.force_login(make.make_user())
    row = {"ranges-0-property": "pb"} | {f"ranges-0-{name}": text for name, text in typed.items()}
    page = client.post(reverse("listings:understand"), {"kind": "offer", "material": "", "description": "ash"} | row)
    assert ("by the figure" in page.content.decode()) == bool(shown)
    assert shown in page.content.decode()


# --- thresholds -------------------------------------------------------------------------------------------------------


def overlook(value: str, unit: str = "%", basis: str = "", **values: Any) -> None:
    """A list that overlooks lead up to a content."""
    say("lead", threshold=Decimal(value), threshold_unit=unit, threshold_basis=basis, **values)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Filter dust, Pb 900 mg/kg", False),
        ("Filter dust, Pb 1000 mg/kg", False),
        ("Filter dust, Pb 1001 mg/kg", True),
        ("含铅滤灰，铅 0.05%", False),
        ("含铅滤灰，铅 0.2%", True),
        ("Leaded dust, Pb < 500 mg/kg", False),
        ("Leaded dust, Pb < 5000 mg/kg", True),
        ("Leaded dust, Pb > 500 mg/kg", True),
        ("Leaded dust, Pb 400-2000 mg/kg", True),
        ("Leaded dust", True),
    ],
)
def test_figures_up_to_the_threshold_are_overlooked_with_the_words_beside_them(text: str, found: bool) -> None:
    overlook("0.1")
    make.make_property("pb", name_en="Lead", name_zh="铅", symbol="Pb", unit="mg/kg", max_value=1_000_000)
    assert bool(hints_of(make.make_offer(description=text))) == found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("threshold", "low", "high", "basis", "found"),
    [
        (("1000", "ppm", ""), "200", "1000", "ar", False),
        (("1000", "ppm", ""), "200", "1100", "ar", True),
        (("1000", "mg/kg", "dry"), "200", "1000", "dry", False),
        (("1000", "mg/kg", "dry"), "200", "300", "ar", True),
        (("1000", "mg/kg", "ar"), "200", "300", "dry", False),
        (("1000", "°C", ""), "200", "300", "dry", True),
        (("1000", "", ""), "200", "300", "dry", True),
        (("0", "%", ""), "200", "300", "dry", True),
    ],
)
def test_a_figure_of_the_table_is_held_against_the_threshold_in_its_unit_and_basis(
    threshold: tuple[str, str, str], low: str, high: str, basis: str, found: bool
) -> None:
    overlook(*threshold)
    lead = make.make_property("pb", name_en="Lead", unit="mg/kg", max_value=1_000_000)
    offer = make.make_offer(measures=[make.a_range(lead, low, high)])
    offer.properties.update(basis=basis)
    assert bool(hints_of(offer)) == found


@pytest.mark.django_db
def test_a_material_that_holds_the_substance_is_told_whatever_its_figure() -> None:
    overlook("0.1")
    lead = make.make_property("pb", name_en="Lead", unit="mg/kg", max_value=1_000_000)
    offer = make.make_offer(make.make_material("scrap_lead", name_en="Sheet"), measures=[make.a_range(lead, "1", "3")])
    assert [place for _slug, place, _words in found_in(offer)] == ["material", "figure"]


@pytest.mark.django_db
def test_of_two_lists_only_the_stricter_speaks(client: Client) -> None:
    overlook("0.1", entry=1)
    overlook("50", "mg/kg", "dry", entry=2)
    make.make_property("pb", name_en="Lead", symbol="Pb", unit="mg/kg", max_value=1_000_000)
    offer = make.make_offer(description="Filter dust, Pb 120 mg/kg dry basis")
    (hint,) = hints_of(offer)
    assert [caution.entry_number for caution in hint.cautions] == [2]
    page = client.get(offer.get_absolute_url()).content.decode()
    assert "where there is more than 50 mg/kg of it (dry)" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "found"),
    [({"typical": "800"}, False), ({"low": "1", "high": "1200"}, True), ({"minimum": "3"}, True)],
)
def test_a_figure_that_is_typed_is_held_against_the_threshold(
    client: Client, typed: dict[str, str], found: bool
) -> None:
    overlook("0.1")
    make.make_property("pb", name_en="Lead", unit="mg/kg")
    client.force_login(make.make_user())
    row = {"ranges-0-property": "pb"} | {f"ranges-0-{name}": text for name, text in typed.items()}
    page = client.post(reverse("listings:understand"), {"kind": "offer", "material": "", "description": "ash"} | row)
    assert ("Lead and its compounds" in page.content.decode()) == found
