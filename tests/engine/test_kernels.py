"""The compiled path against the NumPy path: the same pairs, ranks and figures, bit for bit."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import Needs, Offers, Pairs, Rules, match
from matching.engine.choice import LEAST_FOR_COMPILED, is_compiled
from matching.engine.elementary import arcsine, exp_minus
from tests.engine.market import TODAY, make_market
from tests.engine.small import one_need, one_offer, some_rules

numba = pytest.importorskip("numba")

Market = tuple[Offers, Needs, Rules]
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


def both_ways(market: Market, **given_: object) -> tuple[Pairs, Pairs]:
    return match(*market, TODAY, engine="numpy", **given_), match(*market, TODAY, engine="numba", **given_)


def assert_same_bits(ours: Pairs, theirs: Pairs) -> None:
    for each in dataclasses.fields(Pairs):
        one, other = getattr(ours, each.name), getattr(theirs, each.name)
        assert one.dtype == other.dtype, each.name
        np.testing.assert_array_equal(one, other, each.name)


@settings(max_examples=150, deadline=None)
@given(market=MARKETS, per=SIDES, top=st.sampled_from([1, 3, 20]))
def test_small_markets_give_the_same_bits(market, per, top):
    assert_same_bits(*both_ways(market, per=per, top=top))


@pytest.mark.parametrize("per", ["need", "offer", "both"])
@pytest.mark.parametrize("sizes", [{"n_materials": 4, "n_demands": 4, "n_parks": 4}, {}])
def test_larger_markets_give_the_same_bits(per, sizes):
    assert_same_bits(*both_ways(make_market(3, 4000, 2000, **sizes), per=per))


@settings(max_examples=40, deadline=None)
@given(market=MARKETS, off=st.sampled_from(["check_permits", "check_listed", "exclude_same_firm"]))
def test_rules_switched_off_give_the_same_bits(market, off):
    offers, needs, rules = market
    assert_same_bits(*both_ways((offers, needs, dataclasses.replace(rules, **{off: False})), per="both"))


@settings(max_examples=40, deadline=None)
@given(market=MARKETS, shift=st.floats(-180, 180), tilt=st.floats(-60, 60))
def test_markets_anywhere_on_the_globe_give_the_same_bits(market, shift, tilt):
    offers, needs, rules = (moved(side, shift, tilt) if side is not market[2] else side for side in market)
    assert_same_bits(*both_ways((offers, needs, rules), per="both"))


def moved(side, shift, tilt):
    lon = (side.lon + shift + 180) % 360 - 180
    return dataclasses.replace(side, lon=lon, lat=np.clip(side.lat + tilt, -90, 90))


@settings(max_examples=30, deadline=None)
@given(market=MARKETS)
def test_properties_that_share_a_bit_are_told_apart(market):
    offers, needs, rules = market
    spread = [dataclasses.replace(each, property=each.property * 64) for each in lists_of(offers, needs, rules)]
    offers, needs = dataclasses.replace(offers, properties=spread[0]), dataclasses.replace(needs, limits=spread[1])
    assert_same_bits(*both_ways((offers, needs, dataclasses.replace(rules, default_limits=spread[2])), per="both"))


@settings(max_examples=30, deadline=None)
@given(market=MARKETS)
def test_limits_on_what_default_windows_limit_give_the_same_bits(market):
    offers, needs, rules = market
    few = [dataclasses.replace(each, property=place_in_list(each)) for each in lists_of(offers, needs, rules)]
    offers, needs = dataclasses.replace(offers, properties=few[0]), dataclasses.replace(needs, limits=few[1])
    assert_same_bits(*both_ways((offers, needs, dataclasses.replace(rules, default_limits=few[2])), per="both"))


def lists_of(offers, needs, rules):
    return offers.properties, needs.limits, rules.default_limits


def place_in_list(lists):
    """The first property of every owner is 0, the next 1 and so on."""
    return (np.arange(len(lists.property)) - lists.start[lists.owners()]).astype(np.int32)


def test_more_pairs_of_a_need_than_fit_one_block_give_the_same_bits():
    offers, needs, rules = make_market(11, 3000, 40, n_materials=1, n_demands=1, n_parks=1)
    assert_same_bits(*both_ways((offers, needs, rules), per="both", top=300))


def test_equal_scores_rank_by_row():
    offers = one_offer().take(np.zeros(5, dtype=np.int64))
    needs = one_need().take(np.zeros(4, dtype=np.int64))
    pairs = match(offers, needs, some_rules(), TODAY, top=3, per="both", engine="numba")
    assert_same_bits(match(offers, needs, some_rules(), TODAY, top=3, per="both", engine="numpy"), pairs)
    assert pairs.offer.tolist()[:5] == [0, 1, 2, 3, 4]
    assert pairs.rank_for_need.tolist()[:5] == [1, 2, 3, -1, -1]


def test_the_order_of_rows_changes_only_their_numbers():
    offers, needs, rules = make_market(5, 1500, 800, n_materials=20, n_demands=20)
    random = np.random.default_rng(1)
    offer_order, need_order = random.permutation(len(offers)), random.permutation(len(needs))
    pairs = match(offers, needs, rules, TODAY, engine="numba")
    moved_pairs = match(offers.take(offer_order), needs.take(need_order), rules, TODAY, engine="numba")
    there = zip(need_order[moved_pairs.need], offer_order[moved_pairs.offer], moved_pairs.score, strict=True)
    assert sorted(there) == sorted(zip(pairs.need, pairs.offer, pairs.score, strict=True))


def test_auto_compiles_only_what_is_large_enough(monkeypatch):
    monkeypatch.delenv("LOOPYARD_ENGINE", raising=False)
    side = int(LEAST_FOR_COMPILED**0.5) + 1
    assert not is_compiled("auto", 100, 100, 20)
    assert is_compiled("auto", side, side, 20)
    assert is_compiled("numba", 1, 1, 20)


def test_the_environment_names_the_engine(monkeypatch):
    monkeypatch.setenv("LOOPYARD_ENGINE", "numpy")
    assert not is_compiled(None, 10**6, 10**6, 20)
    monkeypatch.setenv("LOOPYARD_ENGINE", "numba")
    assert is_compiled(None, 1, 1, 20)


def test_without_numba_numpy_does_the_work(monkeypatch):
    monkeypatch.setattr("matching.engine.choice.find_spec", lambda name: None)
    assert not is_compiled("auto", 10**6, 10**6, 20)
    with pytest.raises(ValueError, match="not installed"):
        is_compiled("numba", 1, 1, 20)


def test_asking_for_every_pair_is_left_to_numpy():
    assert not is_compiled("numba", 10**6, 10**6, 0)


def test_an_unknown_engine_is_refused():
    with pytest.raises(ValueError, match="engine"):
        match(one_offer(), one_need(), some_rules(), TODAY, engine="fortran")


def test_arcsine_and_exponential_agree_with_the_library():
    x = np.linspace(0, 1, 100_001)
    np.testing.assert_allclose(arcsine(x.copy()), np.arcsin(x), rtol=1e-15, atol=0)
    y = np.linspace(0, 39.9, 100_001)
    np.testing.assert_allclose(exp_minus(y), np.exp(-y), rtol=1e-15, atol=0)
    assert exp_minus(np.array([40.0, 1e9])).tolist() == [0.0, 0.0]
