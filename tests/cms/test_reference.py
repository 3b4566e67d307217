"""Reference data in the back office: everybody there looks, editors change it, and what they change takes effect."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.reference import CHOOSERS, ReferenceGroup
from listings.curation.services import change_row, delete_row
from listings.knowledge import read_text
from listings.models import LocalEdit, Material, MaterialUse, Property, UseLimit, WasteCode
from listings.search.backends import database
from marketplace.errors import Invalid
from marketplace.firms.models import Event, Region
from matching.knowledge import knowledge
from matching.models import Match
from matching.rematching import rematch_changed
from tests import factories as make
from tests.clients import client_of, filled_in
from tests.cms.people import ACCESS, member_of, person_with
from tests.listings.search.asking import keys
from tests.matching.market import make_market
from tests.registers.test_two_keepers import at_once

pytestmark = pytest.mark.django_db

NAMES = [each.name for each in ReferenceGroup.items]
OK, ELSEWHERE = 200, 302
MATERIAL = {
    "slug": "slag", "name_zh": "矿渣", "name_en": "Slag", "parent": "", "synonyms_zh": "", "synonyms_en": "",
    "form": "powder", "hazardous_possible": "no", "economic_radius_km": "", "pictogram": "", "codes": "", "source": "",
}  # fmt: skip


@pytest.fixture
def office() -> Client:
    return client_of(member_of("Reference editors"))


@pytest.fixture
def send(office: Client, django_capture_on_commit_callbacks: Any) -> Callable[..., Any]:
    """Fill in a form of the office as an editor, and let what waits for the commit happen."""

    def post(name: str, row: Any = None, **values: object) -> Any:
        url = reverse(f"{name}:edit", args=[row.pk]) if row else reverse(f"{name}:add")
        shown = office.get(url).context["form"]
        said = {field: shown[field].value() for field in shown.fields} | values
        filled = {field: value for field, value in said.items() if value is not None and value is not False}
        with django_capture_on_commit_callbacks(execute=True):
            return office.post(url, filled)

    return post


def refusals(page: Any) -> dict[str, list[str]]:
    assert page.status_code == OK
    return {field: list(sentences) for field, sentences in page.context["form"].errors.items()}


def changes(row: Any) -> list[str]:
    return list(Event.objects.about(row).order_by("pk").values_list("change", flat=True))


# --- who may ----------------------------------------------------------------------------------------------------------


def test_every_list_and_form_opens_for_editors_and_only_lists_for_others(office: Client) -> None:
    looking = client_of(person_with(ACCESS))
    make.make_material("slag", name_zh="矿渣")
    for name in NAMES:
        assert looking.get(reverse(f"{name}:index")).status_code == OK
        forms = ELSEWHERE if name == "reference_localedit" else OK
        assert office.get(reverse(f"{name}:add")).status_code == forms
        assert looking.get(reverse(f"{name}:add")).status_code == ELSEWHERE
    assert "矿渣" in looking.get(reverse("reference_material:index") + "?q=矿").content.decode()


def test_who_may_only_look_changes_nothing() -> None:
    material = make.make_material("slag", name_en="Slag")
    client = client_of(person_with(ACCESS))
    for verb in ("edit", "delete", "take_back"):
        client.post(reverse(f"reference_material:{verb}", args=[material.pk]), MATERIAL | {"name_en": "Other"})
    client.post(reverse("reference_material:add"), MATERIAL | {"slug": "other"})
    assert list(Material.objects.values_list("slug", "name_en")) == [("slag", "Slag")]
    assert client.get(reverse("reference_material:inspect", args=[material.pk])).status_code == OK


@pytest.mark.parametrize("model", CHOOSERS, ids=lambda model: model.__name__)
def test_rows_of_long_tables_are_found_by_a_part_of_their_name(office: Client, model: Any) -> None:
    make.make_material_use(make.make_material("slag", name_zh="矿渣"), make.make_use("brick", name_zh="矿渣砖"))
    make.make_region("310000", name_zh="上海矿区")
    make.make_waste_code(name_zh="矿物")
    make.make_property(name_zh="矿物含量")
    make.make_industry(name_zh="采矿")
    url = reverse(f"choose_{model._meta.model_name}:choose_results")
    assert office.get(url, {"q": "矿"}).context["results"].paginator.count == 1
    assert office.get(url, {"q": "没有"}).context["results"].paginator.count == 0


@pytest.mark.parametrize("name", ["material", "materialuse", "uselimit"])
def test_a_list_costs_as_many_queries_for_fifty_rows_as_for_two(office: Client, name: str) -> None:
    url = reverse(f"reference_{name}:index")
    use, loi = make.make_use("brick"), make.make_property("loi")
    counts = []
    for number in (2, 50):
        while MaterialUse.objects.count() < number:
            make.make_use_limit(make.make_material_use(make.make_material(), use), loi, maximum=9)
        office.get(url)
        with CaptureQueriesContext(connection) as queries:
            office.get(url)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- it takes effect --------------------------------------------------------------------------------------------------


def test_a_listing_is_found_by_a_word_as_soon_as_an_editor_adds_it(send: Callable[..., Any]) -> None:
    material = make.make_material("slag", name_zh="矿渣", name_en="Slag", synonyms_zh="高炉渣")
    offer = make.make_offer(material)
    assert keys(database(), "水淬渣") == []
    send("reference_material", material, synonyms_zh="高炉渣\n水淬渣")
    assert keys(database(), "水淬渣") == [offer.pk]
    assert [subject.slug for subject in read_text("水淬渣", side="offer").subjects] == ["slag"]
    assert changes(material) == ["other words in Chinese: + 水淬渣"]


def test_a_listing_is_found_by_the_new_name_of_its_material(send: Callable[..., Any]) -> None:
    material = make.make_material("slag", name_zh="矿渣", name_en="Slag")
    offer = make.make_offer(material, title_en="From unit 3", title_zh="")
    send("reference_material", material, name_en="Clinkerite")
    assert keys(database(), "clinkerite") == [offer.pk]


def test_an_edit_is_seen_by_processes_that_share_nothing_but_the_database(
    send: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number of rows and of letters stays, and no cache is told."""
    monkeypatch.setattr("listings.curation.stamps.forget", lambda: None)
    material = make.make_material("slag", name_zh="矿渣", name_en="Slag", synonyms_en="abc")
    assert [subject.slug for subject in read_text("abc", side="offer").subjects] == ["slag"]
    send("reference_material", material, synonyms_en="xyz")
    assert read_text("abc", side="offer").subjects == ()
    assert [subject.slug for subject in read_text("xyz", side="offer").subjects] == ["slag"]


