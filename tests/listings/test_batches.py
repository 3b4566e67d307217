from __future__ import annotations

from decimal import Decimal

import pytest

from listings.batches import NewListing, publish_many
from listings.models import Kind, Listing
from listings.services import draft_listing, publish_listing
from marketplace.errors import Incomplete, Invalid, NotAllowed
from marketplace.firms.models import Event
from tests.factories import make_material, make_site, make_user, make_waste_code, owner_of

APART = {"id", "created_at", "published_at"}


@pytest.fixture
def site(db):
    return make_site()


def row(site, **changes):
    values = {"site": site, "material": make_material(), "quantity_amount": Decimal(10), "quantity_period": "month"}
    codes = changes.pop("codes", ())
    return NewListing(firm=site.firm, kind=Kind.OFFER, values=values | changes, codes=codes)


def facts(listing):
    (values,) = Listing.objects.filter(pk=listing.pk).values()
    return {name: value for name, value in values.items() if name not in APART}


def test_a_batch_leaves_what_draft_and_publish_leave(site):
    actor, code, new = owner_of(site.firm), make_waste_code(), row(site)
    (batched,) = publish_many(actor=actor, rows=[NewListing(new.firm, new.kind, new.values, [code])])
    draft = draft_listing(actor=actor, firm=site.firm, kind=new.kind, values=new.values, codes=[code])
    single = publish_listing(actor=actor, listing=draft)
    assert facts(batched) == facts(single)
    assert list(batched.codes.all()) == list(single.codes.all())
    verbs = [set(Event.objects.about(listing).values_list("verb", flat=True)) for listing in (batched, single)]
    assert verbs == [{"listing.drafted", "listing.published"}] * 2


def test_queries_do_not_grow_with_the_batch(site, django_assert_max_num_queries):
    rows = [row(site) for _number in range(20)]
    with django_assert_max_num_queries(24):
        publish_many(actor=owner_of(site.firm), rows=rows)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"quantity_amount": Decimal(0)}, Invalid),
        ({"material": None}, Incomplete),
        ({"min_lot_t": Decimal(9), "max_lot_t": Decimal(3)}, Invalid),
    ],
)
def test_one_bad_row_refuses_the_whole_batch(site, changes, error):
    with pytest.raises(error):
        publish_many(actor=owner_of(site.firm), rows=[row(site), row(site, **changes)])
    assert Listing.objects.count() == 0


def test_a_hazardous_code_needs_the_status(site):
    code = make_waste_code("10 02 07*", hazardous=True)
    with pytest.raises(Incomplete):
        publish_many(actor=owner_of(site.firm), rows=[row(site, codes=[code], legal_status="waste")])
    assert Listing.objects.count() == 0


def test_strangers_may_not_post_for_a_firm(site):
    with pytest.raises(NotAllowed):
        publish_many(actor=make_user(), rows=[row(site)])
    assert Listing.objects.count() == 0


def test_only_facts_of_the_material_are_for_the_caller_to_write(site):
    with pytest.raises(ValueError, match="quality_level"):
        publish_many(actor=owner_of(site.firm), rows=[row(site, quality_level=3)])
    assert not Listing.objects.exists()
