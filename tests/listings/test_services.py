import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from listings import services
from listings.models import Evidence, Listing, ListingLimit, ListingProperty
from marketplace.errors import Incomplete, Invalid, NotAllowed, WrongState
from marketplace.firms.models import Event, Role, Site
from tests.factories import (
    a_limit,
    a_range,
    make_evidence,
    make_facilitator,
    make_firm,
    make_material,
    make_member,
    make_need,
    make_offer,
    make_park,
    make_property,
    make_region,
    make_site,
    make_use,
    make_waste_code,
    owner_of,
)

pytestmark = pytest.mark.django_db


def fresh(listing):
    return Listing.objects.get(pk=listing.pk)


def draft(firm, kind="offer", **values):
    details = {name: values.pop(name) for name in ("codes", "measures", "excluded_materials") if name in values}
    values = {"site": make_site(firm), "quantity_amount": Decimal(10)} | values
    return services.draft_listing(actor=owner_of(firm), firm=firm, kind=kind, values=values, **details)


# --- drafts -----------------------------------------------------------------------------------------------------------


def test_a_draft_keeps_what_was_typed_and_a_years_tonnes():
    listing = fresh(draft(make_firm(), quantity_amount=Decimal("250.5"), quantity_period="month"))
    assert (listing.quantity_amount, listing.quantity_period) == (Decimal("250.500"), "month")
    assert listing.quantity_t_per_year == Decimal("3006.000")
    assert (listing.state, listing.revision) == ("draft", 1)
    assert (listing.published_at, listing.confirm_by) == (None, None)


@pytest.mark.parametrize(("public", "place"), [(True, (23.12, 113.27)), (False, (23.15, 113.25))])
def test_a_draft_takes_the_public_place_of_its_site(public, place):
    firm = make_firm()
    listing = fresh(draft(firm, site=make_site(firm, at=(23.12, 113.27), location_public=public)))
    assert (listing.latitude, listing.longitude) == place


def test_a_draft_needs_no_material_yet():
    assert fresh(draft(make_firm(), description="grey powder")).title == "grey powder"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"quantity_amount": Decimal(0)}, "quantity_amount"),
        ({"quantity_amount": Decimal(-5)}, "quantity_amount"),
        ({"quantity_amount": None}, "quantity_amount"),
        ({"stock_t": Decimal(-1)}, "stock_t"),
        ({"min_lot_t": Decimal(30), "max_lot_t": Decimal(20)}, "max_lot_t"),
        ({"available_from": dt.date(2026, 2, 1), "available_to": dt.date(2026, 1, 31)}, "available_to"),
        ({"scope": "region"}, "region"),
        ({"scope": "park"}, "scope"),
        ({"disposal_cost_per_t": Decimal(-1)}, "disposal_cost_per_t"),
        ({"max_distance_km": Decimal(0)}, "max_distance_km"),
        ({"variability_percent": 101}, "variability_percent"),
        ({"min_quality_level": 4}, "min_quality_level"),
        ({"currency": "XXX"}, "currency"),
        ({"site": None}, "site"),
    ],
)
def test_a_bad_value_is_refused_on_its_field_and_nothing_is_kept(values, field):
    firm = make_firm()
    with pytest.raises(Invalid) as refusal:
        draft(firm, **values)
    assert field in refusal.value.errors
    assert not Listing.objects.exists()
    assert not Event.objects.filter(verb="listing.drafted").exists()


def test_a_price_below_zero_is_a_gate_fee_and_kept_as_such():
    assert fresh(draft(make_firm(), price_per_t=Decimal("-35.50"))).price_per_t == Decimal("-35.50")


def test_a_listing_is_not_posted_at_another_firms_site():
    with pytest.raises(Invalid) as refusal:
        draft(make_firm(), site=make_site())
    assert "site" in refusal.value.errors


def test_the_same_park_can_be_chosen_where_the_site_lies_in_one():
    firm = make_firm()
    listing = draft(firm, site=make_site(firm, park=make_park()), scope="park")
    assert fresh(listing).scope == "park"