def test_pairs_of_a_use_that_becomes_prohibited_are_gone_at_once_and_after_matching(send: Callable[..., Any]) -> None:
    market = make_market()
    market.offer()
    need = market.need()
    rematch_changed()
    assert Match.objects.lawful_on(timezone.localdate()).count() == 1
    link = MaterialUse.objects.get()
    send("reference_materialuse", link, prohibited="on")
    assert Match.objects.count() == 0
    before = need.revision
    need.refresh_from_db()
    assert need.matched_revision == need.revision == before + 1
    rematch_changed()
    assert Match.objects.count() == 0
    assert changes(link) == ["prohibited: False → True"]


def test_a_changed_suitability_is_matched_anew(send: Callable[..., Any]) -> None:
    market = make_market()
    market.offer()
    market.need()
    rematch_changed()
    before = Match.objects.get().suitability_score
    send("reference_materialuse", MaterialUse.objects.get(), suitability="0.4")
    assert before == pytest.approx(0.9)
    assert Match.objects.get().suitability_score == pytest.approx(0.4)


def test_a_changed_limit_and_rate_reach_matching_without_a_restart(send: Callable[..., Any]) -> None:
    make_market()
    knowledge()
    send("reference_uselimit", UseLimit.objects.get(), maximum="7.5")
    assert knowledge().windows.high.tolist() == [7.5]
    send(
        "reference_haulagerate", mode="road", country="CN", currency="CNY", fixed_per_t="20", rate_per_t_km="0.5",
        road_factor="1.2", source="quotation",
    )  # fmt: skip
    assert knowledge().road_haulage("CN", "CNY").fixed_per_t == 20


def test_regions_below_a_moved_one_move_along(send: Callable[..., Any]) -> None:
    east, west = (make.make_region(code, level="province") for code in ("310000", "510000"))
    city = make.make_region("310100", east, level="prefecture")
    make.make_region("310101", city, level="county")
    send("reference_region", city, parent=str(west.pk))
    assert Region.objects.get(code="310101").path == "510000/310100/310101/"
    assert Region.objects.within(west).count() == 3


