import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from marketplace.errors import Invalid, NotAllowed, WrongState
from marketplace.firms import services
from marketplace.firms.models import Event, Firm, FormerName, Membership, Permit, PermitLine, Recognition, Role, Site
from tests.factories import (
    make_facilitator,
    make_firm,
    make_member,
    make_operation,
    make_park,
    make_permit,
    make_recognition,
    make_region,
    make_site,
    make_user,
    owner_of,
)

pytestmark = pytest.mark.django_db
CODE = "91350100M000100Y43"
PLACE = {"name": "Yard", "latitude": 31.2, "longitude": 121.5}
PERMIT = {"kind": "waste", "number": "P-1", "authority": "Bureau", "valid_from": dt.date(2026, 1, 1)}


def last_event():
    return Event.objects.order_by("-pk")[0]


# --- firms ------------------------------------------------------------------------------------------------------------


def test_who_registers_a_firm_becomes_its_owner():
    user = make_user()
    firm = services.register_firm(actor=user, values={"name_zh": "新厂"}, former_names=["老厂", "旧厂"])
    assert Membership.objects.get(firm=firm).user == user
    assert Membership.objects.get(firm=firm).role == Role.OWNER
    assert set(firm.former_names.values_list("name", flat=True)) == {"老厂", "旧厂"}
    assert (last_event().verb, last_event().actor, last_event().subject) == ("firm.registered", user, firm)


def test_a_firm_is_registered_under_its_code_in_standard_form():
    firm = services.register_firm(actor=make_user(), values={"name_zh": "新厂", "credit_code": "91350100-m000100y-43"})
    firm.refresh_from_db()
    assert firm.credit_code == CODE


@pytest.mark.parametrize(
    ("values", "field"),
    [({}, "name_zh"), ({"name_zh": "厂", "credit_code": "123"}, "credit_code"), ({"name_en": "x" * 251}, "name_en")],
)
def test_a_firm_with_bad_values_is_not_registered(values, field):
    with pytest.raises(Invalid) as refusal:
        services.register_firm(actor=make_user(), values=values)
    assert field in refusal.value.errors
    assert not Firm.objects.exists()
    assert not Event.objects.exists()


def test_the_same_credit_code_is_not_registered_twice():
    make_firm(credit_code=CODE)
    with pytest.raises(Invalid):
        services.register_firm(actor=make_user(), values={"name_en": "Again", "credit_code": CODE.lower()})
    assert Firm.objects.count() == 1


def test_a_changed_legal_name_becomes_a_former_name():
    firm = make_firm(name_zh="旧名", name_en="Old")
    services.change_firm(actor=owner_of(firm), firm=firm, values={"name_zh": "新名", "name_en": "Old"})
    former = firm.former_names.get()
    assert (former.name, former.until) == ("旧名", timezone.localdate())
    firm.refresh_from_db()
    assert firm.name_zh == "新名"


def test_a_refused_change_leaves_no_former_name_behind():
    firm = make_firm(name_zh="旧名")
    with pytest.raises(Invalid):
        services.change_firm(actor=owner_of(firm), firm=firm, values={"name_zh": "新名", "credit_code": "bad"})
    assert not FormerName.objects.exists()
    assert Firm.objects.get().name_zh == "旧名"


@pytest.mark.parametrize("role", [Role.TRADER, Role.DISPATCHER, Role.VIEWER])
def test_only_owners_change_a_firm_and_its_people(role):
    firm = make_firm(name_en="Before")
    user = make_member(firm, role)
    events = Event.objects.count()
    with pytest.raises(NotAllowed):
        services.change_firm(actor=user, firm=firm, values={"name_en": "After"})
    with pytest.raises(NotAllowed):
        services.add_member(actor=user, firm=firm, user=make_user(), role=Role.OWNER)
    with pytest.raises(NotAllowed):
        services.add_permit(actor=user, firm=firm, values=PERMIT)
    assert Firm.objects.get().name_en == "Before"
    assert firm.memberships.count() == 2
    assert not Permit.objects.exists()
    assert Event.objects.count() == events


