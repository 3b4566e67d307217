"""Plans by CO₂e avoided: which factor counts, what has none, and what the page says of both."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone

from listings.models import Listing
from marketplace.firms.models import Park
from matching.areas import area_of_park
from matching.carbon import factors_for
from matching.engine.plan import Objective
from matching.models import Proposal
from matching.plan_presenting import PlanPage, present
from matching.plans import plan_area
from matching.proposals import ProposedLine, agree, propose
from tests import factories as make
from tests.clients import client_of
from tests.matching.market import Market, inside

pytestmark = pytest.mark.django_db


def planned(park: Park, objective: Objective = Objective.CARBON) -> PlanPage:
    return present(plan_area(area_of_park(park), objective, timezone.localdate()))


def shown(park: Park, objective: str = "carbon") -> str:
    client = client_of(make.make_facilitator())
    response = client.get(reverse("matching:plan"), {"area": f"park:{park.pk}", "objective": objective})
    assert response.status_code == 200
    return str(response.content.decode())


# --- which factor -----------------------------------------------------------------------------------------------------


def test_a_countrys_own_factor_counts_before_any_other(market: Market) -> None:
    make.make_avoided_burden(market.ash, market.cement, "100", country="GB")
    own = make.make_avoided_burden(market.ash, market.cement, "735")
    factors = factors_for("CN", [market.ash.pk], 1.3)
    assert factors.burdens == {(market.ash.pk, market.cement.pk): own}


def test_without_an_own_factor_the_most_cautious_counts(market: Market) -> None:
    make.make_avoided_burden(market.ash, market.cement, "953", country="US")
    least = make.make_avoided_burden(market.ash, market.cement, "735")
    make.make_transport_factor("0.1")
    most = make.make_transport_factor("0.15", country="US")
    factors = factors_for("GB", [market.ash.pk], 1.3)
    assert list(factors.burdens.values()) == [least]
    assert factors.transport == most


def test_processing_is_taken_off_what_is_replaced(market: Market) -> None:
    burden = make.make_avoided_burden(
        market.ash, None, "1190", substitution_ratio=Decimal("0.75"), processing_kg_co2e_per_t=Decimal(80)
    )
    assert burden.avoided_kg_co2e_per_t == Decimal("812.5")


def test_co2e_is_tonnes_times_what_is_avoided_less_haulage(market: Market, park: Park) -> None:
    make.make_avoided_burden(market.ash, market.cement, "735")
    make.make_transport_factor("0.1")
    market.offer(site=inside(park, make.SHANGHAI))
    market.need(site=inside(park))
    page = planned(park)
    (line,) = page.lines
    by_hand = 12_000 * (735 - 0.1 * 1.3 * line.distance_km) / 1000
    assert line.distance_km == pytest.approx(8.3, abs=0.1)
    assert line.avoided_t_co2e == pytest.approx(by_hand, rel=1e-12)
    assert page.columns[0].avoided_t_co2e == pytest.approx(by_hand, rel=1e-12)


def test_a_need_without_a_use_takes_only_a_factor_without_one(market: Market, park: Park) -> None:
    make.make_transport_factor()
    make.make_avoided_burden(market.ash, market.cement)
    market.offer(site=inside(park))
    make.make_need(market.ash, site=inside(park))
    assert not planned(park).is_found
    make.make_avoided_burden(market.ash, None, "50")
    assert planned(park).columns[0].avoided_t_co2e == pytest.approx(12 * 50, rel=0.03)


# --- the best plan ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_no_other_assignment_avoids_more_than_the_plan(market: Market, park: Park, seed: int) -> None:
    """All have 12 000 t, so the best division is the best assignment, and of those there are few enough to try."""
    random = np.random.default_rng(seed)
    make.make_transport_factor("2")  # heavy enough for distance to decide
    brick = make.make_use("brick")
    make.make_material_use(market.ash, brick)
    make.make_avoided_burden(market.ash, market.cement, "735")
    make.make_avoided_burden(market.ash, brick, "700")
    places = [tuple(place) for place in np.array(make.SHANGHAI) + random.uniform(-0.3, 0.3, (7, 2))]
    for at in places[:3]:
        market.offer(site=inside(park, at), max_distance_km=Decimal(100))
    for row, at in enumerate(places[3:]):
        use = market.cement if row % 2 else brick
        make.make_need(use=use, site=inside(park, at))
    page = planned(park)
    plan = page.plan
    avoided = np.full((3, 4), -np.inf)
    avoided[plan.pairs.offer, plan.pairs.need] = plan.carbon.avoided_kg_per_t * 12
    best = max(
        sum(max(avoided[offer, need], 0) for offer, need in enumerate(needs)) for needs in permutations(range(4), 3)
    )
    assert page.columns[0].avoided_t_co2e == pytest.approx(best, rel=1e-6)
    assert sum((line.quantity_t for line in page.lines), Decimal(0)) == page.columns[0].tonnes
    assert max(column.avoided_t_co2e or 0 for column in page.columns[1:]) <= best * (1 + 1e-9)


def test_lines_that_emit_more_on_the_road_than_they_avoid_stay_out(market: Market, park: Park) -> None:
    make.make_avoided_burden(market.ash, market.cement, "1")
    make.make_transport_factor("0.5")
    market.offer(site=inside(park, make.SHANGHAI))
    market.need(site=inside(park))
    page = planned(park)
    assert not page.is_found
    assert [str(words) for words, _number in page.left_out] == [
        "no CO₂e factor is stored, or hauling emits more than is avoided"
    ]


# --- what has no factor -----------------------------------------------------------------------------------------------


def mixed(market: Market, park: Park) -> tuple[Listing, Listing]:
    """Ash for cement, of known factor, and slag for cement, of none."""
    make.make_avoided_burden(market.ash, market.cement, to_verify=True)
    make.make_transport_factor()
    slag = make.make_material("slag")
    make.make_material_use(slag, market.cement)
    known = market.offer(site=inside(park, make.SHANGHAI))
    unknown = make.make_offer(slag, site=inside(park, make.SHANGHAI), legal_status="by_product", quantity_amount=700)
    market.need(site=inside(park), quantity_amount=Decimal(2000))
    return known, unknown


def test_what_has_no_factor_is_left_out_and_said_so(market: Market, park: Park) -> None:
    known, _unknown = mixed(market, park)
    page = planned(park)
    assert [line.offer for line in page.lines] == [known]
    assert (page.carbon.missing_pairs, page.carbon.missing_t) == (1, Decimal("8400.000"))
    assert [(row.material.slug, row.use, row.pairs) for row in page.carbon.missing] == [("slag", market.cement, 1)]
    said = shown(park)
    assert "1 pair here has no CO₂e factor; 8\u202f400\u00a0t a year are on offer in such pairs only." in said


def test_tonnes_without_a_factor_are_never_counted_as_nothing(market: Market, park: Park) -> None:
    mixed(market, park)
    page = planned(park, Objective.TONNES)
    best = page.columns[0]
    assert (best.tonnes, best.unfactored_t, best.unverified_t) == (
        Decimal("20400.000"),
        Decimal("8400.000"),
        Decimal("12000.000"),
    )
    assert sorted(line.avoided_t_co2e is None for line in page.lines) == [False, True]
    said = shown(park, "tonnes")
    assert "without 8\u202f400\u00a0t of no factor" in said
    assert "no factor" in said


def test_without_any_factor_the_plan_by_co2e_is_empty_and_says_why(market: Market, park: Park) -> None:
    market.offer(site=inside(park, make.SHANGHAI))
    market.need(site=inside(park))
    said = shown(park)
    for words in (
        "Nothing can be placed under these terms",
        "Accept lines that avoid no CO₂e, or have no factor for it",
        "Planning by tonnes shows how.",
        "No factor for haulage is stored, so no CO₂e can be told.",
    ):
        assert words in said


def test_the_sources_are_on_the_page_and_unverified_ones_are_marked(market: Market, park: Park) -> None:
    mixed(market, park)
    said = shown(park)
    sources = said[said.index("Where the CO₂e figures come from") :]
    for words in ("ordinary Portland cement", "1 × 735", "a standard</cite>, 2019", "0.1 kg CO₂e per t·km × 1.3"):
        assert words in sources
    assert "to verify</span>" in sources[: sources.index("</details>")]
    assert "rest on factors still to verify" in sources
    assert "from another country" not in sources


def test_a_factor_of_another_country_is_told_as_such(market: Market, park: Park) -> None:
    make.make_avoided_burden(market.ash, market.cement, country="US")
    make.make_transport_factor(country="GB")
    market.offer(site=inside(park, make.SHANGHAI))
    market.need(site=inside(park))
    said = shown(park)
    assert "from another country: the lowest of those stored" in said
    assert "No factor of this country is stored; this is the highest of the others." in said


# --- beside what stands -----------------------------------------------------------------------------------------------


def test_what_is_proposed_and_agreed_stands_beside_the_plan(market: Market, park: Park) -> None:
    make.make_avoided_burden(market.ash, market.cement)
    make.make_transport_factor()
    officer = make.make_facilitator()
    offers = [market.offer(site=inside(park, make.SHANGHAI)) for _each in range(2)]
    needs = [market.need(site=inside(park)) for _each in range(2)]
    assert [column.code for column in planned(park).columns] == ["best", "greedy_value", "greedy_score"]
    lines = [ProposedLine(offer.pk, need.pk, Decimal(3000)) for offer, need in zip(offers, needs, strict=True)]
    first, _second = propose(actor=officer, lines=lines, day=timezone.localdate())
    for side in ("offer", "need"):
        first = agree(actor=officer, proposal=first, side=side)
    page = planned(park)
    assert [(column.code, column.lines, column.tonnes) for column in page.columns[3:]] == [
        ("accepted", 1, Decimal("3000.000")),
        ("open", 1, Decimal("3000.000")),
    ]
    best, agreed = page.columns[0], page.columns[3]
    assert agreed.avoided_t_co2e == pytest.approx((best.avoided_t_co2e or 0) / 8, rel=1e-9)
    assert agreed.value == pytest.approx(best.value / 8, abs=1)
    assert agreed.behind_percent == pytest.approx(87.5)
    assert "Agreed by both sides" in shown(park)


def test_a_proposal_that_breaks_a_rule_now_counts_for_nothing(market: Market, park: Park) -> None:
    offer, need = market.offer(site=inside(park, make.SHANGHAI)), market.need(site=inside(park))
    line = ProposedLine(offer.pk, need.pk, Decimal(3000))
    propose(actor=make.make_facilitator(), lines=[line], day=timezone.localdate())
    Listing.objects.filter(pk=need.pk).update(max_distance_km=Decimal(1))
    page = planned(park, Objective.TONNES)
    assert [(column.code, column.tonnes, column.stale) for column in page.columns[3:]] == [("open", Decimal(0), 1)]
    assert Proposal.objects.get().is_open


def test_lines_of_a_plan_by_co2e_are_proposed_as_any_others(market: Market, park: Park) -> None:
    make.make_avoided_burden(market.ash, market.cement)
    make.make_transport_factor()
    offer, need = market.offer(site=inside(park, make.SHANGHAI)), market.need(site=inside(park))
    client = client_of(make.make_facilitator())
    (line,) = planned(park).lines
    data = {"line": [line.key], "area": f"park:{park.pk}", "objective": "carbon"}
    client.post(reverse("matching:propose"), data)
    made = Proposal.objects.get()
    assert (made.offer, made.need, made.quantity_t) == (offer, need, Decimal("12000.000"))
