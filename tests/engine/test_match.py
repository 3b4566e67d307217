"""`match` against the plain oracle, and what must hold of any result."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import Needs, Offers, Outcome, Pairs, Rules, Verdict, evaluate, match
from tests.engine.market import TODAY, make_market
from tests.engine.oracle import Row, every_pair, expected
from tests.engine.small import one_need, one_offer, some_rules

MARKETS = st.builds(
    make_market,
    st.integers(0, 2**32 - 1),
    st.integers(0, 80),
    st.integers(0, 40),
    n_materials=st.integers(1, 12),
    n_demands=st.integers(1, 8),
    n_parks=st.integers(1, 6),
)
SIDES = st.sampled_from(["need", "offer", "both"])
TOPS = st.sampled_from([0, 1, 3, 20])
FEW = settings(max_examples=60, deadline=None)


def table(pairs: Pairs) -> list[Row]:
    columns = ("need", "offer", "rank_for_need", "rank_for_offer", "score", "verdict")
    return list(zip(*(getattr(pairs, name).tolist() for name in columns), strict=True))


@settings(max_examples=150, deadline=None)
@given(market=MARKETS, top=TOPS, per=SIDES, chunk=st.sampled_from([1, 50, 10**6]))
def test_match_equals_evaluating_every_pair(market, top, per, chunk):
    pairs = match(*market, TODAY, top=top, per=per, chunk_pairs=chunk)
    assert table(pairs) == expected(*market, TODAY, top, per)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("per", ["need", "offer", "both"])
def test_match_equals_evaluating_every_pair_of_a_larger_market(seed, per):
    market = make_market(seed, 600, 300, n_materials=4, n_demands=4, n_parks=4)
    assert table(match(*market, TODAY, top=5, per=per, chunk_pairs=5000)) == expected(*market, TODAY, 5, per)


@FEW
@given(market=MARKETS, per=SIDES)
def test_no_returned_pair_breaks_a_rule(market, per):
    pairs = match(*market, TODAY, top=5, per=per)
    judged = evaluate(*market, TODAY, pairs.offer, pairs.need)
    assert not (judged.outcomes == Outcome.FAILS).any()
    for each in dataclasses.fields(Pairs):
        if not each.name.startswith("rank"):
            np.testing.assert_array_equal(getattr(pairs, each.name), getattr(judged, each.name), each.name)


@FEW
@given(market=MARKETS, seed=st.integers(0, 1000))
def test_the_order_of_rows_changes_only_their_numbers(market, seed):
    offers, needs, rules = market
    random = np.random.default_rng(seed)
    offer_order, need_order = random.permutation(len(offers)), random.permutation(len(needs))
    pairs = match(offers, needs, rules, TODAY, top=0)
    moved = match(offers.take(offer_order), needs.take(need_order), rules, TODAY, top=0)
    there = zip(need_order[moved.need].tolist(), offer_order[moved.offer].tolist(), moved.score.tolist(), strict=True)
    here = zip(pairs.need.tolist(), pairs.offer.tolist(), pairs.score.tolist(), strict=True)
    assert sorted(there) == sorted(here)


@FEW
@given(market=MARKETS, per=SIDES, chunk=st.integers(1, 300))
def test_the_size_of_chunks_changes_nothing(market, per, chunk):
    small = match(*market, TODAY, top=3, per=per, chunk_pairs=chunk)
    large = match(*market, TODAY, top=3, per=per)
    for each in dataclasses.fields(Pairs):
        np.testing.assert_array_equal(getattr(small, each.name), getattr(large, each.name), each.name)


@FEW
@given(market=MARKETS)
def test_components_and_scores_lie_in_0_to_1(market):
    every = every_pair(*market, TODAY)
    for name in ("score", "suitability", "specification", "distance", "cost", "quantity", "time", "quality"):
        values = getattr(every, name)
        assert ((values >= 0) & (values <= 1 + 1e-12)).all(), name


@settings(max_examples=200, deadline=None)
@given(near=st.floats(-3, 3), far=st.floats(-3, 3))
def test_nearer_never_scores_lower(near, far):
    near, far = sorted((abs(near), abs(far)))
    scores = pair_scores([one_need(lat=30 + near), one_need(lat=30 + far)])
    assert scores[0] >= scores[1]


@settings(max_examples=200, deadline=None)
@given(prices=st.tuples(st.floats(-1e5, 1e5), st.floats(-1e5, 1e5)), asked=st.none() | st.floats(-1e4, 1e4))
def test_cheaper_never_scores_lower(prices, asked):
    need = one_need(price_per_t=np.nan if asked is None else asked)
    cheap, dear = (pair_scores([need], one_offer(price_per_t=price))[0] for price in sorted(prices))
    assert cheap >= dear


@settings(max_examples=200, deadline=None)
@given(suitability=st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_more_suitable_never_scores_lower(suitability):
    less, more = (pair_scores([one_need()], rules=some_rules(value))[0] for value in sorted(suitability))
    assert more >= less


def pair_scores(needs: list[Needs], offers: Offers | None = None, rules: Rules | None = None) -> list[float]:
    first = np.zeros(1, dtype=np.int64)
    offers, rules = offers or one_offer(), rules or some_rules()
    return [float(evaluate(offers, each, rules, TODAY, first, first).score[0]) for each in needs]


def test_the_score_of_a_hand_worked_pair():
    need = one_need(quantity_t=400.0, price_per_t=47.5)
    # cost: surplus 32.5 over haulage across the radius, 10 + 0.5 × 1.3 × 50 = 42.5, so ½ (1 + 32.5 / 75)
    # quantity: all of the offer, a quarter of the need, so ½ (1 + ¼)
    # specification: no limit says anything, so ½
    parts = 0.25 * 1 + 0.20 * 0.5 + 0.20 * 1 + 0.15 * 0.5 * (1 + 32.5 / 75) + 0.10 * 0.625 + 0.05 * 1 + 0.05 * 0
    assert pair_scores([need])[0] == pytest.approx(parts, abs=1e-12)


def test_equal_scores_rank_by_row():
    offers = one_offer().take(np.zeros(5, dtype=np.int64))
    pairs = match(offers, one_need(), some_rules(), TODAY, top=3)
    assert (pairs.offer.tolist(), pairs.rank_for_need.tolist()) == ([0, 1, 2], [1, 2, 3])
    assert pairs.rank_for_offer.tolist() == [-1, -1, -1]


def test_rejected_pairs_follow_unranked_on_request():
    offers = one_offer(firm=2).take(np.zeros(2, dtype=np.int64))
    offers = dataclasses.replace(offers, firm=np.array([2, 1], dtype=np.int32))
    pairs = match(offers, one_need(), some_rules(), TODAY, rejected=True)
    assert pairs.offer.tolist() == [1, 0]
    assert pairs.verdict.tolist() == [Verdict.ACCEPTED, Verdict.REJECTED]
    assert pairs.rank_for_need.tolist() == [1, -1]


@FEW
@given(market=MARKETS)
def test_with_rejected_every_suitable_pair_is_accounted_for(market):
    offers, needs, rules = market
    pairs = match(*market, TODAY, top=0, rejected=True)
    suitable = rules.suitability[needs.demand][:, offers.material] > 0
    got = np.zeros((len(needs), len(offers)), dtype=int)
    np.add.at(got, (pairs.need, pairs.offer), 1)
    np.testing.assert_array_equal(got, suitable.astype(int))


@pytest.mark.parametrize("empty", ["offers", "needs", "both"])
def test_empty_sides_match_nothing(empty):
    none = np.empty(0, dtype=np.int64)
    offers, needs = one_offer(), one_need()
    offers = offers if empty == "needs" else offers.take(none)
    needs = needs if empty == "offers" else needs.take(none)
    for per in ("need", "offer", "both"):
        assert len(match(offers, needs, some_rules(), TODAY, per=per, rejected=True)) == 0


@pytest.mark.parametrize("wrong", [{"top": -1}, {"per": "firm"}])
def test_wrong_arguments_are_refused(wrong):
    with pytest.raises(ValueError, match="top"):
        match(one_offer(), one_need(), some_rules(), TODAY, **wrong)