def test_the_owner_of_another_firm_is_a_stranger_here():
    firm, stranger = make_firm(), owner_of(make_firm())
    with pytest.raises(NotAllowed):
        services.add_site(actor=stranger, firm=firm, values=PLACE)
    assert not Site.objects.exists()


def test_a_person_joins_a_firm_once():
    firm = make_firm()
    user = make_member(firm, Role.VIEWER)
    with pytest.raises(Invalid):
        services.add_member(actor=owner_of(firm), firm=firm, user=user, role=Role.OWNER)
    assert Membership.objects.get(user=user).role == Role.VIEWER


def test_a_facilitator_works_on_behalf_of_a_firm_and_is_named_for_it():
    firm, facilitator = make_firm(), make_facilitator()
    services.add_site(actor=facilitator, firm=firm, values=PLACE)
    assert (last_event().actor, last_event().firm) == (facilitator, firm)


@pytest.mark.parametrize("values", [{"source": "sepa"}, {"id": 7}, {"created_at": None}])
def test_only_the_record_itself_is_for_the_caller_to_write(values):
    firm = make_firm()
    with pytest.raises(ValueError, match=next(iter(values))):
        services.change_firm(actor=owner_of(firm), firm=firm, values=values)
    with pytest.raises(ValueError, match=next(iter(values))):
        services.register_firm(actor=make_user(), values={"name_en": "New"} | values)
    assert Firm.objects.get() == firm


def test_neither_permit_nor_site_nor_recognition_takes_foreign_fields():
    firm = make_firm()
    owner, site = owner_of(firm), make_site(firm)
    with pytest.raises(ValueError, match="state"):
        services.add_permit(actor=owner, firm=firm, values=PERMIT | {"state": "verified"})
    with pytest.raises(ValueError, match="firm"):
        services.change_site(actor=owner, site=site, values={"firm": make_firm()})
    with pytest.raises(ValueError, match="firm"):
        services.recognise(actor=None, firm=firm, values={"firm": make_firm()})
    assert not Permit.objects.exists()


def test_a_change_is_made_to_the_record_as_it_is_now():
    firm = make_firm(about="old")
    owner, stale = owner_of(firm), Firm.objects.get(pk=firm.pk)
    services.change_firm(actor=owner, firm=firm, values={"about": "new"})
    services.change_firm(actor=owner, firm=stale, values={"gbt_4754": "C30"})
    site = make_site(firm)
    services.change_site(actor=owner, site=Site.objects.get(pk=site.pk), values={"address": "Kiln Road"})
    services.change_site(actor=owner, site=site, values={"latitude": 30.0})
    assert (Firm.objects.get().about, Site.objects.get().address) == ("new", "Kiln Road")


def _verified(firm):
    make_permit(firm)


@pytest.mark.parametrize("give", [_verified, make_recognition])
@pytest.mark.parametrize(
    "values", [{"credit_code": CODE}, {"credit_code": ""}, {"registry": "Companies House", "registry_id": "99"}]
)
def test_who_holds_rights_does_not_become_another_firm(give, values):
    firm = make_firm(credit_code="91000000DEM0000019" if values.get("credit_code") == "" else "")
    give(firm)
    before = Firm.objects.values().get()
    with pytest.raises(WrongState) as refusal:
        services.change_firm(actor=owner_of(firm), firm=firm, values=values)
    assert (refusal.value.code, refusal.value.field) == ("identity_in_use", next(iter(values)))
    assert Firm.objects.values().get() == before
    services.change_firm(actor=make_facilitator(), firm=firm, values=values)
    assert Firm.objects.values().get() == before | values


def test_rights_that_are_over_or_not_yet_seen_leave_the_number_free():
    firm = make_firm()
    make_permit(firm, state="draft")
    make_recognition(firm, valid_from=dt.date(2020, 1, 1), valid_before=dt.date(2021, 1, 1))
    services.change_firm(actor=owner_of(firm), firm=firm, values={"credit_code": CODE})
    assert Firm.objects.get().credit_code == CODE


# --- sites ------------------------------------------------------------------------------------------------------------


def test_a_site_takes_the_country_of_its_region_or_park_or_else_of_its_firm():
    firm = make_firm(country="GB")
    region = make_region("310000", country="CN")
    park = make_park(country="DE")
    assert make_site(firm).country == "GB"
    assert make_site(firm, region=region).country == "CN"
    assert make_site(firm, park=park).country == "DE"


