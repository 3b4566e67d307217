"""Each rule on both sides of its boundary."""

from typing import Any

import numpy as np
import pytest

from matching.engine import Limits, Outcome, PermitTable, Rule, Scope, Verdict, evaluate
from tests.engine.small import TODAY, judge, one_need, one_offer, outcome, some_rules, window

PASSES, FAILS, UNKNOWN, MAY = Outcome.PASSES, Outcome.FAILS, Outcome.UNKNOWN, Outcome.MAY
KM_NORTH = 1 / 110.852  # degrees of latitude per km at 30° N


def test_a_perfect_pair_passes_every_rule():
    judged = judge(one_offer(), one_need())
    assert (judged.outcomes == PASSES).all()
    assert judged.verdict.tolist() == [Verdict.ACCEPTED]


@pytest.mark.parametrize(("suitability", "expected"), [(0.0, FAILS), (0.01, PASSES)])
def test_material_must_be_suitable_at_all(suitability, expected):
    assert outcome(Rule.MATERIAL, one_offer(), one_need(), some_rules(suitability)) == expected


@pytest.mark.parametrize(("suitability", "expected"), [(0.49, Verdict.POSSIBLE), (0.5, Verdict.ACCEPTED)])
def test_doubtful_suitability_makes_a_pair_only_possible(suitability, expected):
    assert judge(one_offer(), one_need(), some_rules(suitability)).verdict[0] == expected


def test_prohibited_use_fails_however_suitable():
    rules = some_rules(prohibited=np.array([[True]]))
    assert outcome(Rule.PROHIBITED, one_offer(), one_need(), rules) == FAILS


@pytest.mark.parametrize(("offer_firm", "need_firm", "expected"), [(1, 1, FAILS), (1, 2, PASSES), (-1, -1, PASSES)])
def test_a_firm_is_not_matched_with_itself(offer_firm, need_firm, expected):
    assert outcome(Rule.OWN_FIRM, one_offer(firm=offer_firm), one_need(firm=need_firm)) == expected


def test_own_firm_is_allowed_when_switched_off():
    assert outcome(Rule.OWN_FIRM, one_offer(firm=1), one_need(firm=1), some_rules(exclude_same_firm=False)) == PASSES


@pytest.mark.parametrize(
    ("offer_to", "need_from", "days"), [(TODAY + 9, TODAY + 9, 1), (TODAY + 9, TODAY + 10, 0), (TODAY + 9, TODAY, 10)]
)
def test_windows_must_share_a_day(offer_to, need_from, days):
    offers, needs = one_offer(available_to=offer_to), one_need(available_from=need_from)
    assert judge(offers, needs).overlap_days.tolist() == [days]
    assert outcome(Rule.TIME, offers, needs) == (PASSES if days else FAILS)


@pytest.mark.parametrize(("last_day", "expected"), [(TODAY, PASSES), (TODAY - 1, FAILS)])
def test_days_before_today_do_not_count(last_day, expected):
    assert outcome(Rule.TIME, one_offer(available_to=last_day), one_need()) == expected


@pytest.mark.parametrize(("ours", "theirs", "expected"), [(4, 4, PASSES), (4, 5, FAILS), (-1, -1, FAILS)])
@pytest.mark.parametrize("asking", [Rule.SCOPE_OFFER, Rule.SCOPE_NEED])
def test_same_park_is_by_park_not_by_distance(asking, ours, theirs, expected):
    scope = {"scope": Scope.SAME_PARK}
    offers = one_offer(park=ours, **(scope if asking == Rule.SCOPE_OFFER else {}))
    needs = one_need(park=theirs, **(scope if asking == Rule.SCOPE_NEED else {}))
    assert outcome(asking, offers, needs) == expected


@pytest.mark.parametrize(("region", "expected"), [(1, PASSES), (0, FAILS), (-1, FAILS)])
def test_region_scope_asks_where_the_other_side_is(region, expected):
    scope = {"scope": Scope.REGION_SET, "region_set": 0}
    assert outcome(Rule.SCOPE_OFFER, one_offer(**scope), one_need(region=region)) == expected
    assert outcome(Rule.SCOPE_NEED, one_offer(region=region), one_need(**scope)) == expected


@pytest.mark.parametrize(("cap_km", "expected"), [(10.1, PASSES), (9.9, FAILS)])
def test_distance_caps_of_both_sides_hold(cap_km, expected):
    far = 30 + 10 * KM_NORTH
    assert outcome(Rule.DISTANCE, one_offer(max_distance_km=cap_km), one_need(lat=far)) == expected
    assert outcome(Rule.DISTANCE, one_offer(lat=far), one_need(max_distance_km=cap_km)) == expected


def test_a_cap_of_exactly_the_distance_holds_and_zero_means_here():
    offers, needs = one_offer(), one_need(lat=31.0, lon=111.0)
    exact = float(judge(offers, needs).distance_km[0])
    assert outcome(Rule.DISTANCE, one_offer(max_distance_km=exact), needs) == PASSES
    assert outcome(Rule.DISTANCE, one_offer(max_distance_km=0.0), one_need()) == PASSES


