import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from marketplace.firms.models import Firm, Permit, PermitLine, Recognition, Region, RegionMember, Site, User
from marketplace.firms.models.places import cell_centre
from marketplace.firms.querysets import acts_for_all
from tests.factories import (
    make_facilitator,
    make_firm,
    make_member,
    make_operation,
    make_permit,
    make_recognition,
    make_region,
    make_site,
    make_user,
    owner_of,
)

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 15)
CODE = "91350100M000100Y43"


def refused_by_the_database(constraint, save):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        save()
    return constraint in str(refusal.value) or "UNIQUE" in str(refusal.value)


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zh", "en", "shown_in_chinese", "shown_in_english"),
    [("宝钢", "Baosteel", "宝钢", "Baosteel"), ("宝钢", "", "宝钢", "宝钢"), ("", "Baosteel", "Baosteel", "Baosteel")],
)
def test_a_name_is_shown_in_the_readers_language_or_else_in_the_other(zh, en, shown_in_chinese, shown_in_english):
    firm = Firm(name_zh=zh, name_en=en)
    with translation.override("zh-hans"):
        assert str(firm) == shown_in_chinese
    with translation.override("en"):
        assert str(firm) == shown_in_english


def test_an_account_is_known_by_its_address_in_lower_case():
    assert make_user("Zhang.San@Example.ORG").email == "zhang.san@example.org"
    with pytest.raises(ValueError, match="e-mail"):
        User.objects.create_user("")


# --- constraints ------------------------------------------------------------------------------------------------------


def test_a_firm_needs_a_name_in_one_language():
    assert refused_by_the_database("firm_has_a_name", Firm().save)
    with pytest.raises(ValidationError) as error:
        Firm().full_clean()
    assert "name_zh" in error.value.message_dict


def test_a_credit_code_belongs_to_one_firm_but_many_have_none():
    make_firm(credit_code=CODE)
    make_firm()
    make_firm()
    assert refused_by_the_database("firm_credit_code_unique", Firm(name_en="Other", credit_code=CODE).save)


def test_a_registration_number_is_unique_within_its_register():
    make_firm(registry="Companies House", registry_id="SC1")
    make_firm(registry="Handelsregister", registry_id="SC1")
    twin = Firm(name_en="Twin", registry="Companies House", registry_id="SC1")
    assert refused_by_the_database("firm_registry_id_unique", twin.save)


def test_a_credit_code_is_tidied_before_it_is_checked():
    firm = Firm(name_en="A", credit_code="91350100 m000100y-43")
    firm.full_clean()
    assert firm.credit_code == CODE


def test_a_wrong_credit_code_is_refused_on_its_field():
    with pytest.raises(ValidationError) as error:
        Firm(name_en="A", credit_code="91350100M000100Y44").full_clean()
    assert list(error.value.message_dict) == ["credit_code"]


@pytest.mark.parametrize(("lat", "lon"), [(90.1, 0), (-90.1, 0), (0, 180.1), (0, -180.1)])
def test_a_site_lies_on_the_globe(lat, lon):
    site = Site(firm=make_firm(), name="Nowhere", latitude=lat, longitude=lon)
    assert refused_by_the_database("site_on_the_globe", site.save)


def test_a_permit_does_not_end_before_it_starts():
    permit = Permit(
        firm=make_firm(), kind="waste", number="1", authority="A", valid_from=TODAY, valid_to=TODAY - dt.timedelta(1)
    )
    assert refused_by_the_database("permit_dates_in_order", permit.save)
    with pytest.raises(ValidationError) as error:
        permit.full_clean()
    assert "valid_to" in error.value.message_dict


def test_a_firm_is_on_a_list_once_at_a_time():
    firm = make_firm()
    make_recognition(firm, valid_from=dt.date(2020, 1, 1), valid_before=dt.date(2022, 1, 1))
    make_recognition(firm, valid_from=dt.date(2023, 1, 1))
    again = Recognition(firm=firm, list_slug="scrap-steel", valid_from=TODAY)
    assert refused_by_the_database("recognition_one_open", again.save)