def test_traders_add_and_move_sites():
    firm = make_firm()
    trader = make_member(firm, Role.TRADER)
    site = services.add_site(actor=trader, firm=firm, values=PLACE)
    services.change_site(actor=trader, site=site, values={"latitude": 30.0})
    site.refresh_from_db()
    assert (site.latitude, site.longitude) == (30.0, 121.5)


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.VIEWER])
def test_other_roles_leave_sites_where_they_are(role):
    firm = make_firm()
    site, user = make_site(firm, at=(31.2, 121.5)), make_member(firm, role)
    with pytest.raises(NotAllowed):
        services.change_site(actor=user, site=site, values={"latitude": 30.0})
    assert Site.objects.get().latitude == 31.2


@pytest.mark.parametrize("latitude", [None, 95.0, -90.5])
def test_a_site_off_the_globe_is_refused_on_its_field(latitude):
    firm = make_firm()
    with pytest.raises(Invalid) as refusal:
        services.add_site(actor=owner_of(firm), firm=firm, values=PLACE | {"latitude": latitude})
    assert "latitude" in refusal.value.errors
    assert not Site.objects.exists()


# --- permits ----------------------------------------------------------------------------------------------------------


def test_a_permit_starts_as_a_draft_with_its_lines():
    firm = make_firm()
    line = {"scheme": "EWC", "code_from": "10 01", "code_to": "10 02", "operation": make_operation()}
    permit = services.add_permit(actor=owner_of(firm), firm=firm, values=PERMIT, lines=[line])
    assert permit.state == "draft"
    assert list(permit.lines.values_list("key_from", "key_to")) == [("1001", "1002")]


def test_one_bad_line_refuses_the_whole_permit():
    firm, operation = make_firm(), make_operation()
    lines = [{"scheme": "EWC", "code_from": code, "operation": operation} for code in ("10 01 02", "nonsense")]
    with pytest.raises(Invalid) as refusal:
        services.add_permit(actor=owner_of(firm), firm=firm, values=PERMIT, lines=lines)
    assert "code_from" in refusal.value.errors
    assert not Permit.objects.exists()
    assert not PermitLine.objects.exists()


def test_a_verified_permit_names_its_officer():
    firm, officer = make_firm(), make_facilitator()
    permit = make_permit(firm, state="draft")
    permit = services.move_permit(actor=officer, permit=permit, state="verified")
    assert (permit.verified_by, permit.verified_on) == (officer, timezone.localdate())
    assert last_event().change == "draft → verified"


def test_a_refused_permit_leaves_no_document_behind():
    firm = make_firm()
    document = ContentFile(b"%PDF-1.4 refused", name="refused-permit.pdf")
    line = {"scheme": "EWC", "code_from": "nonsense", "operation": make_operation()}
    with pytest.raises(Invalid):
        services.add_permit(actor=owner_of(firm), firm=firm, values=PERMIT | {"document": document}, lines=[line])
    folder = Path(default_storage.location) / "permits"
    assert not list(folder.rglob("refused-permit*"))
    kept = services.add_permit(actor=owner_of(firm), firm=firm, values=PERMIT | {"document": document})
    assert Permit.objects.get() == kept
    assert kept.document.read() == b"%PDF-1.4 refused"


def test_a_holder_does_not_verify_his_own_permit():
    firm = make_firm()
    permit = make_permit(firm, state="draft")
    with pytest.raises(NotAllowed):
        services.move_permit(actor=owner_of(firm), permit=permit, state="verified")
    permit.refresh_from_db()
    assert (permit.state, permit.verified_by) == ("draft", None)