def test_a_composite_region_is_made_of_its_members(send: Callable[..., Any]) -> None:
    for code in ("110000", "130000", "310000"):
        make.make_region(code, level="province")
    send("reference_region", code="north", country="CN", level="composite", name_en="North", members="110000\n130000")
    north = Region.objects.get(code="north")
    assert [region.code for region in Region.objects.within(north)] == ["110000", "130000"]
    send("reference_region", north, members="110000")
    assert [region.code for region in Region.objects.within(north)] == ["110000"]


# --- links ------------------------------------------------------------------------------------------------------------


def test_usual_codes_are_typed_as_printed(send: Callable[..., Any]) -> None:
    material = make.make_material("slag", name_zh="矿渣")
    make.make_waste_code("100201")
    make.make_waste_code("100202", code_display="10 02 02")
    send("reference_material", material, codes="10 02 01  some name\n10 02 02*")
    assert [code.code for code in material.codes.order_by("code")] == ["100201", "100202"]
    assert refusals(send("reference_material", material, codes="99 99 99")) == {"codes": ["Not known: 999999"]}
    send("reference_material", material, codes="100202")
    assert [code.code for code in material.codes.all()] == ["100202"]


def test_mirror_entries_are_mutual(send: Callable[..., Any]) -> None:
    plain = make.make_waste_code("100115", code_display="10 01 15")
    star = make.make_waste_code("100114", code_display="10 01 14*", hazardous=True)
    send("reference_wastecode", plain, mirrors="10 01 14*", level="code")
    assert list(star.mirrors.all()) == [plain]


# --- adding and deleting ----------------------------------------------------------------------------------------------


def test_what_is_added_stands_under_edited_here(office: Client, send: Callable[..., Any]) -> None:
    page = send("reference_material", **MATERIAL)
    material = Material.objects.get()
    assert page.url == reverse("reference_material:inspect", args=[material.pk])
    assert (material.slug, material.name_zh) == ("slag", "矿渣")
    assert "added here" in office.get(page.url).content.decode()
    assert "矿渣" in office.get(reverse("reference_material:index"), {"edited_here": "True"}).content.decode()
    assert "Slag" in office.get(reverse("reference_localedit:index")).content.decode()


def test_what_is_used_is_not_deleted_and_the_page_names_by_what(office: Client) -> None:
    material = make.make_material("slag", name_en="Slag")
    make.make_offer(material, title_en="Slag from unit 3")
    url = reverse("reference_material:delete", args=[material.pk])
    assert "listings: 1 (Slag from unit 3)" in office.get(url).content.decode()
    office.post(url)
    assert Material.objects.filter(pk=material.pk).exists()


def test_what_nothing_points_to_is_deleted(office: Client) -> None:
    material = make.make_material("slag", name_en="Slag")
    assert office.post(reverse("reference_material:delete", args=[material.pk])).status_code == ELSEWHERE
    assert not Material.objects.exists()
    assert LocalEdit.objects.get().kind == LocalEdit.Kind.DELETED


# --- bad input --------------------------------------------------------------------------------------------------------


def test_the_name_by_which_others_know_a_row_stays(office: Client) -> None:
    material = make.make_material("slag", name_en="Slag")
    url = reverse("reference_material:edit", args=[material.pk])
    office.post(url, MATERIAL | {"slug": "other", "name_en": "Slags"})
    material.refresh_from_db()
    assert (material.slug, material.name_en) == ("slag", "Slags")


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1,2,3", "-inf"])
def test_what_is_no_number_is_refused(send: Callable[..., Any], text: str) -> None:
    property = make.make_property("loi", name_en="Loss", min_value=0, max_value=100)
    assert refusals(send("reference_property", property, max_value=text)) == {"max_value": ["Enter a number."]}
    assert Property.objects.get().max_value == 100


