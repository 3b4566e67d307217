"""Needs that may be filled with a blend: several offers together keep the limits that one alone does not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from listings.forms.listing import NeedForm, OfferForm
from listings.models import Listing
from marketplace.errors import DomainError
from marketplace.firms.models import Park
from matching.areas import area_of_park
from matching.engine.plan import Objective
from matching.models import Proposal
from matching.plan_presenting import PlanPage, present
from matching.plans import plan_area
from matching.proposals import ProposedLine, propose
from tests import factories as make
from tests.clients import client_of
from tests.matching.market import NEAR, Market

pytestmark = pytest.mark.django_db


def ash(market: Market, park: Park, loi: str) -> Listing:
    """6 000 t a year of that loss on ignition; of an unknown one when it is empty."""
    measures = [make.a_range(market.loi, loi, loi)] if loi else []
    site = make.make_site(at=make.SHANGHAI, park=park)
    return market.offer(site=site, quantity_amount=Decimal(500), measures=measures)


def a_need(market: Market, park: Park, **values: Any) -> Listing:
    """12 000 t a year with at most 9 % loss on ignition."""
    site = make.make_site(at=NEAR, park=park)
    values = {"blend_allowed": True, "measures": [make.a_limit(market.loi, maximum="9")]} | values
    return market.need(site=site, **values)


def planned(park: Park) -> PlanPage:
    return present(plan_area(area_of_park(park), Objective.TONNES, timezone.localdate()))


def quantities(page: PlanPage) -> dict[Listing, str]:
    return {line.offer: str(line.quantity_t) for line in page.lines}


def test_a_blend_takes_what_alone_is_outside_the_limits(market: Market, park: Park) -> None:
    low, high = ash(market, park, "6"), ash(market, park, "12")
    a_need(market, park)
    page = planned(park)
    assert quantities(page) == {low: "6000.000", high: "6000.000"}
    assert {line.offer: line.only_blended for line in page.lines} == {low: False, high: True}


def test_of_what_is_too_much_a_blend_takes_as_much_as_it_bears(market: Market, park: Park) -> None:
    """6 000 t at 6 % bear 3 000 t at 15 %: (6 × 6 + 3 × 15) / 9 = 9."""
    low, high = ash(market, park, "6"), ash(market, park, "15")
    a_need(market, park)
    page = planned(park)
    assert quantities(page) == {low: "6000.000", high: "3000.000"}
    assert page.columns[0].tonnes == Decimal("9000.000")


def test_a_need_that_does_not_blend_takes_only_what_fits_alone(market: Market, park: Park) -> None:
    low, _high = ash(market, park, "6"), ash(market, park, "12")
    a_need(market, park, blend_allowed=False)
    assert quantities(planned(park)) == {low: "6000.000"}


def test_an_offer_without_the_figure_is_no_part_of_a_blend(market: Market, park: Park) -> None:
    low, _unknown = ash(market, park, "6"), ash(market, park, "")
    a_need(market, park)
    page = planned(park)
    assert quantities(page) == {low: "6000.000"}
    assert [(str(words), number) for words, number in page.left_out] == [
        ("the offer states no figure for a property that the blend must keep", 1)
    ]


def test_where_nothing_brings_a_blend_back_the_page_says_so(market: Market, park: Park) -> None:
    ash(market, park, "12")
    a_need(market, park)
    client = client_of(make.make_facilitator())
    query = {"area": f"park:{park.pk}", "objective": "tonnes"}
    said = client.get(reverse("matching:plan"), query).content.decode()
    assert "Widen the limits of the blend, or add an offer that brings it back" in said
    assert "It would place 6\u202f000\u00a0t a year." in said


def test_where_several_limits_bind_at_once_the_page_says_that_it_takes_all(market: Market, park: Park) -> None:
    """A figure outside the limit, and no price: lifting either one alone places nothing."""
    offer = ash(market, park, "12")
    Listing.objects.filter(pk=offer.pk).update(price_per_t=None)
    a_need(market, park)
    page = present(plan_area(area_of_park(park), Objective.VALUE, timezone.localdate()))
    assert {(relief.code, relief.alone) for relief in page.reliefs} == {("blend", False), ("worth", False)}
    assert {relief.gained_t for relief in page.reliefs} == {Decimal("6000.000")}


# --- proposing --------------------------------------------------------------------------------------------------------


def proposed(*lines: tuple[Listing, Listing, str]) -> list[Proposal]:
    rows = [ProposedLine(offer.pk, need.pk, Decimal(quantity_t)) for offer, need, quantity_t in lines]
    return propose(actor=make.make_facilitator(), lines=rows, day=timezone.localdate())


def test_a_blend_is_proposed_as_a_whole(market: Market, park: Park) -> None:
    low, high, need = ash(market, park, "6"), ash(market, park, "12"), a_need(market, park)
    with pytest.raises(DomainError, match="Together the lines to “.*” do not keep its limits"):
        proposed((high, need, "6000"))
    assert not Proposal.objects.exists()
    assert len(proposed((low, need, "6000"), (high, need, "6000"))) == 2


def test_what_stands_already_counts_in_the_blend(market: Market, park: Park) -> None:
    low, high, need = ash(market, park, "6"), ash(market, park, "12"), a_need(market, park)
    proposed((low, need, "5000"))
    with pytest.raises(DomainError, match="do not keep its limits"):
        proposed((high, need, "5000.001"))
    proposed((high, need, "5000"))


def test_what_states_no_figure_is_not_proposed_into_a_blend(market: Market, park: Park) -> None:
    unknown, need = ash(market, park, ""), a_need(market, park)
    with pytest.raises(DomainError, match="do not keep its limits"):
        proposed((unknown, need, "10"))


def test_the_listing_says_that_its_limits_hold_for_the_mix(market: Market, park: Park) -> None:
    need = a_need(market, park)
    client = client_of(make.owner_of(need.firm))
    assert "the limits hold for the mix of what is received" in client.get(need.get_absolute_url()).content.decode()


def test_only_a_need_is_asked_whether_it_blends() -> None:
    assert "blend_allowed" in NeedForm.base_fields
    assert "blend_allowed" not in OfferForm.base_fields