@pytest.mark.parametrize(("km", "expected"), [(149, PASSES), (151, FAILS)])
def test_three_economic_radii_are_the_end_of_the_road(km, expected):
    assert outcome(Rule.RADIUS, one_offer(), one_need(lat=30 + km * KM_NORTH)) == expected


@pytest.mark.parametrize("wish", [{"max_distance_km": 900.0}, {"scope": 1, "region_set": 0}, {"scope": 0}])
def test_an_explicit_wish_overrides_the_radius(wish):
    far = 30 + 500 * KM_NORTH
    assert outcome(Rule.RADIUS, one_offer(**wish), one_need(lat=far)) == PASSES
    assert outcome(Rule.RADIUS, one_offer(), one_need(lat=far, **wish)) == PASSES


def test_no_radius_known_means_no_cut():
    rules = some_rules(economic_radius_km=np.array([np.nan]))
    assert outcome(Rule.RADIUS, one_offer(), one_need(lat=-30.0, lon=-70.0), rules) == PASSES


@pytest.mark.parametrize(
    ("holder", "code", "lot", "expected"),
    [
        (0, 7, 0.0, PASSES),
        (0, 7, 100.0, PASSES),
        (0, 7, 100.1, FAILS),
        (0, 8, 0.0, FAILS),
        (-1, 7, 0.0, FAILS),
        (0, -1, 0.0, UNKNOWN),
        (-1, -1, 0.0, FAILS),
    ],
)
def test_regulated_material_needs_a_permit_line_with_room(holder, code, lot, expected):
    offers = one_offer(regulated=True, code=code, min_lot_t=lot, quantity_t=500.0)
    assert outcome(Rule.PERMIT, offers, one_need(permit_holder=holder, quantity_t=500.0)) == expected


def test_the_permit_line_is_reported_and_limits_the_quantity():
    offers = one_offer(regulated=True, code=7, quantity_t=500.0)
    judged = judge(offers, one_need(permit_holder=0, quantity_t=300.0))
    assert (judged.permit_line[0], judged.quantity_t[0]) == (3, 100.0)


def test_of_two_lines_for_a_code_the_roomier_is_used():
    permits = PermitTable.from_columns(1, owner=[0, 0], code=[7, 7], free_t=[10.0, 40.0], line=[5, 6])
    offers = one_offer(regulated=True, code=7)
    judged = judge(offers, one_need(permit_holder=0), some_rules(permits=permits))
    assert (judged.permit_line[0], judged.quantity_t[0]) == (6, 40.0)


def test_a_used_up_permit_fails_even_without_a_smallest_lot():
    permits = PermitTable.from_columns(1, owner=[0], code=[7], free_t=0.0, line=0)
    offers, needs = one_offer(regulated=True, code=7), one_need(permit_holder=0)
    assert outcome(Rule.PERMIT, offers, needs, some_rules(permits=permits)) == FAILS


def test_permits_are_not_asked_for_when_switched_off_or_unregulated():
    assert outcome(Rule.PERMIT, one_offer(regulated=True), one_need(), some_rules(check_permits=False)) == PASSES
    assert outcome(Rule.PERMIT, one_offer(code=7), one_need()) == PASSES


def test_an_unknown_code_of_regulated_material_makes_a_pair_only_possible():
    judged = judge(one_offer(regulated=True), one_need(permit_holder=0))
    assert judged.verdict[0] == Verdict.POSSIBLE


@pytest.mark.parametrize(("accepts", "expected"), [(True, PASSES), (False, FAILS)])
def test_hazardous_material_must_be_accepted(accepts, expected):
    assert outcome(Rule.HAZARDOUS, one_offer(hazardous=True), one_need(accepts_hazardous=accepts)) == expected


@pytest.mark.parametrize(("listed", "expected"), [(True, PASSES), (False, FAILS)])
def test_listed_only_binds_either_side(listed, expected):
    assert outcome(Rule.LISTED, one_offer(listed_only=True), one_need(listed=listed)) == expected
    assert outcome(Rule.LISTED, one_offer(listed=listed), one_need(listed_only=True)) == expected


def test_lists_are_not_checked_when_switched_off():
    assert outcome(Rule.LISTED, one_offer(listed_only=True), one_need(), some_rules(check_listed=False)) == PASSES


@pytest.mark.parametrize(
    ("offer", "need", "expected"),
    [
        ({"min_lot_t": 100.0}, {}, PASSES),
        ({"min_lot_t": 100.5}, {}, FAILS),
        ({}, {"min_lot_t": 100.5}, FAILS),
        ({"min_lot_t": 30.0}, {"max_lot_t": 30.0}, PASSES),
        ({"min_lot_t": 30.0}, {"max_lot_t": 29.0}, FAILS),
        ({"max_lot_t": 29.0}, {"min_lot_t": 30.0}, FAILS),
        ({"min_lot_t": 30.0}, {"quantity_t": np.nan}, UNKNOWN),
        ({"quantity_t": np.nan}, {"min_lot_t": 30.0}, UNKNOWN),
        ({"quantity_t": np.nan}, {}, PASSES),
        ({"min_lot_t": 30.0}, {"quantity_t": np.nan, "max_lot_t": 20.0}, FAILS),
    ],
)
def test_lots_must_suit_each_other(offer, need, expected):
    assert outcome(Rule.LOT, one_offer(**offer), one_need(**need)) == expected


