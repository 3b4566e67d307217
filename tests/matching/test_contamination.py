"""What an offer's own words say it is contaminated with keeps it from the uses that this rules out."""

from __future__ import annotations

import pytest

from listings.contamination import contaminations_of, hazards_named
from listings.models import Listing, Material, Use
from listings.services import change_listing, publish_listing
from listings.understanding.hazards import forbidden_uses
from marketplace.firms.models import Event
from matching.engine.codes import Verdict
from matching.knowledge import forget
from matching.models import Match
from matching.rematching import rematch_all
from matching.rematching_one import rematch_listing
from matching.rows import texts_of
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def sawdust() -> Material:
    forget()
    return make.make_material("sawdust")


@pytest.fixture
def bedding(sawdust: Material) -> Use:
    use = make.make_use("animal_bedding", operation=make.make_operation("R3"))
    make.make_material_use(sawdust, use)
    return use


def offer_of(material: Material, description: str) -> Listing:
    return make.make_offer(material, site=make.make_site(), description=description, legal_status="by_product")


@pytest.mark.parametrize(
    ("words", "pairs"),
    [
        ("Dry sawdust of spruce", 1),
        ("Sawdust, free of CCA-treated timber", 1),
        ("锯末，不含防腐木", 1),
        ("Sawdust of CCA-treated poles", 0),
        ("防腐木加工锯末", 0),
        ("Ｓａｗｄｕｓｔ of ＣＣＡ timber", 0),
        ("防腐枕木鋸末", 0),
    ],
)
def test_a_contaminated_offer_meets_no_need_for_a_use_that_is_ruled_out(sawdust, bedding, words, pairs) -> None:
    offer = offer_of(sawdust, words)
    need = make.make_need(use=bedding, site=make.make_site(at=(31.3, 121.5)))
    rematch_all()
    assert Match.objects.count() == pairs
    for listing in (offer, need):
        rematch_listing(listing.pk)
        assert Match.objects.count() == pairs


def test_another_use_of_the_contaminated_material_stays_open(sawdust, bedding) -> None:
    kiln = make.make_use("cement_af", operation=make.make_operation("R1"))
    make.make_material_use(sawdust, kiln)
    offer_of(sawdust, "Sawdust of CCA-treated poles")
    need = make.make_need(use=kiln, site=make.make_site(at=(31.3, 121.5)))
    rematch_all()
    assert Match.objects.get().need == need


def test_contamination_added_later_takes_the_pair_away(sawdust, bedding) -> None:
    offer = offer_of(sawdust, "Sawdust")
    make.make_need(use=bedding, site=make.make_site(at=(31.3, 121.5)))
    rematch_listing(offer.pk)
    assert Match.objects.count() == 1
    change_listing(
        actor=make.owner_of(offer.firm), listing=offer, values={"description": "Sawdust, creosoted sleepers"}
    )
    rematch_listing(offer.pk)
    assert not Match.objects.exists()


def test_publishing_records_the_contamination(sawdust) -> None:
    offer = make.make_offer(sawdust, site=make.make_site(), description="Old asbestos sheets", published=False)
    publish_listing(actor=make.owner_of(offer.firm), listing=offer)
    assert Event.objects.get(verb="listing.published").change == "asbestos"


def test_only_the_texts_of_offers_are_asked_and_in_one_query(sawdust, django_assert_num_queries) -> None:
    clean, dirty = offer_of(sawdust, "Clean"), offer_of(sawdust, "With mercury lamps")
    with django_assert_num_queries(1):
        assert hazards_named(texts_of([clean.pk, dirty.pk])) == {dirty.pk: ("mercury",)}
    assert "animal_feed" in forbidden_uses(hazards_named(texts_of([clean.pk, dirty.pk]))[dirty.pk])
    assert contaminations_of(make.make_need(sawdust, description="No mercury, we make asbestos boards")) == ()


def test_a_doubtful_offer_is_possible_and_not_accepted(sawdust: Material) -> None:
    mulch = make.make_use("compost_feed", operation=make.make_operation("R3"))
    make.make_material_use(sawdust, mulch)
    offer_of(sawdust, "Sawdust of plywood and MDF")
    make.make_need(use=mulch, site=make.make_site(at=(31.3, 121.5)))
    rematch_all()
    assert [match.verdict for match in Match.objects.all()] == [Verdict.POSSIBLE]