def test_a_region_can_be_chosen():
    assert fresh(draft(make_firm(), scope="region", region=make_region())).region.code == "310000"


# --- properties and limits --------------------------------------------------------------------------------------------


def test_an_offer_has_ranges_and_a_need_has_limits():
    loi, firm = make_property("loi"), make_firm()
    offer = draft(firm, measures=[a_range(loi, "3", "8", typical="5")])
    need = draft(firm, kind="need", measures=[a_limit(loi, maximum="5", hard=False, deduction_per_unit=Decimal(2))])
    found = offer.properties.get()
    assert (found.low, found.typical, found.high) == (3, 5, 8)
    limit = need.limits.get()
    assert (limit.minimum, limit.maximum, limit.hard, limit.deduction_per_unit) == (None, 5, False, 2)
    assert not offer.limits.exists()
    assert not need.properties.exists()


@pytest.mark.parametrize(
    ("low", "typical", "high", "field"),
    [
        ("8", "5", "3", "high"),
        ("3", "9", "8", "high"),
        ("3", "2", "8", "high"),
        ("-1", "5", "8", "low"),
        ("3", "5", "101", "high"),
    ],
)
def test_a_range_upside_down_or_impossible_names_its_property_and_keeps_nothing(low, typical, high, field):
    loi = make_property("loi", name_en="Loss on ignition")
    with pytest.raises(Invalid) as refusal:
        draft(make_firm(), measures=[a_range(loi, low, high, typical=typical)])
    assert f"Loss on ignition: {field}" in refusal.value.errors
    assert not Listing.objects.exists()
    assert not ListingProperty.objects.exists()


@pytest.mark.parametrize(
    ("minimum", "maximum", "field"), [("9", "5", "maximum"), ("", "", "minimum"), ("", "101", "maximum")]
)
def test_a_window_upside_down_empty_or_impossible_is_refused(minimum, maximum, field):
    loi = make_property("loi", name_en="Loss on ignition")
    with pytest.raises(Invalid) as refusal:
        draft(make_firm(), kind="need", measures=[a_limit(loi, minimum, maximum)])
    assert f"Loss on ignition: {field}" in refusal.value.errors
    assert not ListingLimit.objects.exists()


def test_one_property_is_stated_once():
    loi = make_property("loi")
    with pytest.raises(Invalid):
        draft(make_firm(), measures=[a_range(loi, "1", "2"), a_range(loi, "3", "4")])
    assert not Listing.objects.exists()


def test_a_bad_range_leaves_the_old_ones_in_place():
    loi = make_property("loi")
    offer = make_offer(measures=[a_range(loi, "3", "8")])
    with pytest.raises(Invalid):
        services.change_listing(
            actor=owner_of(offer.firm), listing=offer, values={}, measures=[a_range(loi, "8", "3", typical="5")]
        )
    assert offer.properties.get().high == 8
    assert fresh(offer).revision == offer.revision


# --- publishing -------------------------------------------------------------------------------------------------------


def test_publishing_opens_a_new_revision_to_be_confirmed_within_90_days():
    offer = make_offer(published=False)
    services.publish_listing(actor=owner_of(offer.firm), listing=offer)
    offer = fresh(offer)
    today = timezone.localdate()
    assert (offer.state, offer.revision) == ("published", 2)
    assert (offer.confirmed_on, offer.confirm_by) == (today, today + dt.timedelta(90))
    assert offer.published_at is not None
    assert offer in Listing.objects.unmatched()


def test_publishing_needs_a_material_or_a_use():
    listing = draft(make_firm())
    with pytest.raises(Incomplete) as refusal:
        services.publish_listing(actor=owner_of(listing.firm), listing=listing)
    assert refusal.value.field == "material"
    assert (fresh(listing).state, fresh(listing).revision) == ("draft", 1)


def test_a_need_may_name_only_its_use():
    assert make_need(use=make_use()).state == "published"


