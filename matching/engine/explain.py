"""Why a pair matches or does not, and which pairs only just do not: numbers and codes, words live in templates."""

from typing import Any

import numpy as np

from matching.engine import constraints
from matching.engine.arrays import Needs, Offers, Rules
from matching.engine.codes import RULE_COLUMN, RULES, Outcome, Rule
from matching.engine.columns import Longs
from matching.engine.evaluation import evaluate_pairs
from matching.engine.problem import Problem
from matching.engine.results import Evaluation, Explanation, PropertyResult, RuleResult
from matching.engine.specification import LimitRows, limit_rows

# A pair that fails one of these is no near miss: nothing either side could change would mend it.
NEVER_NEAR = (Rule.MATERIAL, Rule.PROHIBITED)


def explain_pair(offers: Offers, needs: Needs, rules: Rules, today: int, offer_row: int, need_row: int) -> Explanation:
    """Every rule and every limit of one pair with the numbers that decided it."""
    problem = Problem(offers.take(np.array([offer_row])), needs.take(np.array([need_row])), rules, today)
    first = np.zeros(1, dtype=np.int64)
    columns = evaluate_pairs(problem, first, first)
    params = _params(problem, columns)
    results = tuple(
        RuleResult(rule=rule, outcome=Outcome(columns.outcome(rule)[0]), params=params.get(rule, {})) for rule in RULES
    )
    properties = _property_results(limit_rows(problem, first, first))
    return Explanation(rules=results, properties=properties, columns=columns)


def _params(problem: Problem, columns: Evaluation) -> dict[Rule, dict[str, float]]:
    """The numbers each rule compared, by rule; NaN is unknown, ±inf unlimited."""
    offers, needs = problem.offers, problem.needs
    first = np.zeros(1, dtype=np.int64)
    free_t, line = constraints.permit_free_t(problem, first, first)
    distance_km = float(columns.distance_km[0])
    both: dict[Rule, dict[str, Any]] = {
        Rule.MATERIAL: {"suitability": columns.suitability},
        Rule.TIME: {"overlap_days": columns.overlap_days},
        Rule.SCOPE_OFFER: {"scope": offers.scope, "region_set": offers.region_set},
        Rule.SCOPE_NEED: {"scope": needs.scope, "region_set": needs.region_set},
        Rule.DISTANCE: {
            "distance_km": distance_km,
            "offer_max_km": offers.max_distance_km,
            "need_max_km": needs.max_distance_km,
        },
        Rule.RADIUS: {"distance_km": distance_km, "cap_km": problem.material_cap_km[offers.material]},
        Rule.PERMIT: {"regulated": offers.regulated, "code": offers.code, "line": line, "free_t": free_t},
        Rule.HAZARDOUS: {"hazardous": offers.hazardous, "accepts": needs.accepts_hazardous},
        Rule.LISTED: {
            "offer_listed": offers.listed,
            "offer_listed_only": offers.listed_only,
            "need_listed": needs.listed,
            "need_listed_only": needs.listed_only,
        },
        Rule.LOT: _lot_params(offers, needs),
        Rule.QUALITY: {"level": offers.quality_level, "min_level": needs.min_quality_level},
        Rule.SPECIFICATION: {
            "n_failed": columns.n_failed_properties,
            "n_may": columns.n_may,
            "n_unknown": columns.n_unknown,
            "deduction_per_t": columns.deduction_per_t,
        },
        Rule.LANDED_COST: {"landed_per_t": columns.landed_per_t, "max_landed_per_t": needs.max_landed_per_t},
    }
    return {rule: {name: float(np.ravel(value)[0]) for name, value in row.items()} for rule, row in both.items()}


def _lot_params(offers: Offers, needs: Needs) -> dict[str, Any]:
    named = (("offer", offers), ("need", needs))
    columns = ("quantity_t", "min_lot_t", "max_lot_t")
    return {f"{side}_{column}": getattr(rows, column) for side, rows in named for column in columns}


def _property_results(rows: LimitRows) -> tuple[PropertyResult, ...]:
    return tuple(
        PropertyResult(
            property=int(rows.property[i]),
            low=float(rows.low[i]),
            typ=float(rows.typ[i]),
            high=float(rows.high[i]),
            limit_low=float(rows.limit_low[i]),
            limit_high=float(rows.limit_high[i]),
            hard=bool(rows.hard[i]),
            source="need" if rows.explicit[i] else "default",
            outcome=Outcome(rows.outcome[i]),
            deduction_per_t=float(rows.deduction_per_t[i]),
        )
        for i in range(len(rows.pair))
    )


def near_misses(
    offers: Offers,
    needs: Needs,
    rules: Rules,
    today: int,
    *,
    need_row: int | None = None,
    offer_row: int | None = None,
    top: int = 10,
) -> Evaluation:
    """The best pairs of one listing that fail exactly one rule, best score first, then by row.

    A failed specification counts only if a single hard limit fails; a pair of unusable or prohibited
    material never counts. Evaluates every listing of the other side with a usable material.
    """
    if (need_row is None) == (offer_row is None):
        raise ValueError("give either need_row or offer_row")
    problem = Problem(offers, needs, rules, today)
    offer, need = _usable_pairs(problem, offer_row, need_row)
    every = evaluate_pairs(problem, offer, need)
    near = np.flatnonzero(_is_near(every))
    other = every.offer if offer_row is None else every.need
    chosen = near[np.lexsort((other[near], -every.score[near]))[:top]]
    return evaluate_pairs(problem, offer[chosen], need[chosen])


def _usable_pairs(problem: Problem, offer_row: int | None, need_row: int | None) -> tuple[Longs, Longs]:
    usable = (problem.rules.suitability > 0) & ~problem.rules.prohibited
    if need_row is not None:
        rows = np.flatnonzero(usable[problem.needs.demand[need_row]][problem.offers.material])
        return rows, np.full(len(rows), need_row)
    rows = np.flatnonzero(usable[:, problem.offers.material[offer_row]][problem.needs.demand])
    return np.full(len(rows), offer_row), rows


def _is_near(every: Evaluation) -> np.ndarray[Any, np.dtype[np.bool_]]:
    failed = every.outcomes == Outcome.FAILS
    near = (failed.sum(axis=1) == 1) & (every.n_failed_properties <= 1)
    for rule in NEVER_NEAR:
        near &= ~failed[:, RULE_COLUMN[rule]]
    return np.asarray(near)