ALLOWED = {
    ("draft", "verified"),
    ("draft", "revoked"),
    ("verified", "suspended"),
    ("verified", "revoked"),
    ("verified", "expired"),
    ("suspended", "verified"),
    ("suspended", "revoked"),
    ("suspended", "expired"),
    ("expired", "verified"),
}
STATES = ("draft", "verified", "suspended", "revoked", "expired")


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("after", STATES)
def test_a_permit_moves_only_along_its_table(before, after):
    permit = make_permit(make_firm(), state=before)
    if (before, after) in ALLOWED:
        services.move_permit(actor=make_facilitator(), permit=permit, state=after)
    else:
        with pytest.raises(WrongState):
            services.move_permit(actor=make_facilitator(), permit=permit, state=after)
    permit.refresh_from_db()
    assert permit.state == (after if (before, after) in ALLOWED else before)


# --- recognitions -----------------------------------------------------------------------------------------------------


def test_a_member_cannot_put_his_firm_on_a_list():
    firm = make_firm()
    with pytest.raises(NotAllowed):
        services.recognise(
            actor=owner_of(firm), firm=firm, values={"list_slug": "x", "valid_from": dt.date(2026, 1, 1)}
        )
    assert not Recognition.objects.exists()


def test_a_member_cannot_take_his_firm_off_a_list():
    recognition = make_recognition(make_firm())
    with pytest.raises(NotAllowed):
        services.end_recognition(actor=owner_of(recognition.firm), recognition=recognition, day=dt.date(2026, 1, 1))
    recognition.refresh_from_db()
    assert recognition.valid_before is None


@pytest.mark.parametrize(
    ("known_end", "day", "end"),
    [
        (None, dt.date(2026, 5, 1), dt.date(2026, 5, 1)),
        (None, dt.date(2019, 1, 1), dt.date(2020, 1, 1)),
        (dt.date(2026, 12, 31), dt.date(2026, 5, 1), dt.date(2026, 5, 1)),
        (dt.date(2026, 2, 1), dt.date(2026, 5, 1), dt.date(2026, 2, 1)),
    ],
)
def test_a_recognition_ends_on_the_day_but_never_before_it_began_nor_later_than_known(known_end, day, end):
    recognition = make_recognition(make_firm(), valid_from=dt.date(2020, 1, 1), valid_before=known_end)
    services.end_recognition(actor=None, recognition=recognition, day=day)
    recognition.refresh_from_db()
    assert recognition.valid_before == end


def test_an_end_set_meanwhile_is_not_put_off():
    stale = make_recognition(make_firm(), valid_from=dt.date(2020, 1, 1))
    services.end_recognition(actor=None, recognition=stale, day=dt.date(2026, 1, 1))
    services.end_recognition(actor=None, recognition=Recognition.objects.get(), day=dt.date(2025, 1, 1))
    stale.valid_before = None
    services.end_recognition(actor=None, recognition=stale, day=dt.date(2027, 1, 1))
    assert Recognition.objects.get().valid_before == dt.date(2025, 1, 1)


def test_a_firm_can_be_recognised_again_after_the_end():
    recognition = make_recognition(make_firm(), valid_from=dt.date(2020, 1, 1))
    services.end_recognition(actor=None, recognition=recognition, day=dt.date(2024, 1, 1))
    again = make_recognition(recognition.firm, valid_from=dt.date(2025, 1, 1))
    assert list(Recognition.objects.valid_on(dt.date(2024, 6, 1))) == []
    assert list(Recognition.objects.valid_on(dt.date(2025, 6, 1))) == [again]


def test_events_of_a_subject_are_listed_newest_first():
    firm = make_firm()
    make_site(firm)
    services.change_firm(actor=owner_of(firm), firm=firm, values={"about": "x"})
    verbs = Event.objects.about(firm).values_list("verb", flat=True)
    assert list(verbs) == ["firm.changed", "firm.registered"]


def test_a_long_change_is_cut_to_its_column():
    firm = make_firm()
    event = services.record_event(actor=None, verb="firm.changed", subject=firm, change="x" * 300)
    event.refresh_from_db()
    assert event.change == "x" * 250


def test_a_capacity_of_zero_is_a_limit_and_none_is_not():
    permit = make_permit(
        make_firm(), lines=[{"code_from": "10", "capacity_t_per_year": Decimal(0)}, {"code_from": "11"}]
    )
    none_left, unlimited = permit.lines.all()
    assert none_left.free_t(dt.date(2026, 1, 1)) == 0
    assert unlimited.free_t(dt.date(2026, 1, 1)) is None