def test_a_region_is_in_a_composite_once():
    composite, member = make_region("jjj", level="composite"), make_region("110000")
    RegionMember.objects.create(composite=composite, member=member)
    assert refused_by_the_database("region_member_unique", RegionMember(composite=composite, member=member).save)


# --- permit lines -----------------------------------------------------------------------------------------------------


def a_line(**values):
    values = {"scheme": "EWC", "code_from": "10 01 02", "operation": make_operation()} | values
    return PermitLine(permit=values.pop("permit", None) or make_permit(make_firm(), state="draft"), **values)


def test_a_line_keeps_sortable_keys_of_its_range():
    line = a_line(code_from="10 01", code_to="10 02")
    line.full_clean()
    assert (line.key_from, line.key_to) == ("1001", "1002")


def test_a_single_code_is_a_range_of_one():
    line = a_line(scheme="CN-HW", code_from="772-003-18")
    line.full_clean()
    assert (line.key_from, line.key_to) == ("18.772.003", "18.772.003")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code_from": "ash"}, "code_from"),
        ({"scheme": "CN-HW"}, "code_from"),
        ({"code_to": "10 01 0"}, "code_to"),
        ({"code_to": "10 01 01"}, "code_to"),
        ({"capacity_t_per_year": Decimal(-1)}, "capacity_t_per_year"),
        ({"taken_t": Decimal(-1)}, "taken_t"),
    ],
)
def test_a_bad_line_names_its_field(values, field):
    with pytest.raises(ValidationError) as error:
        a_line(**values).full_clean()
    assert field in error.value.message_dict


def test_a_line_is_not_for_another_firms_site():
    with pytest.raises(ValidationError) as error:
        a_line(site=make_site()).full_clean()
    assert list(error.value.message_dict) == ["site"]


@pytest.mark.parametrize(
    ("capacity", "taken", "year", "free"),
    [
        (None, "50", 2026, None),
        ("100", "30", 2026, "70"),
        ("100", "30", 2025, "100"),
        ("100", "30", None, "100"),
        ("100", "120", 2026, "0"),
    ],
)
def test_tonnes_left_are_those_of_the_calendar_year(capacity, taken, year, free):
    line = PermitLine(capacity_t_per_year=capacity and Decimal(capacity), taken_t=Decimal(taken), taken_year=year)
    assert line.free_t(TODAY) == (free and Decimal(free))


@pytest.mark.parametrize(
    ("capacity", "taken", "year", "has_room"),
    [
        (None, "50", 2026, True),
        ("100", "30", 2026, True),
        ("100", "100", 2026, False),
        ("100", "100", 2025, True),
        ("100", "0", None, True),
        ("0", "0", None, False),
        ("0", "0", 2025, False),
    ],
)
def test_lines_with_room_agree_with_the_tonnes_left(capacity, taken, year, has_room):
    values = {"capacity_t_per_year": capacity and Decimal(capacity), "taken_t": Decimal(taken), "taken_year": year}
    permit = make_permit(make_firm(), lines=[{"code_from": "10 01 02"} | values])
    line = permit.lines.get()
    assert PermitLine.objects.with_room(TODAY).filter(pk=line.pk).exists() is has_room
    assert (line.free_t(TODAY) is None or line.free_t(TODAY) > 0) is has_room


@pytest.mark.parametrize(
    ("state", "first", "last", "valid"),
    [
        ("verified", dt.date(2026, 1, 1), None, True),
        ("verified", TODAY, TODAY, True),
        ("verified", dt.date(2026, 1, 1), TODAY - dt.timedelta(1), False),
        ("verified", TODAY + dt.timedelta(1), None, False),
        ("draft", dt.date(2026, 1, 1), None, False),
        ("suspended", dt.date(2026, 1, 1), None, False),
        ("revoked", dt.date(2026, 1, 1), None, False),
        ("expired", dt.date(2026, 1, 1), None, False),
    ],
)
def test_only_a_verified_permit_counts_and_only_within_its_dates(state, first, last, valid):
    permit = make_permit(make_firm(), state=state, valid_from=first, valid_to=last, lines=[{"code_from": "10 01 02"}])
    assert Permit.objects.valid_on(TODAY).filter(pk=permit.pk).exists() is valid
    assert PermitLine.objects.valid_on(TODAY).filter(permit=permit).exists() is valid