@pytest.mark.parametrize(
    ("status", "published"),
    [
        ("", False),
        ("waste", False),
        ("by_product", False),
        ("core", False),
        ("hazardous", True),
        ("end_of_waste", True),
    ],
)
def test_an_offer_with_a_hazardous_code_says_so_in_its_status(status, published):
    code = make_waste_code("17 05 03*", hazardous=True)
    offer = make_offer(codes=[code], legal_status=status, published=False)
    if published:
        services.publish_listing(actor=owner_of(offer.firm), listing=offer)
    else:
        with pytest.raises(Incomplete) as refusal:
            services.publish_listing(actor=owner_of(offer.firm), listing=offer)
        assert refusal.value.field == "legal_status"
    assert fresh(offer).state == ("published" if published else "draft")


def test_a_need_may_accept_a_hazardous_code():
    assert make_need(codes=[make_waste_code("17 05 03*", hazardous=True)]).state == "published"


def test_a_published_offer_cannot_slip_a_hazardous_code_in():
    offer = make_offer(legal_status="waste", codes=[make_waste_code("10 01 02")])
    hazardous = make_waste_code("10 01 04*", hazardous=True)
    with pytest.raises(Incomplete):
        services.change_listing(actor=owner_of(offer.firm), listing=offer, values={}, codes=[hazardous])
    assert [code.code for code in offer.codes.all()] == ["100102"]
    assert fresh(offer).revision == offer.revision


# --- moves ------------------------------------------------------------------------------------------------------------

STEPS = {
    "publish": (services.publish_listing, {"draft", "suspended"}, "published"),
    "confirm": (services.confirm_listing, {"published"}, "published"),
    "suspend": (services.suspend_listing, {"published"}, "suspended"),
    "withdraw": (services.withdraw_listing, {"draft", "published", "suspended"}, "withdrawn"),
}


def an_offer_in(state):
    offer = make_offer(published=state != "draft")
    if state == "suspended":
        return services.suspend_listing(actor=owner_of(offer.firm), listing=offer)
    if state == "withdrawn":
        return services.withdraw_listing(actor=owner_of(offer.firm), listing=offer)
    return offer


@pytest.mark.parametrize("before", ["draft", "published", "suspended", "withdrawn"])
@pytest.mark.parametrize("step", STEPS)
def test_a_listing_moves_only_along_its_table(before, step):
    service, allowed, after = STEPS[step]
    offer = an_offer_in(before)
    events = Event.objects.count()
    if before in allowed:
        service(actor=owner_of(offer.firm), listing=offer)
    else:
        with pytest.raises(WrongState):
            service(actor=owner_of(offer.firm), listing=offer)
    assert fresh(offer).state == (after if before in allowed else before)
    assert Event.objects.count() - events == (1 if before in allowed else 0)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.VIEWER, None])
def test_who_may_not_write_changes_nothing(step, role):
    service, allowed, _after = STEPS[step]
    before = sorted(allowed)[0]
    offer = an_offer_in(before)
    user = make_member(offer.firm, role) if role else owner_of(make_firm())
    events = Event.objects.count()
    with pytest.raises(NotAllowed):
        service(actor=user, listing=offer)
    assert (fresh(offer).state, fresh(offer).revision) == (before, offer.revision)
    assert Event.objects.count() == events


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.VIEWER, None])
def test_who_may_not_write_neither_drafts_nor_edits(role):
    offer = make_offer(quantity_amount=Decimal(10))
    user = make_member(offer.firm, role) if role else owner_of(make_firm())
    with pytest.raises(NotAllowed):
        services.change_listing(actor=user, listing=offer, values={"quantity_amount": Decimal(99)})
    with pytest.raises(NotAllowed):
        services.draft_listing(actor=user, firm=offer.firm, kind="offer", values={"site": offer.site})
    with pytest.raises(NotAllowed):
        services.add_evidence(actor=user, listing=offer, file=ContentFile(b"x", name="x.pdf"), values={"kind": "lab"})
    assert fresh(offer).quantity_amount == 10
    assert Listing.objects.count() == 1
    assert not Evidence.objects.exists()


