"""What the forms of firms understand, and what they say to what they do not."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import Form

from marketplace.errors import DomainError, Invalid
from marketplace.fields import DocumentField, NumberField
from marketplace.firms.coordinates import look_swapped, parse_degrees
from marketplace.firms.forms import FirmForm, MemberForm, PermitForm, PermitLineFormSet, SiteForm
from marketplace.firms.forms.firms import NewFirmForm
from marketplace.firms.regions import nearest_region
from marketplace.form_errors import add_domain_error
from marketplace.units import wgs84_to_gcj02
from tests import factories

pytestmark = pytest.mark.django_db


def site_form(**values):
    return SiteForm({"name": "Kiln 1", "country": "CN", "datum": "wgs84"} | values)


def errors_of(form):
    form.is_valid()
    return {field: list(sentences) for field, sentences in form.errors.items()}


# --- numbers and documents --------------------------------------------------------------------------------------------


class AmountForm(Form):
    amount = NumberField(min_value=0, max_digits=14, decimal_places=3)


@pytest.mark.parametrize("text", ["1,2,3", "NaN", "inf", "1e5", "=1+1", "twelve", "3,5"])
def test_what_is_no_number_is_quoted_back(text):
    assert errors_of(AmountForm({"amount": text})) == {
        "amount": [f"“{text}” is not a number. Write it like 1,234.5, with a point before the decimals."]
    }


@pytest.mark.parametrize(("text", "message"), [
    ("-1", "Must be at least 0."),
    ("1.2345", "At most 3 digits after the point; please round it yourself."),
    ("1000000000000", "This number is too large: at most 11 digits before the point."),
])  # fmt: skip
def test_a_number_out_of_bounds_says_which_bound(text, message):
    assert errors_of(AmountForm({"amount": text})) == {"amount": [message]}


def test_full_width_digits_and_separators_are_read():
    form = AmountForm({"amount": "１，２３４．５"})
    assert form.is_valid()
    assert str(form.cleaned_data["amount"]) == "1234.5"


@pytest.mark.parametrize(("name", "content", "message"), [
    ("permit.pdf", b"<html>", "“permit.pdf” is not a file of these kinds: pdf, png, jpg."),
    ("permit.html", b"%PDF-1.7", "“permit.html” is really a pdf file: give it its own ending and try again."),
    ("permit.pdf", b"%PDF-" + bytes(20 * 1024 * 1024), "“permit.pdf” is larger than 20 MB."),
])  # fmt: skip
def test_a_document_is_known_by_its_first_bytes_and_size(name, content, message):
    with pytest.raises(Exception, match="permit") as raised:
        DocumentField().clean(SimpleUploadedFile(name, content))
    assert raised.value.messages == [message]


def test_a_jpeg_may_end_in_either_way():
    assert DocumentField().clean(SimpleUploadedFile("photo.JPEG", b"\xff\xd8\xff\xe0")).name == "photo.JPEG"


def test_a_refusal_lands_on_its_field_or_above_the_form():
    form = AmountForm({"amount": "1"})
    add_domain_error(form, Invalid({"amount": ["Too much."], "hidden": ["Not shown here."]}))
    add_domain_error(form, DomainError("Not now.", field="elsewhere"))
    assert form.errors == {"amount": ["Too much."], "__all__": ["Not shown here.", "Not now."]}


# --- coordinates ------------------------------------------------------------------------------------------------------


def test_degrees_and_minutes_are_read():
    assert parse_degrees("31°15′N") == parse_degrees("31.25")
    assert parse_degrees("3°30'36\"W") == parse_degrees("-3.51")


@pytest.mark.parametrize("text", ["1,2,3", "NaN", "inf", "31°75′N", "north"])
def test_what_is_no_angle_is_quoted_back(text):
    expected = f"“{text}” is not an angle in degrees. Write it like 31.2167 or 31°13′N."
    assert errors_of(site_form(latitude=text, longitude="113.2")) == {"latitude": [expected]}


@pytest.mark.parametrize(("country", "latitude", "longitude"), [
    ("CN", "113.2", "23.1"),
    ("CN", "87.6", "43.8"),
    ("GB", "-3.2", "55.9"),
])  # fmt: skip
def test_swapped_coordinates_are_asked_about(country, latitude, longitude):
    assert errors_of(site_form(country=country, latitude=latitude, longitude=longitude)) == {
        "latitude": [
            f"These look swapped: latitude {latitude}, longitude {longitude} — did you mean {longitude}, {latitude}?"
        ]
    }


def test_a_bad_park_does_not_hide_bad_coordinates():
    errors = errors_of(site_form(park="Atlantis", latitude="113.2", longitude="23.1"))
    assert sorted(errors) == ["latitude", "park"]


@pytest.mark.parametrize(("latitude", "longitude", "field", "message"), [
    ("95", "113.2", "latitude", "A latitude lies between −90 and 90 degrees."),
    ("23.1", "213.2", "longitude", "A longitude lies between −180 and 180 degrees."),
    ("0", "0", "latitude", "This point is not in China. Check the coordinates."),
])  # fmt: skip
def test_an_impossible_point_says_why(latitude, longitude, field, message):
    assert errors_of(site_form(latitude=latitude, longitude=longitude)) == {field: [message]}


def test_a_point_in_an_unknown_country_is_only_swapped_when_impossible():
    assert look_swapped(113.2, 23.1, "JP")
    assert not look_swapped(35.7, 139.7, "JP")


def test_a_place_is_needed():
    message = "Give latitude and longitude, pick the place on the map, or choose a park."
    assert errors_of(site_form()) == {"latitude": [message]}
    assert errors_of(site_form(latitude="23.1")) == {"longitude": [message]}


def test_gcj02_becomes_wgs84():
    shown = wgs84_to_gcj02(23.1, 113.2)
    form = site_form(latitude=f"{shown[0]:.7f}", longitude=f"{shown[1]:.7f}", datum="gcj02")
    assert form.is_valid()
    values = form.site_values()
    assert (round(values["latitude"], 6), round(values["longitude"], 6)) == (23.1, 113.2)


def test_a_site_without_coordinates_lies_at_the_centre_of_its_park_whatever_the_datum():
    park = factories.make_park(name_en="Songshan Lake", latitude=22.92, longitude=113.89)
    form = site_form(park="songshan lake", datum="gcj02")
    assert form.is_valid()
    assert form.site_values() == {
        "name": "Kiln 1",
        "country": "CN",
        "park": park,
        "latitude": 22.92,
        "longitude": 113.89,
        "region": None,
        "address": "",
        "location_public": False,
    }


# --- names of rows ----------------------------------------------------------------------------------------------------


def test_a_nearly_right_name_is_asked_about_and_never_guessed():
    factories.make_park(name_en="Songshan Lake", latitude=22.92, longitude=113.89)
    assert errors_of(site_form(park="Songshan")) == {
        "park": ["“Songshan” is not in our list. Did you mean: Songshan Lake?"]
    }
    assert errors_of(site_form(park="Atlantis")) == {"park": ["“Atlantis” is not in our list."]}


def test_two_regions_of_one_name_are_told_apart_by_code_or_parent():
    nanjing, xuzhou = (factories.make_region(code, name_zh=code, name_en=code) for code in ("320100", "320300"))
    gulou = factories.make_region("320106", nanjing, level="county", name_zh="鼓楼区", name_en="Gulou")
    factories.make_region("320302", xuzhou, level="county", name_zh="鼓楼区", name_en="Gulou")
    place = {"latitude": "32.06", "longitude": "118.78"}
    assert errors_of(site_form(region="鼓楼区", **place)) == {
        "region": ["There are several of this name; write one of: 320106 Gulou · 320100; 320302 Gulou · 320300."]
    }
    for text in ("320106", "320106 Gulou · 320100"):
        form = site_form(region=text, **place)
        assert form.is_valid()
        assert form.cleaned_data["region"] == gulou


def test_the_nearest_county_is_the_region_and_a_prefecture_without_counties_counts_as_one():
    guangzhou = factories.make_region("440100", level="prefecture", latitude=23.13, longitude=113.26)
    yuexiu = factories.make_region("440104", guangzhou, level="county", latitude=23.12, longitude=113.27)
    dongguan = factories.make_region("441900", level="prefecture", latitude=23.02, longitude=113.75)
    factories.make_region("CN", level="country", latitude=23.0, longitude=113.7)
    assert nearest_region(23.13, 113.26, "CN") == yuexiu
    assert nearest_region(22.92, 113.89, "CN") == dongguan
    assert nearest_region(23.13, 113.26, "GB") is None
    assert nearest_region(45.0, 90.0, "CN") is None


# --- firms and permits ------------------------------------------------------------------------------------------------


def test_a_firm_needs_one_name():
    assert errors_of(FirmForm({"country": "CN"})) == {"name_zh": ["Give the legal name in at least one language."]}


def test_a_credit_code_is_normalised_and_its_check_character_counts():
    form = FirmForm({"country": "CN", "name_zh": "甲", "credit_code": "9135 0100 M000 100y 43"})
    assert form.is_valid()
    assert form.cleaned_data["credit_code"] == "91350100M000100Y43"
    assert "credit_code" in errors_of(FirmForm({"country": "CN", "name_zh": "甲", "credit_code": "91350100M000100Y44"}))


def test_a_firm_that_is_here_already_is_not_registered_twice():
    firm = factories.make_firm(credit_code="91350100M000100Y43", registry="Companies House", registry_id="SC1")
    message = ["A firm with this number is already here. Ask its owner to add you as a member."]
    values = {"country": "CN", "name_zh": "甲", "credit_code": firm.credit_code}
    numbers = {"registry": "Companies House", "registry_id": "SC1"}
    assert errors_of(FirmForm(values | numbers)) == {"credit_code": message, "registry_id": message}
    assert FirmForm(values | numbers, firm=firm).is_valid()


def test_a_registration_number_needs_its_register():
    assert errors_of(FirmForm({"country": "GB", "name_en": "A", "registry_id": "SC1"})) == {
        "registry_id": ["Give the register together with the number in it."]
    }


def test_former_names_come_one_a_line():
    form = NewFirmForm({"country": "CN", "name_zh": "甲", "former_names": "乙\n\n 丙 \n"})
    assert form.is_valid()
    assert form.cleaned_data["former_names"] == ["乙", "丙"]


def test_a_member_is_added_once_and_needs_no_account_yet():
    firm = factories.make_firm()
    member = factories.make_member(firm)
    assert errors_of(MemberForm({"email": "nobody@example.org", "role": "viewer"}, firm=firm)) == {}
    assert errors_of(MemberForm({"email": member.email.upper(), "role": "viewer"}, firm=firm)) == {
        "email": ["This person is already a member of the firm."]
    }


def test_a_permit_does_not_end_before_it_starts():
    values = {"kind": "waste", "number": "1", "authority": "A", "valid_from": "2026-02-01", "valid_to": "2026-01-01"}
    assert errors_of(PermitForm(values)) == {"valid_to": ["The last day lies before the first day."]}


def lines_of(*rows):
    operation = factories.make_operation()
    data = {"lines-TOTAL_FORMS": "12", "lines-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        row = {"scheme": "EWC", "operation": operation.pk} | row
        data |= {f"lines-{number}-{name}": value for name, value in row.items()}
    return PermitLineFormSet(data, prefix="lines", form_kwargs={"sites": [], "operations": [operation]})


def test_permit_lines_left_empty_do_not_count_but_one_is_needed():
    formset = lines_of({"code_from": "10 01 02", "capacity_t_per_year": "12,000"})
    assert formset.is_valid()
    (line,) = formset.lines()
    assert (line["code_from"], line["capacity_t_per_year"]) == ("10 01 02", 12000)
    assert lines_of().non_form_errors() == ["Enter at least one line: what the permit allows, and how much of it."]


def test_a_permit_line_names_its_bad_code_and_its_upside_down_range():
    formset = lines_of(
        {"code_from": "900-249-08"}, {"code_from": "10 02", "code_to": "10 01"}, {"code_from": "10 01", "site": "999"}
    )
    assert not formset.is_valid()
    bad_code, bad_range, foreign_site = formset.errors[:3]
    assert bad_code == {"code_from": ["This is not a code of the chosen list."]}
    assert bad_range == {"code_to": ["The range ends before it starts."]}
    assert list(foreign_site) == ["site"]


def test_the_fold_of_further_lines_opens_when_something_was_typed_in_it():
    first = {"code_from": "10 01 02"}
    assert not lines_of(first).fold_is_used
    formset = lines_of(first, first, first, {"code_from": "wrong"})
    assert formset.fold_is_used
    assert [form.title for form in formset.folded_lines][0] == "Line 4"


def test_the_day_of_a_permit_is_read_from_the_browsers_picker():
    form = PermitForm({"kind": "waste", "number": "1", "authority": "A", "valid_from": "2026-02-01"})
    assert form.is_valid()
    assert form.permit_values()["valid_from"] == dt.date(2026, 2, 1)
    assert form.permit_values()["document"] == ""