@pytest.mark.parametrize(
    ("valid_before", "counts"),
    [(None, True), (TODAY + dt.timedelta(1), True), (TODAY, False), (dt.date(2026, 1, 1), False)],
)
def test_a_recognition_stops_counting_on_the_day_it_ends(valid_before, counts):
    recognition = make_recognition(make_firm(), valid_from=dt.date(2026, 1, 1), valid_before=valid_before)
    assert Recognition.objects.valid_on(TODAY).filter(pk=recognition.pk).exists() is counts


# --- places -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("degrees", "centre"),
    [(31.23, 31.25), (31.2999, 31.25), (31.35, 31.35), (-3.19, -3.15), (0.0, 0.05), (-0.01, -0.05)],
)
def test_a_hidden_site_is_shown_as_the_centre_of_a_fixed_cell(degrees, centre):
    assert cell_centre(degrees) == centre


def test_every_site_of_a_cell_looks_the_same():
    firm = make_firm()
    places = {make_site(firm, at=at).cell_centre for at in [(31.21, 121.41), (31.2999, 121.4999)]}
    assert places == {(31.25, 121.45)}


def test_a_region_holds_all_below_it_and_nothing_beside_it():
    country = make_region("CN", level="country")
    shanghai = make_region("310000", country)
    pudong = make_region("310115", shanghai, level="county")
    make_region("320000", country)
    assert set(Region.objects.within(shanghai)) == {shanghai, pudong}


def test_a_composite_holds_its_members_with_all_below_them():
    beijing, hebei = make_region("110000"), make_region("130000")
    make_region("310000")
    tangshan = make_region("130200", hebei, level="prefecture")
    composite = make_region("jjj", level="composite")
    assert not Region.objects.within(composite).exists()
    RegionMember.objects.bulk_create(RegionMember(composite=composite, member=member) for member in (beijing, hebei))
    assert set(Region.objects.within(composite)) == {beijing, hebei, tangshan}


# --- who sees and changes what ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "edits_sites", "edits_permits", "edits_firm"),
    [
        ("owner", True, True, True),
        ("trader", True, False, False),
        ("dispatcher", False, False, False),
        ("viewer", False, False, False),
    ],
)
def test_each_role_may_change_its_own_things(role, edits_sites, edits_permits, edits_firm):
    firm = make_firm()
    site, permit = make_site(firm), make_permit(firm)
    user = make_member(firm, role)
    assert site in Site.objects.visible_to(user)
    assert permit in Permit.objects.visible_to(user)
    assert (site in Site.objects.editable_by(user)) is edits_sites
    assert (permit in Permit.objects.editable_by(user)) is edits_permits
    assert (firm in Firm.objects.editable_by(user)) is edits_firm
    assert (firm in Firm.objects.writable_by(user)) is edits_sites


def test_a_stranger_sees_the_firm_but_neither_its_sites_nor_its_permits():
    firm = make_firm()
    site, permit = make_site(firm), make_permit(firm)
    stranger = owner_of(make_firm())
    assert firm in Firm.objects.visible_to(stranger)
    assert site not in Site.objects.visible_to(stranger)
    assert permit not in Permit.objects.visible_to(stranger)
    assert firm not in Firm.objects.writable_by(stranger)


def test_a_facilitator_acts_for_every_firm_until_the_account_is_closed():
    firm, facilitator = make_firm(), make_facilitator()
    assert acts_for_all(facilitator)
    assert firm in Firm.objects.writable_by(facilitator)
    facilitator.is_active = False
    assert not acts_for_all(facilitator)
    assert firm not in Firm.objects.writable_by(facilitator)