@pytest.mark.parametrize("level", range(4))
@pytest.mark.parametrize("least", range(4))
def test_quality_level_must_reach_the_minimum(level, least):
    expected = PASSES if level >= least else FAILS
    assert outcome(Rule.QUALITY, one_offer(quality_level=level), one_need(min_quality_level=least)) == expected


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ((2.0, 5.0, 8.0), PASSES),
        ((1.0, 5.0, 8.0), MAY),
        ((8.0, 9.0, 10.0), MAY),
        ((8.1, 9.0, 10.0), FAILS),
        ((0.0, 1.0, 1.9), FAILS),
        (None, UNKNOWN),
    ],
)
def test_a_hard_limit_has_four_outcomes(figures, expected):
    limit: dict[str, Any] = {"low": 2.0, "high": 8.0}
    judged = judge(one_offer(figures), one_need(limit))
    verdicts = {PASSES: Verdict.ACCEPTED, FAILS: Verdict.REJECTED}
    assert judged.outcome(Rule.SPECIFICATION)[0] == expected
    assert judged.verdict[0] == verdicts.get(expected, Verdict.POSSIBLE)
    assert (judged.n_may[0], judged.n_unknown[0]) == (expected == MAY, expected == UNKNOWN)


def test_a_soft_limit_costs_instead_of_rejecting():
    limit = {"high": 8.0, "hard": False, "deduction_per_unit": 3.0}
    judged = judge(one_offer((9.0, 10.0, 11.0)), one_need(limit))
    assert (judged.verdict[0], judged.deduction_per_t[0]) == (Verdict.ACCEPTED, 6.0)
    assert judged.specification[0] == 0.0


@pytest.mark.parametrize(("figures", "expected"), [(None, PASSES), ((1.0, 5.0, 8.0), MAY), ((9.0, 9.0, 9.0), FAILS)])
def test_default_windows_reject_but_do_not_insist_on_figures(figures, expected):
    rules = some_rules(**window(low=2.0, high=8.0))
    assert outcome(Rule.SPECIFICATION, one_offer(figures), one_need(), rules) == expected


def test_an_unknown_figure_under_a_default_window_counts_as_no_evidence():
    rules = some_rules(**window(low=2.0, high=8.0))
    unknown, known = judge(one_offer(), one_need(), rules), judge(one_offer((3.0, 4.0, 5.0)), one_need(), rules)
    assert (unknown.specification[0], known.specification[0]) == (0.5, 1.0)
    assert unknown.score[0] < known.score[0]


def test_the_needs_own_limit_replaces_the_default_one():
    rules = some_rules(**window(low=2.0, high=8.0))
    assert outcome(Rule.SPECIFICATION, one_offer((9.0, 9.0, 9.0)), one_need({"high": 10.0}), rules) == PASSES


@pytest.mark.parametrize(("most", "expected"), [(14.99, FAILS), (15.0, PASSES)])
def test_landed_cost_must_not_exceed_the_maximum(most, expected):
    judged = judge(one_offer(), one_need(max_landed_per_t=most))
    assert judged.landed_per_t[0] == 15.0  # 5 asked + 10 fixed haulage
    assert judged.outcome(Rule.LANDED_COST)[0] == expected


def test_an_unknown_price_leaves_the_landed_cost_open():
    judged = judge(one_offer(price_per_t=np.nan), one_need(max_landed_per_t=1.0))
    assert judged.outcome(Rule.LANDED_COST)[0] == UNKNOWN
    assert (judged.verdict[0], judged.price_known[0]) == (Verdict.POSSIBLE, False)
    assert np.isnan(judged.surplus_per_t[0])


def test_landed_cost_and_surplus_in_both_directions_of_payment():
    offers, needs = one_offer(price_per_t=-80.0, avoided_disposal_per_t=40.0), one_need(price_per_t=-30.0)
    judged = judge(offers, needs)
    assert (judged.landed_per_t[0], judged.surplus_per_t[0]) == (-110.0, 80.0)


def test_evaluate_keeps_the_order_given():
    offers, needs = one_offer(), one_need()
    judged = evaluate(offers, needs, some_rules(), TODAY, np.zeros(3, dtype=int), np.zeros(3, dtype=int))
    assert judged.score.tolist() == [judged.score[0]] * 3


def test_duplicate_limits_are_refused():
    with pytest.raises(ValueError, match="property"):
        Limits.from_columns(1, owner=[0, 0], property=[2, 2])