def test_traders_and_facilitators_publish():
    first, second = make_offer(published=False), make_offer(published=False)
    services.publish_listing(actor=make_member(first.firm, Role.TRADER), listing=first)
    services.publish_listing(actor=make_facilitator(), listing=second)
    assert (fresh(first).state, fresh(second).state) == ("published", "published")


def test_publishing_again_keeps_the_first_day_on_the_market():
    offer = make_offer()
    first = fresh(offer).published_at
    owner = owner_of(offer.firm)
    services.suspend_listing(actor=owner, listing=offer)
    services.publish_listing(actor=owner, listing=offer)
    assert fresh(offer).published_at == first
    assert fresh(offer).revision == offer.revision + 1


def test_confirming_moves_the_date_but_asks_for_no_new_match():
    offer = make_offer()
    Listing.objects.filter(pk=offer.pk).update(confirm_by=dt.date(2020, 1, 1), confirmed_on=dt.date(2019, 10, 3))
    services.confirm_listing(actor=owner_of(offer.firm), listing=offer)
    assert fresh(offer).confirm_by == timezone.localdate() + dt.timedelta(90)
    assert fresh(offer).revision == offer.revision


def test_confirming_notices_that_a_report_has_aged():
    three = [a_range(make_property(slug), "1", "2") for slug in ("loi", "so3", "cao")]
    offer = make_offer(legal_status="waste", measures=three)
    evidence = make_evidence(offer, dated_on=timezone.localdate(), accreditation="CNAS")
    assert fresh(offer).quality_level == 3
    revision = fresh(offer).revision
    Evidence.objects.filter(pk=evidence.pk).update(dated_on=timezone.localdate() - dt.timedelta(400))
    services.confirm_listing(actor=owner_of(offer.firm), listing=offer)
    assert (fresh(offer).quality_level, fresh(offer).revision) == (2, revision + 1)


# --- changes ----------------------------------------------------------------------------------------------------------


def test_a_change_is_a_new_revision_with_an_event_that_names_the_fields():
    offer = make_offer()
    services.change_listing(
        actor=owner_of(offer.firm),
        listing=offer,
        values={"quantity_amount": Decimal(7), "quantity_period": "day", "packing": "big bags"},
    )
    assert fresh(offer).quantity_t_per_year == Decimal(2555)
    assert fresh(offer).revision == offer.revision + 1
    event = Event.objects.order_by("-pk")[0]
    assert (event.verb, event.change) == ("listing.changed", "packing, quantity_amount, quantity_period")


def test_a_withdrawn_listing_is_not_changed():
    offer = an_offer_in("withdrawn")
    with pytest.raises(WrongState):
        services.change_listing(actor=owner_of(offer.firm), listing=offer, values={"packing": "bulk"})
    assert fresh(offer).packing == ""


def test_a_published_listing_keeps_saying_what_it_is():
    offer = make_offer()
    with pytest.raises(Incomplete) as refusal:
        services.change_listing(actor=owner_of(offer.firm), listing=offer, values={"material": None})
    assert (refusal.value.field, str(refusal.value)) == ("material", "Choose the material before publishing.")
    assert fresh(offer).material_id == offer.material_id


@pytest.mark.parametrize("values", [{"state": "published"}, {"firm": None}, {"revision": 9}, {"quality_level": 3}])
def test_only_facts_of_the_material_are_for_the_caller_to_write(values):
    offer = make_offer(published=False)
    with pytest.raises(ValueError, match=next(iter(values))):
        services.change_listing(actor=owner_of(offer.firm), listing=offer, values=values)
    with pytest.raises(ValueError, match=next(iter(values))):
        services.draft_listing(actor=owner_of(offer.firm), firm=offer.firm, kind="offer", values=values)
    assert Listing.objects.get() == offer
    assert (fresh(offer).state, fresh(offer).revision) == ("draft", 1)


