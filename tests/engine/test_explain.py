"""Explanations carry the numbers; near misses fail one rule exactly."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings

from matching.engine import RULES, Limits, Outcome, Rule, explain_pair, near_misses
from tests.engine.market import TODAY
from tests.engine.oracle import every_pair
from tests.engine.small import judge, one_need, one_offer, some_rules, window
from tests.engine.test_match import MARKETS


def test_an_explanation_lists_every_rule_in_order():
    explained = explain_pair(one_offer(), one_need(), some_rules(), TODAY, 0, 0)
    assert tuple(result.rule for result in explained.rules) == RULES
    assert {result.outcome for result in explained.rules} == {Outcome.PASSES}
    assert explained.properties == ()
    assert explained.columns.score.tolist() == judge(one_offer(), one_need()).score.tolist()


def test_an_explanation_gives_the_numbers_compared():
    offers, needs = one_offer(regulated=True, code=7), one_need(permit_holder=0, max_landed_per_t=12.0)
    params = {r.rule: r.params for r in explain_pair(offers, needs, some_rules(), TODAY, 0, 0).rules}
    assert params[Rule.PERMIT] == {"regulated": 1.0, "code": 7.0, "line": 3.0, "free_t": 100.0}
    assert params[Rule.LANDED_COST] == {"landed_per_t": 15.0, "max_landed_per_t": 12.0}
    assert params[Rule.RADIUS] == {"distance_km": 0.0, "cap_km": 150.0}


def test_an_explanation_lists_limits_with_figures_and_source():
    needs = one_need({"high": 4.0, "hard": False, "deduction_per_unit": 2.0})
    (own,) = explain_pair(one_offer((5.0, 6.0, 7.0)), needs, some_rules(), TODAY, 0, 0).properties
    assert (own.source, own.outcome, own.deduction_per_t) == ("need", Outcome.FAILS, 4.0)
    assert (own.low, own.typ, own.high, own.limit_low, own.limit_high) == (5.0, 6.0, 7.0, -np.inf, 4.0)
    (default,) = explain_pair(one_offer(), one_need(), some_rules(**window(high=4.0)), TODAY, 0, 0).properties
    assert (default.source, default.outcome, np.isnan(default.typ)) == ("default", Outcome.UNKNOWN, True)


def test_near_misses_come_best_first_from_either_side():
    offers = one_offer(hazardous=True).take(np.zeros(3, dtype=np.int64))
    offers = dataclasses.replace(offers, lat=np.array([30.2, 30.0, 30.1]))
    near = near_misses(offers, one_need(), some_rules(), TODAY, need_row=0, top=2)
    assert near.offer.tolist() == [1, 2]
    assert (near.outcome(Rule.HAZARDOUS) == Outcome.FAILS).all()
    assert near_misses(offers, one_need(), some_rules(), TODAY, offer_row=2).need.tolist() == [0]


def test_matches_and_pairs_failing_two_rules_are_not_near():
    assert len(near_misses(one_offer(), one_need(), some_rules(), TODAY, need_row=0)) == 0
    twice = one_offer(hazardous=True, firm=2)
    assert len(near_misses(twice, one_need(), some_rules(), TODAY, need_row=0)) == 0


def test_unsuitable_and_prohibited_material_is_never_near():
    prohibited = some_rules(prohibited=np.array([[True]]))
    for rules in (some_rules(0.0), prohibited):
        assert len(near_misses(one_offer(), one_need(), rules, TODAY, need_row=0)) == 0


@pytest.mark.parametrize(("other_low", "near"), [(0.0, 1), (9.0, 0)])
def test_a_specification_is_near_only_with_one_failed_property(other_low, near):
    limits = Limits.from_columns(1, owner=[0, 0], property=[0, 1], low=[9.0, other_low])
    needs = dataclasses.replace(one_need(), limits=limits)
    offers = one_offer((1.0, 1.0, 1.0))
    figures = type(offers.properties).from_columns(1, owner=[0, 0], property=[0, 1], low=1.0, typ=1.0, high=1.0)
    offers = dataclasses.replace(offers, properties=figures)
    assert len(near_misses(offers, needs, some_rules(), TODAY, need_row=0)) == near


def test_near_misses_are_of_one_listing():
    with pytest.raises(ValueError, match="either"):
        near_misses(one_offer(), one_need(), some_rules(), TODAY)


@settings(max_examples=40, deadline=None)
@given(market=MARKETS)
def test_explanations_agree_with_evaluation(market):
    offers, needs, _ = market
    every = every_pair(*market, TODAY)
    for row in range(0, len(every), max(1, len(every) // 5)):
        explained = explain_pair(*market, TODAY, int(every.offer[row]), int(every.need[row]))
        assert [result.outcome for result in explained.rules] == every.outcomes[row].tolist()
        failed = sum(each.hard and each.outcome == Outcome.FAILS for each in explained.properties)
        assert failed == every.n_failed_properties[row]
