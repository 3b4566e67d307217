"""Plans of small exchanges: exact quantities, the best there is, and nothing overstepped."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.benchmark.market import TODAY, make_market
from matching.engine import match
from matching.engine.plan import Effort, Method, Objective, Plan, Status, Terms, greedy_by_score, greedy_by_value, plan
from tests.engine.plan.exchange import Exchange

FEW = settings(max_examples=60, deadline=None)
TONNES = st.integers(1, 12).map(float)
LOTS = st.sampled_from([0.0, 0.0, 2.0, 5.0])
FIGURES = st.integers(0, 10).map(float)


@st.composite
def exchanges(draw, *, lots=False, permits=False, blends=False):
    offers, needs = draw(st.integers(1, 3)), draw(st.integers(1, 2))

    def column(each, size):
        return draw(st.lists(each, min_size=size, max_size=size))

    holders = draw(st.integers(1, needs))
    windows = st.tuples(st.sampled_from([-np.inf, 2.0, 4.0]), st.sampled_from([5.0, 7.0, np.inf]))
    return Exchange(
        supply=column(TONNES, offers),
        demand=column(TONNES, needs),
        worth=[column(st.integers(-3, 20).map(float), needs) for _ in range(offers)],
        offer_lot=column(LOTS, offers) if lots else [],
        need_lot=column(LOTS, needs) if lots else [],
        holder=column(st.integers(0, holders - 1), needs) if permits else [],
        free=column(TONNES, holders) if permits else [],
        figure=column(FIGURES, offers) if blends else [],
        window=column(windows, needs) if blends else [],
    )


def check_mass(exchange: Exchange, made: Plan) -> None:
    """Nobody gives, takes or is permitted more than there is, to the last gram, in Decimal."""
    for given_t, limit in zip(made.by_offer_t(len(exchange.supply)), exchange.supply, strict=True):
        assert given_t <= Decimal(str(limit))
    received = made.by_need_t(len(exchange.demand))
    for need, limit in enumerate(exchange.demand):
        assert received[need] <= Decimal(str(limit))
    for line, free in enumerate(exchange.free):
        assert sum(t for t, holder in zip(received, exchange.holder, strict=True) if holder == line) <= Decimal(
            str(free)
        )
    assert sum(made.quantities_t()) == sum(received) == made.summary.tonnes


@FEW
@given(exchange=exchanges())
def test_a_network_is_divided_as_well_as_can_be(exchange):
    made = exchange.plan()
    check_mass(exchange, made)
    assert made.summary.worth == pytest.approx(exchange.best_worth(), abs=1e-3)
    assert made.summary.worth <= made.summary.bound + 1e-9
    assert made.summary.method in (Method.FLOW, Method.NOTHING)


@FEW
@given(exchange=exchanges(), unknown=st.data())
def test_pairs_of_unknown_co2e_stay_empty_and_the_others_avoid_as_much_as_can_be(exchange, unknown):
    cells = [(o, n) for o in range(len(exchange.supply)) for n in range(len(exchange.demand))]
    lost = unknown.draw(st.lists(st.sampled_from(cells), unique=True))
    for offer, need in lost:
        exchange.worth[offer][need] = -1.0
    best = exchange.best_worth()
    for offer, need in lost:
        exchange.worth[offer][need] = float("nan")
    made = exchange.plan(Objective.CARBON)
    check_mass(exchange, made)
    assert not {*zip(made.offer.tolist(), made.need.tolist(), strict=True)} & {*lost}
    assert made.summary.worth == pytest.approx(best, abs=1e-3)


@FEW
@given(exchange=exchanges(permits=True))
def test_permits_are_divided_as_well_as_can_be(exchange):
    made = exchange.plan()
    check_mass(exchange, made)
    assert made.summary.worth == pytest.approx(exchange.best_worth(), abs=0.1)


@FEW
@given(exchange=exchanges(lots=True, permits=True))
def test_lots_are_kept_and_divided_as_well_as_can_be(exchange):
    made = exchange.plan()
    check_mass(exchange, made)
    for offer, need, quantity_t in zip(made.offer, made.need, made.quantities_t(), strict=True):
        assert quantity_t >= max(exchange.offer_lot[offer], exchange.need_lot[need])
    assert made.summary.worth == pytest.approx(exchange.best_worth(), abs=0.1)
    assert made.summary.gap <= 1e-3 or made.summary.bound - made.summary.worth < 0.1


@FEW
@given(exchange=exchanges(lots=True, blends=True))
def test_blends_stay_in_their_windows_and_are_worth_the_most(exchange):
    made = exchange.plan()
    check_mass(exchange, made)
    for need, (low, high) in enumerate(exchange.window):
        into = made.need == need
        if into.any():
            average = np.average(np.array(exchange.figure)[made.offer[into]], weights=made.quantity_kg[into])
            assert low - 1e-8 <= average <= high + 1e-8
    assert made.summary.worth == pytest.approx(exchange.best_worth(), abs=0.5)


@settings(max_examples=150, deadline=None)
@given(exchange=exchanges(lots=True, permits=True, blends=True), grams=st.data())
def test_lots_permits_and_blends_together_are_divided_as_well_as_can_be(exchange, grams):
    for column in (exchange.supply, exchange.demand, exchange.free):
        column[0] = round(column[0] + grams.draw(st.integers(0, 999)) / 1000, 3)
    made, best = exchange.plan(), exchange.best_worth()
    check_mass(exchange, made)
    assert made.summary.worth == pytest.approx(best, abs=0.5)
    assert made.summary.bound >= best - 1e-6


def test_a_blend_that_no_kilogram_may_be_cut_from_does_not_lose_its_lots():
    exchange = Exchange(
        supply=[6, 12], demand=[7.744], worth=[[16], [14]], offer_lot=[5, 2], figure=[0, 10], window=[(4, np.inf)],
        holder=[0], free=[6.899],
    )  # fmt: skip
    assert exchange.quantities(exchange.plan()) == {(1, 0): "6.899"}


@FEW
@given(exchange=exchanges(lots=True, permits=True), seed=st.integers(0, 1000))
def test_the_order_of_rows_does_not_change_the_worth(exchange, seed):
    random = np.random.default_rng(seed)
    offer, need = random.permutation(len(exchange.supply)), random.permutation(len(exchange.demand))
    moved = replace(
        exchange,
        supply=[exchange.supply[row] for row in offer],
        demand=[exchange.demand[row] for row in need],
        worth=[[exchange.worth[o][n] for n in need] for o in offer],
        offer_lot=[exchange.offer_lot[row] for row in offer],
        need_lot=[exchange.need_lot[row] for row in need],
        holder=[exchange.holder[row] for row in need],
    )
    assert moved.plan().summary.worth == pytest.approx(exchange.plan().summary.worth, abs=0.1)


@FEW
@given(exchange=exchanges(lots=True, permits=True))
def test_greedy_plans_keep_every_limit_and_are_never_better(exchange):
    best = exchange.plan().summary.worth
    for greedy in (greedy_by_value, greedy_by_score):
        made = greedy(*exchange.question())
        check_mass(exchange, made)
        assert made.summary.worth <= best + 0.1


def test_greedy_takes_the_dearest_pair_where_the_plan_takes_two():
    exchange = Exchange(supply=[10, 10], demand=[10, 10], worth=[[10, 9], [8, 1]])
    assert exchange.quantities(exchange.plan()) == {(0, 1): "10.000", (1, 0): "10.000"}
    greedy = greedy_by_value(*exchange.question())
    assert exchange.quantities(greedy) == {(0, 0): "10.000", (1, 1): "10.000"}
    assert (exchange.plan().summary.worth, greedy.summary.worth) == (170.0, 110.0)


def test_quantities_are_exact_to_the_kilogram():
    exchange = Exchange(supply=[0.1, 0.2, 0.0009], demand=[0.3], worth=[[1], [1], [1]])
    made = exchange.plan()
    assert exchange.quantities(made) == {(0, 0): "0.100", (1, 0): "0.200"}
    assert made.summary.tonnes == Decimal("0.300")


def test_a_lot_larger_than_what_is_left_goes_to_nobody():
    exchange = Exchange(supply=[10, 4], demand=[12], worth=[[5], [4]], offer_lot=[0, 3])
    assert exchange.quantities(exchange.plan()) == {(0, 0): "9.000", (1, 0): "3.000"}
    exchange.offer_lot = [10, 3]
    assert exchange.quantities(exchange.plan()) == {(0, 0): "10.000"}


def test_needs_under_one_permit_line_share_what_it_leaves_free():
    exchange = Exchange(supply=[10, 10], demand=[10, 10], worth=[[5, 1], [1, 4]], holder=[0, 0], free=[12])
    made = exchange.plan()
    assert exchange.quantities(made) == {(0, 0): "10.000", (1, 1): "2.000"}
    assert (made.summary.method, made.permit_line.tolist()) == (Method.LINEAR, [0, 0])


def test_a_permit_line_of_one_need_leaves_the_problem_a_network():
    exchange = Exchange(supply=[10, 10], demand=[15, 10], worth=[[5, 1], [4, 3]], holder=[0, 1], free=[12, 100])
    made = exchange.plan()
    assert exchange.quantities(made) == {(0, 0): "10.000", (1, 0): "2.000", (1, 1): "8.000"}
    assert made.summary.method == Method.FLOW


def test_what_fails_a_limit_alone_is_taken_in_a_blend():
    exchange = Exchange(supply=[6, 100], demand=[100], worth=[[2], [5]], figure=[2, 8], window=[(-np.inf, 5)])
    assert exchange.quantities(exchange.plan()) == {(0, 0): "6.000", (1, 0): "6.000"}


def test_what_pays_for_a_better_blend_is_bought():
    exchange = Exchange(supply=[6, 100], demand=[100], worth=[[-2], [5]], figure=[2, 8], window=[(-np.inf, 5)])
    assert exchange.plan().summary.worth == pytest.approx(18.0)


def test_an_offer_without_the_figure_stays_out_of_a_blend():
    exchange = Exchange(supply=[6, 6], demand=[100], worth=[[2], [5]], figure=[2, np.nan], window=[(-np.inf, 5)])
    made = exchange.plan()
    assert exchange.quantities(made) == {(0, 0): "6.000"}
    assert made.left_out == {"figure": 1}


def test_pairs_of_unknown_quantity_or_worth_and_losing_pairs_are_counted():
    exchange = Exchange(supply=[np.nan, 5, 5, 5], demand=[20], worth=[[1], [np.nan], [-1], [1]])
    made = exchange.plan()
    assert exchange.quantities(made) == {(3, 0): "5.000"}
    assert made.left_out == {"worth": 2, "quantity": 1}


def test_of_equal_tonnages_the_nearest_are_taken():
    offers, needs, rules = make_market(3, 30, 30, n_materials=2, n_demands=2, n_parks=2)
    pairs = match(offers, needs, rules, TODAY, top=0)
    near = plan(offers, needs, pairs, rules, Objective.TONNES)
    longer = replace(pairs, distance_km=pairs.distance_km.max() - pairs.distance_km)
    far = plan(offers, needs, longer, rules, Objective.TONNES)
    assert near.summary.tonnes == far.summary.tonnes
    far_tonne_km = float(pairs.distance_km[far.pair] @ far.quantity_kg) / 1000
    assert near.summary.tonne_km < far_tonne_km


def test_landed_value_is_surplus_less_deduction():
    offers, needs, rules = make_market(3, 60, 60, n_materials=3, n_demands=3, n_parks=2)
    pairs = match(offers, needs, rules, TODAY, top=0)
    made = plan(offers, needs, pairs, rules, Objective.VALUE)
    per_t = (pairs.surplus_per_t - pairs.deduction_per_t)[made.pair]
    assert made.summary.value == made.summary.worth == pytest.approx(float(per_t @ made.quantity_kg) / 1000)
    assert (per_t > 0).all()
    assert made.summary.gap <= 1e-4


def test_dropping_violators_stays_near_the_bound():
    offers, needs, rules = make_market(4, 400, 400, n_materials=5, n_demands=5, n_parks=6)
    pairs = match(offers, needs, rules, TODAY, top=0)
    made = plan(offers, needs, pairs, rules, Objective.TONNES, effort=Effort(most_lots=0))
    assert made.summary.method == Method.DROPPED
    assert 0 < made.summary.gap < 0.02


def test_carbon_needs_its_coefficients():
    exchange = Exchange(supply=[5], demand=[5], worth=[[1]])
    question = exchange.question(Objective.CARBON)
    assert plan(*question).status == Status.FOUND
    with pytest.raises(ValueError, match="coefficient_per_t"):
        plan(*question[:5])


def test_rejected_pairs_are_refused():
    offers, needs, rules = make_market(3, 20, 20, n_materials=2, n_demands=2, n_parks=2)
    pairs = match(offers, needs, rules, TODAY, top=0, rejected=True)
    with pytest.raises(ValueError, match="verdict"):
        plan(offers, needs, pairs, rules, Objective.TONNES)


def test_a_plan_over_the_best_few_is_worth_less():
    offers, needs, rules = make_market(5, 200, 200, n_materials=2, n_demands=2, n_parks=2)
    every, few = (match(offers, needs, rules, TODAY, top=top) for top in (0, 2))
    whole, part = (plan(offers, needs, pairs, rules, Objective.TONNES) for pairs in (every, few))
    assert part.summary.bound < whole.summary.worth <= whole.summary.bound


@pytest.mark.parametrize(
    ("terms", "named"),
    [
        (Terms(coefficient_per_t=np.ones(2)), "coefficient_per_t"),
        (Terms(required_t=np.ones(2)), "required_t"),
        (Terms(required_t=np.array([np.inf])), "required_t"),
        (Terms(required_t=np.array([6.0])), "required_t"),
    ],
)
def test_a_column_that_does_not_fit_is_named(terms, named):
    exchange = Exchange(supply=[5], demand=[5], worth=[[1]])
    with pytest.raises(ValueError, match=named):
        plan(*exchange.question()[:5], terms)