def test_a_change_of_what_somebody_else_changed_meanwhile_is_refused():
    offer = make_offer(packing="bulk")
    owner = owner_of(offer.firm)
    services.change_listing(actor=owner, listing=offer, values={"packing": "silo"}, expected_revision=offer.revision)
    with pytest.raises(WrongState) as refusal:
        services.change_listing(
            actor=owner, listing=offer, values={"packing": "bags"}, expected_revision=offer.revision
        )
    assert refusal.value.code == "changed_meanwhile"
    assert (fresh(offer).packing, fresh(offer).revision) == ("silo", offer.revision + 1)


def test_listings_follow_their_site_once():
    site = make_site(at=(31.2345, 121.4789), location_public=True)
    offer, other = make_offer(site=site), make_offer()
    Site.objects.filter(pk=site.pk).update(location_public=False)
    site.refresh_from_db()
    assert (services.follow_site(site), services.follow_site(site)) == (1, 0)
    moved = fresh(offer)
    assert (moved.latitude, moved.longitude, moved.revision) == (31.25, 121.45, offer.revision + 1)
    assert (fresh(other).latitude, fresh(other).revision) == (other.latitude, other.revision)


# --- documents --------------------------------------------------------------------------------------------------------


def test_a_document_taken_away_leaves_no_file(django_capture_on_commit_callbacks):
    evidence = make_evidence(make_offer())
    storage, name = evidence.file.storage, evidence.file.name
    with django_capture_on_commit_callbacks() as callbacks:
        services.remove_evidence(actor=owner_of(evidence.listing.firm), evidence=evidence)
    assert storage.exists(name)
    for callback in callbacks:
        callback()
    assert not storage.exists(name)
    assert not Evidence.objects.exists()


def test_what_is_withdrawn_takes_and_loses_no_documents():
    evidence = make_evidence(make_offer())
    owner = owner_of(evidence.listing.firm)
    listing = services.withdraw_listing(actor=owner, listing=evidence.listing)
    with pytest.raises(WrongState):
        make_evidence(listing)
    with pytest.raises(WrongState):
        services.remove_evidence(actor=owner, evidence=evidence)
    assert list(Evidence.objects.all()) == [evidence]


def test_codes_and_exclusions_are_replaced_or_left_as_they_are():
    first, second, third = (make_waste_code(code) for code in ("10 01 01", "10 01 02", "10 01 03"))
    unwanted = make_material()
    need = make_need(codes=[first, second], excluded_materials=[unwanted])
    owner = owner_of(need.firm)
    kept = need.listing_codes.get(code=second).pk
    services.change_listing(actor=owner, listing=need, values={}, codes=[second, third])
    assert set(need.codes.all()) == {second, third}
    assert need.listing_codes.get(code=second).pk == kept
    assert list(need.excluded_materials.all()) == [unwanted]
    services.change_listing(actor=owner, listing=need, values={}, excluded_materials=[])
    assert set(need.codes.all()) == {second, third}
    assert not need.excluded_materials.exists()


def test_removing_the_report_lowers_the_quality_again():
    three = [a_range(make_property(slug), "1", "2") for slug in ("loi", "so3", "cao")]
    offer = make_offer(legal_status="waste", measures=three)
    evidence = make_evidence(offer, dated_on=timezone.localdate(), accreditation="CNAS")
    services.remove_evidence(actor=owner_of(offer.firm), evidence=evidence)
    assert fresh(offer).quality_level == 1
    assert not Evidence.objects.exists()


# --- who sees listings ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "published", "suspended", "withdrawn"])
def test_only_the_holder_sees_what_is_not_on_the_market(state):
    offer = an_offer_in(state)
    stranger, viewer = owner_of(make_firm()), make_member(offer.firm, Role.VIEWER)
    assert offer in Listing.objects.visible_to(viewer)
    assert offer not in Listing.objects.editable_by(viewer)
    assert offer in Listing.objects.editable_by(owner_of(offer.firm))
    assert (offer in Listing.objects.visible_to(stranger)) is (state == "published")


def test_a_listing_is_open_through_its_last_day():
    offer = make_offer(available_to=dt.date(2030, 1, 31))
    assert offer in Listing.objects.open_on(dt.date(2030, 1, 31))
    assert offer not in Listing.objects.open_on(dt.date(2030, 2, 1))
