"""Plans of an area, what is proposed from them, and who may see and answer that."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from listings.models import LegalStatus, Listing, Material, Use
from listings.services import suspend_listing
from marketplace.errors import DomainError, Incomplete, NotAllowed, WrongState
from marketplace.firms.models import Event, Park, Region
from marketplace.firms.models.places import RegionMember
from matching.areas import area_choices, area_of_park, area_of_region, find_area
from matching.engine.plan import Method, Objective, Summary
from matching.models import Proposal
from matching.plan_presenting import present
from matching.plans import gap_words, plan_area
from matching.proposals import ProposedLine, agree, decline, propose, withdraw
from tests import factories as make
from tests.clients import client_of
from tests.matching.market import NEAR, Market, inside
from tests.test_chinese_pages import assert_chinese, speaking_chinese

pytestmark = pytest.mark.django_db

EASTWARD = (31.23, 121.97)  # about 48 km from SHANGHAI


def today() -> dt.date:
    return timezone.localdate()


def crossed(market: Market, park: Park) -> tuple[Listing, Listing, Listing, Listing]:
    """The near need is wanted by both offers, and only one of them reaches the far need."""
    flexible = market.offer(site=inside(park, make.SHANGHAI), max_distance_km=Decimal(100))
    bound = market.offer(site=inside(park, (31.42, 121.50)), max_distance_km=Decimal(20))
    near, far = market.need(site=inside(park, NEAR)), market.need(site=inside(park, EASTWARD))
    return flexible, bound, near, far


def a_line(offer: Listing, need: Listing, quantity_t: str = "12000") -> ProposedLine:
    return ProposedLine(offer.pk, need.pk, Decimal(quantity_t))


def a_proposal(market: Market, quantity_t: str = "12000", **need: Any) -> Proposal:
    line = a_line(market.offer(), market.need(**need), quantity_t)
    return propose(actor=make.make_facilitator(), lines=[line], day=today())[0]


def test_the_plan_places_what_greedy_ones_leave(market: Market, park: Park) -> None:
    flexible, bound, near, far = crossed(market, park)
    page = present(plan_area(area_of_park(park), Objective.TONNES, today()))
    assert {(line.offer, line.need, line.quantity_t) for line in page.lines} == {
        (flexible, far, Decimal("12000.000")),
        (bound, near, Decimal("12000.000")),
    }
    assert [(each.code, each.tonnes) for each in page.columns] == [
        ("best", Decimal("24000.000")),
        ("greedy_value", Decimal("12000.000")),
        ("greedy_score", Decimal("12000.000")),
    ]
    assert page.columns[1].behind_percent == pytest.approx(50, abs=0.1)
    assert page.gap == "within 0.01 % of the best possible"


def test_a_permit_bounds_its_line_and_is_named(market: Market, park: Park) -> None:
    code = make.make_waste_code()
    market.offer(site=inside(park, make.SHANGHAI), legal_status=LegalStatus.WASTE, codes=[code])
    taker = inside(park, NEAR)
    make.make_permit(taker.firm, number="P-77", lines=[{"code_from": "10 01 02", "capacity_t_per_year": Decimal(5000)}])
    market.need(site=taker)
    (line,) = present(plan_area(area_of_park(park), Objective.TONNES, today())).lines
    assert line.quantity_t == Decimal("5000.000")
    assert (str(line.permit_line.permit), line.permit_line.capacity_t_per_year) == ("P-77", Decimal("5000.000"))


def test_sites_of_one_firm_share_the_tonnes_of_its_permit(market: Market, park: Park) -> None:
    code = make.make_waste_code()
    market.offer(site=inside(park, make.SHANGHAI), legal_status=LegalStatus.WASTE, codes=[code])
    first = inside(park, NEAR)
    second = make.make_site(first.firm, at=NEAR, park=park, location_public=True)
    make.make_permit(first.firm, lines=[{"code_from": "10 01 02", "capacity_t_per_year": Decimal(5000)}])
    for site in (first, second):
        market.need(site=site)
    made = plan_area(area_of_park(park), Objective.TONNES, today())
    assert [each.summary.tonnes for each in (made.best, made.by_value, made.by_score)] == [Decimal("5000.000")] * 3


def test_the_page_shows_lines_map_and_comparison_without_inline_code(market: Market, park: Park) -> None:
    crossed(market, park)
    query = {"area": f"park:{park.pk}", "objective": "tonnes"}
    response = client_of(make.make_facilitator()).get(reverse("matching:plan"), query)
    page = response.content.decode()
    assert response.status_code == 200
    nothing_yet = "Nothing is contracted, agreed or proposed here yet"
    for words in ("Harbour Park", "This plan is within 0.01 % of the best possible", nothing_yet):
        assert words in page
    assert page.count('name="line"') == 2
    assert page.count('class="map-flow"') == 2
    assert (page.count('class="map-offer"'), page.count('class="map-need"')) == (2, 2)
    assert ' style="' not in page
    assert "onclick" not in page


def test_what_goes_through_pipes_is_not_planned(market: Market, park: Park) -> None:
    water = make.make_material("water", form="liquid")
    reclaimed = make.make_material("reclaimed_water", parent=water, form="liquid")
    for material in (water, reclaimed):
        make.make_offer(material, site=inside(park, make.SHANGHAI))
        make.make_need(material, site=inside(park, NEAR))
    need = market.need(site=inside(park, NEAR))
    plan = plan_area(area_of_park(park), Objective.TONNES, today())
    assert (plan.inputs.offer_pk.tolist(), plan.inputs.need_pk.tolist()) == ([], [need.pk])


def test_waste_without_a_code_is_marked_and_never_said_to_need_no_permit(market: Market, park: Park) -> None:
    market.offer(site=inside(park, make.SHANGHAI), legal_status=LegalStatus.WASTE)
    taker = inside(park, NEAR)
    make.make_permit(taker.firm, lines=[{"code_from": "10 01 02"}])
    market.need(site=taker)
    query = {"area": f"park:{park.pk}", "objective": "tonnes"}
    page = client_of(make.make_facilitator()).get(reverse("matching:plan"), query).content.decode()
    assert "no waste code stated" in page
    assert '<span class="tag tag-may">possible</span>' in page
    assert "none needed" not in page


def test_an_empty_plan_says_what_to_relax(market: Market, park: Park) -> None:
    market.offer(site=inside(park, make.SHANGHAI), price_per_t=None)
    market.need(site=inside(park, NEAR))
    query = {"area": f"park:{park.pk}", "objective": "value"}
    page = client_of(make.make_facilitator()).get(reverse("matching:plan"), query).content.decode()
    assert "Nothing can be placed under these terms" in page
    assert "Accept lines that cost money, or learn the missing prices" in page
    assert "It would place 12\u202f000\u00a0t a year." in page


def test_a_plan_without_any_pair_says_so(market: Market, park: Park) -> None:
    market.offer(site=inside(park, make.SHANGHAI))
    query = {"area": f"park:{park.pk}", "objective": "value"}
    page = client_of(make.make_facilitator()).get(reverse("matching:plan"), query).content.decode()
    assert "No offer and need here fit each other" in page


def test_only_what_is_open_and_inside_is_planned(market: Market, park: Park) -> None:
    delta = Region.objects.create(code="delta", country="CN", level="composite", path="delta/", name_en="Delta")
    province = make.make_region("310000")
    county = make.make_region("310115", province, level="county")
    RegionMember.objects.create(composite=delta, member=province)
    within = market.offer(site=make.make_site(region=county))
    market.offer(site=make.make_site(region=make.make_region("320000")))
    over = market.offer(site=make.make_site(region=county))
    suspend_listing(actor=make.owner_of(over.firm), listing=over)
    for region in (delta, province, county):
        assert list(area_of_region(region).listings(today())) == [within]
    assert list(area_of_park(park).listings(today())) == []


def test_areas_to_choose_are_those_that_hold_something(market: Market, park: Park) -> None:
    make.make_park()
    province = make.make_region("310000")
    make.make_region("320000")
    market.offer(site=make.make_site(park=park, region=province))
    keys = [key for _label, options in area_choices(today()) for key, _name in options]
    assert keys == [f"park:{park.pk}", "region:310000"]


@pytest.mark.parametrize("key", ["", "park:", "park:x", "park:" + "9" * 30, "region:none", "river:1"])
def test_an_area_that_does_not_exist_is_none(key: str) -> None:
    assert find_area(key) is None


def test_an_area_not_offered_is_refused_with_a_sentence() -> None:
    response = client_of(make.make_facilitator()).get(reverse("matching:plan"), {"area": "park:1", "objective": "x"})
    assert response.status_code == 200
    assert "Select a valid choice" in response.content.decode()


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (float("nan"), "no bound known"),
        (0.0, "proven to be the best possible"),
        (1e-7, "within 0.01 % of the best possible"),
        (0.00101, "within 0.11 % of the best possible"),
    ],
)
def test_the_gap_is_told_in_words_and_rounded_up(gap: float, words: str) -> None:
    summary = Summary(
        tonnes=Decimal(1), value=0.0, unvalued_t=Decimal(0), tonne_km=0.0, worth=1.0, bound=1.0, gap=gap,
        method=Method.FLOW, rounds=1, n_pairs=1, seconds=0.0,
    )  # fmt: skip
    assert gap_words(summary) == words


def test_the_page_takes_as_many_queries_for_ten_lines_as_for_two(
    market: Market, park: Park, django_assert_num_queries, django_assert_max_num_queries
) -> None:
    crossed(market, park)
    client, query = client_of(make.make_facilitator()), {"area": f"park:{park.pk}", "objective": "tonnes"}
    client.get(reverse("matching:plan"), query)  # the reference tables are read once
    with django_assert_max_num_queries(60) as few:
        client.get(reverse("matching:plan"), query)
    for _more in range(8):
        market.offer(site=inside(park, make.SHANGHAI))
        market.need(site=inside(park, NEAR))
    with django_assert_num_queries(len(few)):
        client.get(reverse("matching:plan"), query)


# --- proposing --------------------------------------------------------------------------------------------------------


def test_ticked_lines_are_put_to_both_sides(market: Market, park: Park) -> None:
    flexible, _bound, _near, far = crossed(market, park)
    client = client_of(make.make_facilitator())
    response = client.post(reverse("matching:propose"), {"line": [f"{flexible.pk}-{far.pk}-12000000"]}, follow=True)
    assert "1 line proposed to both sides." in response.content.decode()
    made = Proposal.objects.get()
    assert (made.offer, made.need, made.quantity_t, made.state) == (flexible, far, Decimal("12000.000"), "open")
    assert Event.objects.about(made).get().verb == "proposal.made"
    query = {"area": f"park:{park.pk}", "objective": "tonnes"}
    assert client.get(reverse("matching:plan"), query).content.decode().count('name="line"') == 1


@pytest.mark.parametrize("text", ["", "1-2", "1-2-x", "1-2--3", "9" * 30 + "-1-1", "²-1-1"])
def test_a_line_the_page_never_wrote_is_a_bad_request(text: str) -> None:
    response = client_of(make.make_facilitator()).post(reverse("matching:propose"), {"line": [text]})
    assert response.status_code == 400


def test_nothing_ticked_leads_back_to_the_plan_with_a_sentence(market: Market, park: Park) -> None:
    crossed(market, park)
    data = {"area": f"park:{park.pk}", "objective": "tonnes"}
    response = client_of(make.make_facilitator()).post(reverse("matching:propose"), data, follow=True)
    page = response.content.decode()
    assert "Choose at least one line." in page
    assert "Who gives whom" in page


def test_what_no_longer_fits_is_not_proposed(market: Market) -> None:
    offer, need, far = market.offer(), market.need(), market.need(at=(39.9, 116.4))
    officer = make.make_facilitator()
    suspended = market.offer()
    suspend_listing(actor=officer, listing=suspended)
    for line in (a_line(offer, need, "12000.001"), a_line(offer, far), a_line(suspended, need), a_line(need, offer)):
        with pytest.raises(DomainError, match="no longer fit in this quantity"):
            propose(actor=officer, lines=[a_line(offer, need), line], day=today())
    assert Proposal.objects.count() == 0


@pytest.mark.parametrize("side", ["offer", "need"])
def test_less_than_the_smallest_lot_of_either_side_is_not_proposed(market: Market, side: str) -> None:
    lots: dict[str, Any] = {"offer": {}, "need": {}} | {side: {"min_lot_t": Decimal(500)}}
    offer, need = market.offer(**lots["offer"]), market.need(**lots["need"])
    officer = make.make_facilitator()
    with pytest.raises(DomainError, match="less than the smallest lot, 500 t"):
        propose(actor=officer, lines=[a_line(offer, need, "499.999")], day=today())
    assert Proposal.objects.count() == 0
    assert propose(actor=officer, lines=[a_line(offer, need, "500")], day=today())[0].is_open


def test_no_listing_is_proposed_for_more_than_it_has(market: Market) -> None:
    offer, officer = market.offer(), make.make_facilitator()
    propose(actor=officer, lines=[a_line(offer, market.need(), "8000")], day=today())
    with pytest.raises(DomainError, match="is proposed for more than its quantity"):
        propose(actor=officer, lines=[a_line(offer, market.need(), "4000.001")], day=today())
    propose(actor=officer, lines=[a_line(offer, market.need(), "4000")], day=today())
    assert Proposal.objects.count() == 2


def test_a_pair_has_one_open_proposal(market: Market) -> None:
    proposal, officer = a_proposal(market, "100"), make.make_facilitator()
    line = a_line(proposal.offer, proposal.need, "100")
    with pytest.raises(DomainError, match="has an open proposal already"):
        propose(actor=officer, lines=[line], day=today())
    withdraw(actor=officer, proposal=proposal)
    assert propose(actor=officer, lines=[line], day=today())[0].is_open


def test_a_firm_cannot_propose_or_withdraw(market: Market) -> None:
    proposal = a_proposal(market, "100")
    owner = make.owner_of(proposal.offer.firm)
    with pytest.raises(NotAllowed):
        propose(actor=owner, lines=[a_line(proposal.offer, market.need())], day=today())
    with pytest.raises(NotAllowed):
        withdraw(actor=owner, proposal=proposal)
    assert list(Proposal.objects.values_list("state", flat=True)) == ["open"]


# --- answering --------------------------------------------------------------------------------------------------------


def test_a_proposal_is_accepted_when_both_sides_agree(market: Market) -> None:
    proposal = a_proposal(market)
    holder, taker = make.owner_of(proposal.offer.firm), make.owner_of(proposal.need.firm)
    assert agree(actor=holder, proposal=proposal, side="offer").state == "open"
    with pytest.raises(WrongState):
        agree(actor=holder, proposal=proposal, side="offer")
    accepted = agree(actor=taker, proposal=proposal, side="need")
    assert accepted.state == "accepted"
    assert accepted.closed_at is not None
    assert [event.firm for event in Event.objects.filter(verb="proposal.agreed").order_by("pk")] == [
        proposal.offer.firm,
        proposal.need.firm,
    ]
    with pytest.raises(WrongState):
        decline(actor=taker, proposal=proposal, side="need", reason="price")


def test_one_side_cannot_answer_for_the_other(market: Market) -> None:
    proposal = a_proposal(market)
    holder = make.owner_of(proposal.offer.firm)
    with pytest.raises(NotAllowed):
        agree(actor=holder, proposal=proposal, side="need")
    with pytest.raises(NotAllowed):
        decline(actor=holder, proposal=proposal, side="need", reason="price")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.need_agreed_at) == ("open", None)


@pytest.mark.parametrize("reason", ["", "because"])
def test_declining_needs_a_reason(market: Market, reason: str) -> None:
    proposal = a_proposal(market)
    holder = make.owner_of(proposal.offer.firm)
    with pytest.raises(Incomplete):
        decline(actor=holder, proposal=proposal, side="offer", reason=reason)
    address = reverse("matching:proposal_decline", args=[proposal.pk])
    page = client_of(holder).post(address, {"side": "offer", "reason": reason}, follow=True).content.decode()
    assert "Reason: " in page
    proposal.refresh_from_db()
    assert proposal.is_open


def test_declining_tells_the_other_side_the_reason_and_only_planners_the_note(market: Market) -> None:
    proposal = a_proposal(market)
    data = {"side": "offer", "reason": "placed", "note": "sold at 12 to another"}
    address = reverse("matching:proposal_decline", args=[proposal.pk])
    client_of(make.owner_of(proposal.offer.firm)).post(address, data)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.declined_side, proposal.decline_reason) == ("declined", "offer", "placed")
    pages = [
        client_of(user).get(reverse("matching:proposals")).content.decode()
        for user in (make.owner_of(proposal.need.firm), make.make_facilitator())
    ]
    assert ["placed with somebody else" in page for page in pages] == [True, True]
    assert ["sold at 12" in page for page in pages] == [False, True]


def test_a_viewer_of_a_firm_sees_its_proposals_and_answers_none(market: Market) -> None:
    proposal = a_proposal(market)
    viewer = client_of(make.make_member(proposal.offer.firm, "viewer"))
    page = viewer.get(reverse("matching:proposals")).content.decode()
    assert proposal.need.firm.name_en in page
    assert "We take it up" not in page
    address = reverse("matching:proposal_agree", args=[proposal.pk])
    assert viewer.post(address, {"side": "offer"}).status_code == 404


def test_nobody_else_sees_a_proposal(market: Market) -> None:
    proposal = a_proposal(market)
    client = client_of(make.owner_of(make.make_firm()))
    assert "No proposals yet" in client.get(reverse("matching:proposals")).content.decode()
    for verb in ("agree", "decline", "withdraw"):
        address = reverse(f"matching:proposal_{verb}", args=[proposal.pk])
        assert client.post(address, {"side": "offer", "reason": "price"}).status_code == 404
    proposal.refresh_from_db()
    assert proposal.is_open


def test_a_proposal_names_no_firm_and_shows_no_place_that_is_hidden(market: Market) -> None:
    proposal = a_proposal(market, at=(31.287654, 121.512345), hidden=True, firm_visibility="party")
    page = client_of(make.owner_of(proposal.offer.firm)).get(reverse("matching:proposals")).content.decode()
    assert "a recycler" in page
    assert proposal.need.firm.name_en not in page
    assert "31.28" not in page


def test_a_name_shown_to_matched_firms_is_hidden_again_once_declined(market: Market) -> None:
    proposal = a_proposal(market, firm_visibility="matched")
    holder = client_of(make.owner_of(proposal.offer.firm))
    assert proposal.need.firm.name_en in holder.get(reverse("matching:proposals")).content.decode()
    decline(actor=make.owner_of(proposal.need.firm), proposal=proposal, side="need", reason="price")
    assert proposal.need.firm.name_en not in holder.get(reverse("matching:proposals")).content.decode()


def test_what_waits_at_home_counts_proposals_until_they_are_answered(market: Market) -> None:
    proposal = a_proposal(market)
    holder = make.owner_of(proposal.offer.firm)
    assert "1 proposal to answer" in client_of(holder).get("/").content.decode()
    address = reverse("matching:proposal_agree", args=[proposal.pk])
    said = client_of(holder).post(address, {"side": "offer"}, follow=True).content.decode()
    assert "Noted. The other side is still to answer." in said
    assert "proposal to answer" not in client_of(holder).get("/").content.decode()
    assert "1 proposal to answer" in client_of(make.owner_of(proposal.need.firm)).get("/").content.decode()


def test_a_facilitator_may_answer_for_either_side(market: Market) -> None:
    proposal, officer = a_proposal(market), make.make_facilitator()
    page = client_of(officer).get(reverse("matching:proposals")).content.decode()
    assert f"{proposal.offer.firm.name_en} takes it up" in page
    assert f"{proposal.need.firm.name_en} takes it up" in page
    for side in ("offer", "need"):
        proposal = agree(actor=officer, proposal=proposal, side=side)
    assert proposal.state == "accepted"


def test_proposals_take_as_many_queries_for_ten_as_for_two(
    market: Market, django_assert_num_queries, django_assert_max_num_queries
) -> None:
    for _each in range(2):
        a_proposal(market)
    client = client_of(make.make_facilitator())
    with django_assert_max_num_queries(20) as few:
        client.get(reverse("matching:proposals"))
    for _each in range(8):
        a_proposal(market)
    with django_assert_num_queries(len(few)):
        client.get(reverse("matching:proposals"))


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_command_prints_and_writes_the_same_plan(market: Market, park: Park, tmp_path) -> None:
    flexible, bound, near, far = crossed(market, park)
    out, file = StringIO(), tmp_path / "plan.json"
    call_command("plan_exchange", park="Harbour Park", objective="tonnes", json=file, stdout=out)
    data = json.loads(file.read_text(encoding="utf-8"))
    assert data["plans"]["best"]["tonnes"] == "24000.000"
    assert {(line["offer"], line["need"]) for line in data["lines"]} == {(flexible.pk, far.pk), (bound.pk, near.pk)}
    said = out.getvalue()
    assert "2 offers, 2 needs, 3 lawful pairs" in said
    assert "within 0.01 % of the best possible; solved as a minimum-cost flow" in said
    assert Proposal.objects.count() == 0


def test_the_command_takes_a_park_by_key_or_a_region_by_code(market: Market, park: Park) -> None:
    region = make.make_region("310000")
    market.offer(site=make.make_site(region=region, park=park))
    for place in ({"park": str(park.pk)}, {"region": "310000"}):
        out = StringIO()
        call_command("plan_exchange", **place, stdout=out)
        assert "1 offers, 0 needs, 0 lawful pairs" in out.getvalue()
    for place in ({"park": "Nowhere"}, {"region": "nowhere"}):
        with pytest.raises(CommandError):
            call_command("plan_exchange", **place)


# --- in Chinese -------------------------------------------------------------------------------------------------------


def test_plans_and_proposals_are_chinese_to_planners_and_firms(market: Market, park: Park) -> None:
    Material.objects.update(name_zh="粉煤灰")
    Use.objects.update(name_zh="水泥混合材")
    Park.objects.update(name_zh="临港工业园")
    flexible, bound, near, far = crossed(market, park)
    officer = make.make_facilitator()
    open_one, declined = propose(actor=officer, lines=[a_line(flexible, far), a_line(bound, near)], day=today())
    decline(actor=officer, proposal=declined, side="need", reason="other")
    planner, holder = speaking_chinese(officer), speaking_chinese(make.owner_of(flexible.firm))
    make.make_avoided_burden(market.ash, market.cement, to_verify=True)
    make.make_transport_factor(country="GB")
    for objective in Objective:
        assert_chinese(planner.get(reverse("matching:plan"), {"area": f"park:{park.pk}", "objective": objective}))
    for client in planner, holder:
        assert_chinese(client.get(reverse("matching:proposals")))
    assert_chinese(holder.get(reverse("listings:home")))
    refused = holder.post(reverse("matching:proposal_decline", args=[open_one.pk]), {"side": "offer"}, follow=True)
    assert_chinese(refused)
