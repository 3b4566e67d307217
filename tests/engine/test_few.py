"""A small input judged pair by pair gives what sorting and searching gives, and no bound is too low."""

from dataclasses import fields

import numpy as np
import pytest

from matching.engine import evaluate, match
from matching.engine.bounds import ROUNDING, reachable, upper_bounds
from matching.engine.codes import Verdict
from matching.engine.few import match_few
from matching.engine.problem import Problem
from matching.engine.results import Pairs
from tests.engine.market import make_market

TODAY = 738_000


@pytest.mark.parametrize("per", ["need", "offer"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_pair_by_pair_gives_the_same_table(per: str, seed: int) -> None:
    offers, needs, rules = make_market(seed, 120, 90, n_materials=8, n_demands=8, n_parks=4)
    expected = match(offers, needs, rules, TODAY, top=4, per=per, engine="numpy")
    found = match_few(offers, needs, rules, TODAY, top=4, per=per)
    assert len(found) > 50
    for each in fields(Pairs):
        np.testing.assert_array_equal(getattr(found, each.name), getattr(expected, each.name), err_msg=each.name)


@pytest.mark.parametrize("arguments", [{"top": 0, "per": "need"}, {"top": 1, "per": "both"}])
def test_only_the_best_of_one_side_can_be_asked_for(arguments: dict[str, object]) -> None:
    offers, needs, rules = make_market(1, 5, 5)
    with pytest.raises(ValueError, match="top must be positive"):
        match_few(offers, needs, rules, TODAY, **arguments)


def test_every_lawful_pair_is_kept_and_scores_no_more_than_its_bound() -> None:
    offers, needs, rules = make_market(5, 150, 120, n_materials=8, n_demands=8, n_parks=4)
    offer, need = (rows.ravel() for rows in np.indices((150, 120)))
    judged = evaluate(offers, needs, rules, TODAY, offer, need)
    lawful = np.flatnonzero(judged.verdict != Verdict.REJECTED)
    problem = Problem(offers, needs, rules, TODAY)
    kept, partial = reachable(problem, offer, need)
    bound = upper_bounds(problem, partial, np.ones(len(kept), dtype=np.float32))
    best = np.full(len(offer), -np.inf)
    best[kept] = bound
    assert len(lawful) > 100
    assert (judged.score[lawful] <= best[lawful]).all()
    exact = upper_bounds(problem, partial, judged.specification[kept])
    assert (exact - bound <= ROUNDING).all()