def test_a_range_upside_down_and_one_beyond_the_possible_are_refused(send: Callable[..., Any]) -> None:
    limit = make.make_use_limit(
        make.make_material_use(make.make_material("slag"), make.make_use("brick")),
        make.make_property("loi", name_en="Loss", min_value=0, max_value=100),
        maximum=9,
    )
    upside_down = "The window is upside down: minimum ≤ maximum."
    impossible = "This value is physically impossible for this property."
    assert refusals(send("reference_uselimit", limit, minimum="10")) == {"maximum": [upside_down]}
    assert refusals(send("reference_uselimit", limit, maximum="101")) == {"maximum": [impossible]}
    assert refusals(send("reference_uselimit", limit, maximum="")) == {"minimum": ["Give a minimum or a maximum."]}
    assert refusals(send("reference_property", limit.property, max_value="-1")) == {
        "max_value": ["The range is upside down: lowest ≤ highest."]
    }


def test_the_unit_of_a_property_with_figures_stays(send: Callable[..., Any]) -> None:
    loi = make.make_property("loi", name_en="Loss", unit="%")
    send("reference_property", loi, unit="g/kg")
    assert Property.objects.get().unit == "g/kg"
    make.make_use_limit(make.make_material_use(make.make_material(), make.make_use()), loi, maximum=9)
    page = send("reference_property", loi, unit="%")
    assert refusals(page) == {"unit": ["Figures are stored in this unit. Add another property instead."]}


def test_a_number_that_is_no_row_lists_nothing_and_what_is_no_number_is_not_heeded(office: Client) -> None:
    link = make.make_material_use(make.make_material("slag"), make.make_use("brick"))
    url = reverse("reference_materialuse:index")
    other = str(link.material_id + 1)
    shown = {key: office.get(url, {"material": key}).context["paginator"].count for key in (other, "9" * 30, "x", "")}
    assert shown == {other: 0, "9" * 30: 1, "x": 1, "": 1}


def test_a_family_below_itself_is_refused(send: Callable[..., Any]) -> None:
    top = make.make_material("ash", name_en="Ash")
    below = make.make_material("fly_ash", name_en="Fly ash", parent=top)
    page = send("reference_material", top, parent=str(below.pk))
    assert refusals(page) == {"parent": ["This lies below the row itself: the tree would have no top."]}


def test_figures_that_cannot_be_are_refused(send: Callable[..., Any]) -> None:
    rate = {"mode": "road", "country": "CN", "currency": "CNY", "fixed_per_t": "1", "rate_per_t_km": "1"}
    assert list(refusals(send("reference_haulagerate", **rate, road_factor="0.9"))) == ["road_factor"]
    assert list(refusals(send("reference_haulagerate", **rate | {"rate_per_t_km": "-1"}, road_factor="1"))) == [
        "rate_per_t_km"
    ]
    assert list(refusals(send("reference_haulagerate", **rate | {"country": "cn"}, road_factor="1"))) == ["country"]
    factor = make.make_transport_factor()
    assert list(refusals(send("reference_transportfactor", factor, kg_co2e_per_t_km="-0.1"))) == ["kg_co2e_per_t_km"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"scheme": "EWC", "code": "10 01 0"}, "code"),
        ({"scheme": "CN-HW", "code": "900-249-08"}, "hazardous"),
        ({"scheme": "EWC", "code": "100102", "code_display": "10 01 02*"}, "hazardous"),
        ({"scheme": "EWC", "code": "100102", "name_en": "", "name_zh": ""}, "name_zh"),
        ({"scheme": "EWC", "code": "100102", "mirrors": "100103"}, "mirrors"),
    ],
)
def test_a_waste_code_that_cannot_be_is_refused(send: Callable[..., Any], values: dict[str, str], field: str) -> None:
    make.make_waste_code("100103")
    page = send("reference_wastecode", **{"name_en": "Ash", "level": "code"} | values)
    assert list(refusals(page)) == [field]
    assert WasteCode.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"level": "composite"}, "members"),
        ({"level": "province", "members": "310100"}, "members"),
        ({"level": "province", "latitude": "31"}, "latitude"),
        ({"level": "province", "latitude": "131", "longitude": "31"}, "latitude"),
        ({"code": "a/b", "level": "province"}, "code"),
    ],
)
def test_a_region_that_cannot_be_is_refused(send: Callable[..., Any], values: dict[str, str], field: str) -> None:
    make.make_region("310100", level="prefecture")
    page = send("reference_region", **{"code": "310000", "country": "CN", "name_en": "Shanghai"} | values)
    assert list(refusals(page)) == [field]
    assert Region.objects.count() == 1


