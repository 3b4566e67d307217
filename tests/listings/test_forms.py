"""What the posting form takes, refuses and gives back. No page is drawn here."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from listings.forms import Posting
from listings.forms.long_select import LongSelect
from listings.forms.subject import resolve
from listings.knowledge import read_text, typed
from listings.models import Kind
from listings.names import names
from tests.factories import (
    a_limit,
    a_range,
    make_facilitator,
    make_firm,
    make_material,
    make_need,
    make_offer,
    make_property,
    make_region,
    make_site,
    make_use,
    make_user,
    make_waste_code,
    owner_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    return make_site()


@pytest.fixture
def ash():
    return make_material("coal_fly_ash", name_en="Coal fly ash", name_zh="粉煤灰", synonyms_en="fly ash|PFA")


def query(values):
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data[name] = value
    return data


def fields(site, kind=Kind.OFFER, rows=(), documents=0, **values):
    """A posting as a browser sends it: 12 000 t a year, and rows of figures or limits."""
    prefix = "figures" if kind == Kind.OFFER else "limits"
    sent = {
        "site": site.pk,
        "quantity_amount": "1000",
        "quantity_period": "month",
        "currency": "CNY",
        "scope": "any",
        "price_visibility": "members",
        "firm_visibility": "members",
        "evidence_visibility": "matched",
        "min_quality_level": "0",
        f"{prefix}-TOTAL_FORMS": len(rows),
        f"{prefix}-INITIAL_FORMS": 0,
        "documents-TOTAL_FORMS": documents,
        "documents-INITIAL_FORMS": 0,
    }
    for number, row in enumerate(rows):
        sent |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return sent | values


def posting(site, kind=Kind.OFFER, files=None, listing=None, **values):
    return Posting(
        kind=kind,
        user=owner_of(site.firm),
        data=query(fields(site, kind, **values)),
        files=MultiValueDict(files or {}),
        listing=listing,
    )


def errors_of(form):
    form.is_valid()
    return {name: list(sentences) for name, sentences in form.form.errors.items()}


def test_five_fields_are_enough(site, ash):
    form = posting(site, material="Coal fly ash", price_amount="35", price_direction="holder", description="dry, silo")
    assert form.is_valid()
    assert form.firm == site.firm
    values = form.details["values"]
    assert values["material"] == ash
    assert values["use"] is None
    assert values["quantity_amount"] == Decimal(1000)
    assert values["price_per_t"] == Decimal(-35)
    assert values["description"] == "dry, silo"


@pytest.mark.parametrize(
    ("kind", "direction", "price"),
    [
        ("offer", "holder", "-12.50"),
        ("offer", "taker", "12.50"),
        ("need", "holder", "-12.50"),
        ("need", "taker", "12.50"),
    ],
)
def test_the_words_of_the_direction_give_the_sign(site, kind, direction, price):
    form = posting(site, kind, price_amount="12.50", price_direction=direction)
    assert form.is_valid()
    assert form.details["values"]["price_per_t"] == Decimal(price)


def test_no_price_stays_open_and_zero_is_free(site):
    for words, price in (("", None), ("0", Decimal(0))):
        form = posting(site, price_amount=words)
        assert form.is_valid()
        assert form.details["values"]["price_per_t"] == price


def test_a_price_without_a_direction_is_asked_back(site):
    assert errors_of(posting(site, price_amount="12")) == {"price_direction": ["Say who pays this price."]}


@pytest.mark.parametrize(
    "words", ["Coal fly ash", "coal fly ash", " COAL  FLY ASH ", "fly ash", "pfa", "粉煤灰", "coal_fly_ash", "ＰＦＡ"]
)
def test_a_material_is_known_by_any_of_its_names(site, ash, words):
    form = posting(site, material=words)
    assert form.is_valid(), form.form.errors
    assert form.details["values"]["material"] == ash


def test_an_unknown_word_is_asked_back_and_never_guessed(site, ash):
    form = posting(site, material="fly ash of coal from a power station")
    assert not form.is_valid()
    assert "material" in form.form.errors
    assert ash.slug in {candidate.slug for candidate in form.form.candidates}


def test_the_candidate_that_was_picked_is_taken(site, ash):
    words = "fly ash of coal from a power station"
    form = posting(site, material=words, material_asked=words, material_choice="material:coal_fly_ash")
    assert form.is_valid()
    assert form.details["values"]["material"] == ash


def test_a_candidate_picked_for_other_words_is_not_taken(site, ash):
    form = posting(site, material="something else", material_asked="fly ash", material_choice="material:coal_fly_ash")
    assert not form.is_valid()


def test_one_name_for_two_materials_is_asked_back(site, ash):
    other = make_material("incinerator_ash", name_en="Incinerator fly ash", synonyms_en="fly ash")
    found = resolve("fly ash", kind=Kind.OFFER)
    assert found.subject is None
    assert {candidate.slug for candidate in found.candidates} == {ash.slug, other.slug}
    assert found.question == "“fly ash” is the name of more than one. Which do you mean?"


def test_names_follow_the_database(ash):
    assert names().meant_by("silo dust", ("material",)) == ()
    ash.synonyms_en += "|silo dust"
    ash.save()
    assert [subject.slug for subject in names().meant_by("silo dust", ("material",))] == ["coal_fly_ash"]


def test_a_need_may_name_a_use_instead_of_a_material(site):
    use = make_use("cement_scm", name_en="Cement addition", name_zh="水泥混合材")
    form = posting(site, Kind.NEED, material="水泥混合材")
    assert form.is_valid()
    assert (form.details["values"]["material"], form.details["values"]["use"]) == (None, use)


def test_an_offer_is_never_a_use(site):
    make_use("cement_scm", name_en="Cement addition")
    assert "material" in errors_of(posting(site, material="Cement addition"))


def test_a_need_keeps_material_and_use_and_what_is_not_wanted(site, ash):
    use = make_use("cement_scm", name_en="Cement addition")
    wet = make_material("wet_ash", name_en="Ash, wet")
    form = posting(site, Kind.NEED, material="PFA", intended_use="cement_scm", unwanted="Ash, wet; ")
    assert form.is_valid(), form.form.errors
    assert form.details["values"]["material"] == ash
    assert form.details["values"]["use"] == use
    assert form.details["excluded_materials"] == [wet]


def test_two_different_uses_contradict(site):
    make_use("cement_scm", name_en="Cement addition")
    make_use("road_base", name_en="Road base")
    found = errors_of(posting(site, Kind.NEED, material="Cement addition", intended_use="road_base"))
    assert found == {"intended_use": ["The first field already names another use: choose the same or none."]}


def test_codes_of_all_lists_are_read(site):
    ewc, hw = make_waste_code("10 01 02"), make_waste_code("900-249-08", "CN-HW", hazardous=True)
    form = posting(site, codes="10 01 02*, 900-249-08")
    assert form.is_valid()
    assert set(form.details["codes"]) == {ewc, hw}


def test_an_unknown_code_is_named(site):
    assert errors_of(posting(site, codes="99 99 98")) == {"codes": ["We do not know the waste code 99 99 98."]}


@pytest.mark.parametrize(
    "typed", ["1,2,3", "NaN", "Infinity", "1e400", "ten", "=1+1", "", "0", "-5", "1000000000000", "0.0001"]
)
def test_a_quantity_that_is_none_is_refused(site, typed):
    assert list(errors_of(posting(site, quantity_amount=typed))) == ["quantity_amount"]


def test_full_width_and_grouped_numbers_are_read(site):
    form = posting(site, quantity_amount="１，２００．５")
    assert form.is_valid()
    assert form.details["values"]["quantity_amount"] == Decimal("1200.5")


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("price_amount", "=1+1"),
        ("price_amount", "-35"),
        ("price_amount", "1.234"),
        ("quantity_period", "fortnight"),
        ("currency", "XXX"),
        ("max_distance_km", "0"),
        ("max_distance_km", "99999"),
        ("legal_status", "harmless"),
        ("scope", "moon"),
        ("available_from", "2026-13-40"),
        ("variability_percent", "300"),
        ("description", "x" * 4001),
        ("title_en", "a\x00b"),
    ],
)
def test_a_bad_value_is_refused_at_its_own_field(site, name, typed):
    assert list(errors_of(posting(site, **{"price_direction": "taker", name: typed}))) == [name]


def test_a_window_that_ends_before_it_starts_is_refused(site):
    found = errors_of(posting(site, available_from="2026-12-01", available_to="2026-11-01"))
    assert found == {"available_to": ["The window ends before it starts."]}


def test_a_lot_range_upside_down_is_refused(site):
    found = errors_of(posting(site, min_lot_t="50", max_lot_t="10"))
    assert found == {"max_lot_t": ["The largest lot is smaller than the smallest."]}


def test_looking_in_a_region_needs_the_region(site):
    assert errors_of(posting(site, scope="region")) == {"region": ["Choose the region to look in."]}
    assert errors_of(posting(site, scope="region", region=make_region().pk)) == {}


def test_the_site_of_another_firm_is_no_choice(site):
    stranger = owner_of(make_site().firm)
    form = Posting(kind="offer", user=stranger, data=query(fields(site)))
    assert list(errors_of(form)) == ["site"]


def test_figures_become_ranges(site):
    loi = make_property("loi")
    moisture = make_property("moisture")
    rows = [
        {"property": "loi", "low": "2", "high": "4", "basis": "dry", "sampled_on": "2026-10-01", "measured": "on"},
        {"property": "moisture", "typical": "0.5"},
        {"property": "", "low": ""},
    ]
    form = posting(site, rows=rows)
    assert form.is_valid(), form.measures.errors
    first, second = form.details["measures"]
    assert (first["property"], first["low"], first["typical"], first["high"]) == (loi, 2, 3, 4)
    assert (first["basis"], first["sampled_on"], first["measured"]) == ("dry", dt.date(2026, 10, 1), True)
    assert (second["property"], second["low"], second["high"]) == (moisture, Decimal("0.5"), Decimal("0.5"))


@pytest.mark.parametrize(
    ("row", "name", "sentence"),
    [
        (
            {"property": "loi", "low": "4", "high": "2"},
            "high",
            "The range is upside down: minimum ≤ typical ≤ maximum.",
        ),
        ({"property": "loi", "low": "4"}, "high", "Give the typical value alone, or both the minimum and the maximum."),
        ({"property": "loi", "typical": "101"}, "typical", "This value is physically impossible for this property."),
        ({"property": "loi", "typical": "-1"}, "typical", "This value is physically impossible for this property."),
        ({"property": "", "typical": "3"}, "property", "Choose the property that these numbers belong to."),
        ({"property": "charm", "typical": "3"}, "property", "There is no property “charm”."),
        ({"property": "loi", "typical": "3", "basis": "wet"}, "basis", None),
        ({"property": "loi", "typical": "1,2,3"}, "typical", None),
    ],
)
def test_a_bad_figure_is_refused_in_its_row(site, row, name, sentence):
    make_property("loi")
    form = posting(site, rows=[row])
    assert not form.is_valid()
    assert list(form.measures.forms[0].errors) == [name]
    assert sentence is None or form.measures.forms[0].errors[name] == [sentence]


def test_a_property_twice_is_refused_at_the_second(site):
    make_property("loi")
    form = posting(site, rows=[{"property": "loi", "typical": "3"}, {"property": "loi", "typical": "4"}])
    assert not form.is_valid()
    assert form.measures.forms[1].errors == {"property": ["This property is already in the table."]}


def test_limits_are_hard_unless_said_otherwise(site):
    loi, so3 = make_property("loi"), make_property("so3")
    rows = [
        {"property": "loi", "maximum": "5"},
        {"property": "so3", "minimum": "1", "maximum": "3", "kind": "soft", "deduction_per_unit": "2.5"},
    ]
    form = posting(site, Kind.NEED, rows=rows)
    assert form.is_valid(), form.measures.errors
    assert form.details["measures"] == [
        {"property": loi, "minimum": None, "maximum": 5, "hard": True, "deduction_per_unit": 0},
        {"property": so3, "minimum": 1, "maximum": 3, "hard": False, "deduction_per_unit": Decimal("2.5")},
    ]


def test_a_limit_upside_down_is_refused(site):
    make_property("loi")
    form = posting(site, Kind.NEED, rows=[{"property": "loi", "minimum": "5", "maximum": "3"}])
    assert not form.is_valid()
    assert form.measures.forms[0].errors == {"maximum": ["The window is upside down: minimum ≤ maximum."]}


def document(name="report.pdf", content=b"%PDF-1.4 x"):
    return {"documents-0-file": [SimpleUploadedFile(name, content)]}


def test_a_laboratory_report_comes_with_its_facts(site):
    described = {
        "documents-0-kind": "lab",
        "documents-0-dated_on": "2026-01-05",
        "documents-0-accreditation": "CNAS L1",
    }
    form = posting(site, files=document(), documents=1, **described)
    assert form.is_valid(), form.documents.errors
    [(file, values)] = form.documents.documents()
    assert file.name == "report.pdf"
    assert values == {"kind": "lab", "dated_on": dt.date(2026, 1, 5), "laboratory": "", "accreditation": "CNAS L1"}


@pytest.mark.parametrize(
    ("name", "content"), [("report.pdf", b"<html><script>"), ("report.html", b"%PDF-1.4"), ("photo.png", b"GIF89a")]
)
def test_a_file_of_the_wrong_kind_is_refused(site, name, content):
    form = posting(site, files=document(name, content), documents=1)
    assert not form.is_valid()
    assert list(form.documents.forms[0].errors) == ["file"]


def test_a_file_over_twenty_megabytes_is_refused(site):
    form = posting(site, files=document(content=b"%PDF-" + b"x" * (20 * 1024 * 1024)), documents=1)
    assert not form.is_valid()
    assert form.documents.forms[0].errors == {"file": ["“report.pdf” is larger than 20 MB."]}


def test_a_described_document_needs_its_file(site):
    form = posting(site, documents=1, **{"documents-0-laboratory": "SGS"})
    assert not form.is_valid()
    assert form.documents.forms[0].errors == {"file": ["Choose the file that this describes."]}


def test_rows_without_their_counters_are_an_error_and_not_a_crash(site):
    sent = fields(site)
    del sent["figures-TOTAL_FORMS"]
    form = Posting(kind="offer", user=owner_of(site.firm), data=query(sent))
    assert not form.is_valid()
    assert len(list(form.problems())) == 1


def test_a_listing_is_shown_as_it_was_typed(site, ash):
    loi = make_property("loi")
    offer = make_offer(
        ash,
        site=site,
        price_per_t=Decimal("-35.50"),
        codes=[make_waste_code("10 01 02")],
        measures=[a_range(loi, "2", "4")],
    )
    form = Posting(kind="offer", user=owner_of(site.firm), listing=offer)
    shown = {name: form.form[name].value() for name in ("material", "price_amount", "price_direction", "codes")}
    assert shown == {
        "material": "Coal fly ash",
        "price_amount": "35.5",
        "price_direction": "holder",
        "codes": "10 01 02",
    }
    assert form.measures.forms[0]["low"].value() == "2"
    assert [group.name for group in form.groups() if group.open] == ["legal", "figures"]


def test_a_need_is_shown_as_it_was_typed(site):
    use = make_use("cement_scm", name_en="Cement addition")
    need = make_need(use=use, site=site, measures=[a_limit(make_property("loi"), maximum="5")])
    form = Posting(kind="need", user=owner_of(site.firm), listing=need)
    assert form.form["material"].value() == "Cement addition"
    assert form.measures.forms[0]["maximum"].value() == "5"
    assert "limits" in [group.name for group in form.groups() if group.open]


def test_the_usual_properties_come_first(site):
    loi, so3 = make_property("loi"), make_property("so3")
    make_material("coal_fly_ash", name_en="Coal fly ash", properties=[so3, loi])
    user = owner_of(site.firm)
    by_address = Posting(kind="offer", user=user, material_slug="coal_fly_ash")
    typed = query(fields(site, material="Coal fly ash", rows=[{"property": "loi", "typical": "x"}]))
    by_button = Posting(kind="offer", user=user, typed=typed)
    assert [row["property"].value() for row in by_address.measures.forms[:3]] == ["so3", "loi", None]
    assert [row["property"].value() for row in by_button.measures.forms[:2]] == ["loi", "so3"]
    assert by_button.measures.forms[0]["typical"].value() == "x"
    assert by_button.form["quantity_amount"].value() == "1000"
    assert by_button.form.errors == {}


def test_a_facilitator_posts_for_the_firm_that_is_named(site):
    facilitator = make_facilitator()
    assert Posting(kind="offer", user=facilitator).sites == []
    assert Posting(kind="offer", user=facilitator, firm_key=str(site.firm.pk)).sites == [site]
    assert Posting(kind="offer", user=facilitator, firm_key="1 or 1").sites == []


def test_a_stranger_cannot_name_a_firm(site):
    make_firm()
    assert Posting(kind="offer", user=make_user(), firm_key=str(site.firm.pk)).sites == []


@pytest.mark.parametrize(("number", "text"), [(3.0, "3"), (0.05, "0.05"), (100.0, "100"), (-2.5, "-2.5"), (None, "")])
def test_a_found_figure_is_put_as_a_person_would_type_it(number, text):
    assert typed(number) == text


def test_below_is_a_range_for_an_offer_and_an_open_end_for_a_need():
    make_property("moisture", name_en="Moisture", name_zh="含水率")
    make_material("coal_fly_ash", name_en="Coal fly ash", name_zh="粉煤灰")
    found = {side: read_text("粉煤灰，含水率低于10%", side=side).figures for side in ("offer", "need")}
    assert [(figure.property.slug, figure.low, figure.high) for figure in found["offer"]] == [("moisture", "0", "10")]
    assert [(figure.property.slug, figure.low, figure.high) for figure in found["need"]] == [("moisture", "", "10")]


def test_a_long_list_is_drawn_like_any_other_and_escaped():
    drawn = LongSelect(choices=[("", "—"), ("a", "<b>A</b>"), ("b", "B & C")]).render("x", "b", {"id": "id_x"})
    assert drawn == (
        '<select id="id_x" name="x"><option value="">—</option><option value="a">&lt;b&gt;A&lt;/b&gt;</option>'
        '<option value="b" selected>B &amp; C</option></select>'
    )