def test_two_editors_of_one_row_do_not_undo_each_other() -> None:
    """Only what a form changed is written: the other's radius stays."""
    material = make.make_material("slag", name_en="Slag")
    stale = Material.objects.get()
    editor = member_of("Reference editors")
    change_row(actor=editor, row=material, values={"economic_radius_km": Decimal(7)})
    change_row(actor=editor, row=stale, values={"form": "lump"})
    assert Material.objects.values_list("form", "economic_radius_km").get() == ("lump", Decimal(7))


def test_two_forms_that_were_open_at_once_do_not_undo_each_other(office: Client) -> None:
    """What counts is what each page showed, not what the row says when the second form comes."""
    values = {"name_en": "Slag", "name_zh": "矿渣", "synonyms_zh": "钢渣|炉渣", "economic_radius_km": Decimal(50)}
    material = make.make_material("slag", **values)
    material.codes.add(make.make_waste_code())
    url = reverse("reference_material:edit", args=[material.pk])
    one, two = (filled_in(office.get(url).context["form"]) for _person in range(2))
    office.post(url, one | {"economic_radius_km": "70", "synonyms_zh": "钢渣", "codes": ""})
    office.post(url, two | {"source": "a book"})
    material.refresh_from_db()
    assert (material.economic_radius_km, material.synonyms_zh, material.source) == (Decimal(70), "钢渣", "a book")
    assert not material.codes.exists()


def move_at_once(*moves: tuple[Any, Any]) -> list[str]:
    """Two editors put each row below its new parent at the same moment; the codes of what is refused."""
    asked = [{"actor": person_with("curate_reference"), "row": row, "values": {"parent": to}} for row, to in moves]
    return at_once(change_row, *asked)


@pytest.mark.needs_postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_who_put_each_under_the_other_at_once_the_second_is_refused() -> None:
    one, two = make.make_material("slag", name_en="Slag"), make.make_material("ash", name_en="Ash")
    assert move_at_once((one, two), (two, one)) == ["invalid"]
    assert Material.objects.filter(parent=None).count() == 1


@pytest.mark.needs_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_region_moved_below_one_that_moves_at_the_same_moment_has_its_new_path() -> None:
    west = make.make_region("510000", level="province")
    city, district = make.make_region("310100", level="prefecture"), make.make_region("310101", level="county")
    assert move_at_once((city, west), (district, city)) == []
    assert Region.objects.get(code="310101").path == "510000/310100/310101/"


def test_a_parent_that_was_deleted_meanwhile_is_refused_at_its_field() -> None:
    editor = person_with("curate_reference")
    top, below = make.make_material("ash", name_en="Ash"), make.make_material("fly_ash", name_en="Fly ash")
    stale = Material.objects.get(pk=top.pk)
    delete_row(actor=editor, row=top)
    with pytest.raises(Invalid) as refusal:
        change_row(actor=editor, row=below, values={"parent": stale})
    assert refusal.value.errors == {"parent": ["Ash is not here any more."]}


def test_a_page_keeps_what_it_showed_when_its_form_is_refused(office: Client) -> None:
    material = make.make_material("slag", name_en="Slag", economic_radius_km=Decimal(50))
    url = reverse("reference_material:edit", args=[material.pk])
    sent = filled_in(office.get(url).context["form"]) | {"economic_radius_km": "many"}
    change_row(actor=member_of("Reference editors"), row=material, values={"source": "a book"})
    again = filled_in(office.post(url, sent).context["form"])
    assert again["initial-economic_radius_km"].startswith("50")
    office.post(url, again | {"economic_radius_km": "60"})
    material.refresh_from_db()
    assert (material.economic_radius_km, material.source) == (Decimal(60), "a book")


def test_a_figure_is_listed_with_all_its_digits_and_no_zeros_behind_them(office: Client) -> None:
    make.make_transport_factor("0.1252200", mode="road", country="GB")
    make.make_target("energy", value="-18.000")
    assert "0.12522<" in plain(office.get(reverse("reference_transportfactor:index")))
    assert "−18<" in plain(office.get(reverse("reference_target:index")))


def plain(page: Any) -> str:
    return "".join(page.content.decode().split())
