"""Everything about given pairs, nothing filtered: the slow, plain side of the engine that `match` must agree with."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from matching.engine import constraints, scoring
from matching.engine.arrays import Needs, Offers, Rules
from matching.engine.codes import Outcome, Verdict
from matching.engine.columns import Bytes, Flags, Floats, Ints, Longs
from matching.engine.geo import arc_km
from matching.engine.problem import EVERY_DOUBT, Problem
from matching.engine.results import Evaluation
from matching.engine.specification import Specification, specification

LEAST_SURE_SUITABILITY = 0.5
BLOCK_PAIRS = 1 << 18


def evaluate(offers: Offers, needs: Needs, rules: Rules, today: int, offer_rows: Longs, need_rows: Longs) -> Evaluation:
    """Every rule's outcome, every component and the score of the given pairs, in the order given.

    A pair that fails a rule is scored as if it did not, so near misses can be ranked.
    """
    return evaluate_pairs(Problem(offers, needs, rules, today), offer_rows, need_rows)


def evaluate_pairs(problem: Problem, offer_rows: Longs, need_rows: Longs) -> Evaluation:
    offer, need = np.asarray(offer_rows, dtype=np.int64), np.asarray(need_rows, dtype=np.int64)
    return Evaluation(**_by_blocks(_evaluated_block, problem, offer, need))


def matched_columns(problem: Problem, offer: Longs, need: Longs) -> dict[str, Any]:
    """The columns of `PairColumns` for pairs known to fail no rule."""
    return _by_blocks(_matched_block, problem, offer, need)


def _by_blocks(
    block: Callable[["_Block"], dict[str, Any]], problem: Problem, offer: Longs, need: Longs
) -> dict[str, Any]:
    """Work block by block, writing into columns made once, so that memory is bounded by the result."""
    columns: dict[str, Any] = {}
    for first in range(0, max(len(offer), 1), BLOCK_PAIRS):
        part = slice(first, first + BLOCK_PAIRS)
        for name, values in block(_Block.of(problem, offer[part], need[part])).items():
            if name not in columns:
                columns[name] = np.empty((len(offer), *values.shape[1:]), dtype=values.dtype)
            columns[name][part] = values
    return columns


@dataclass(frozen=True)
class _Block:
    """All that is computed about some pairs before rules are judged and columns written."""

    problem: Problem
    offer: Longs
    need: Longs
    spec: Specification
    parts: scoring.Components
    facts: constraints.PairFacts
    distance_km: Floats
    permit_line: Ints

    @classmethod
    def of(cls, problem: Problem, offer: Longs, need: Longs) -> "_Block":
        spec = specification(problem, offer, need)
        chord_2 = constraints.chord_2(problem, offer, need)
        distance_km = arc_km(chord_2)
        days = constraints.overlap_days(problem, offer, need)
        free_t, line = constraints.permit_free_t(problem, offer, need)
        landed = scoring.landed_per_t(problem, offer, distance_km)
        parts = scoring.components(problem, offer, need, distance_km, days, free_t)
        facts = constraints.PairFacts(parts.suitability, chord_2, landed, days, free_t, spec.outcome)
        return cls(problem, offer, need, spec, parts, facts, distance_km, line)


def _evaluated_block(block: _Block) -> dict[str, Any]:
    outcomes = constraints.rule_outcomes(block.problem, block.offer, block.need, block.facts)
    worst = outcomes.min(axis=1) if len(outcomes) else np.empty(0, dtype=np.int8)
    judged = _verdict(worst != Outcome.PASSES, block.parts.suitability)
    judged[worst == Outcome.FAILS] = Verdict.REJECTED
    return {
        "verdict": judged,
        "outcomes": outcomes,
        "n_failed_properties": block.spec.n_failed,
        **_columns(block),
    }


def _matched_block(block: _Block) -> dict[str, Any]:
    is_open = constraints.in_doubt(block.problem, block.offer, block.need, EVERY_DOUBT)
    is_open |= block.spec.outcome != Outcome.PASSES
    return {"verdict": _verdict(is_open, block.parts.suitability), **_columns(block)}


def _verdict(is_open: Flags, suitability: Floats) -> Bytes:
    """Possible if a rule stays open or the use is doubtful, accepted otherwise."""
    possible = is_open | (suitability < LEAST_SURE_SUITABILITY)
    judged: Bytes = np.where(possible, Verdict.POSSIBLE, Verdict.ACCEPTED).astype(np.int8)
    return judged


def _columns(block: _Block) -> dict[str, Any]:
    problem, offer, need, facts, spec = block.problem, block.offer, block.need, block.facts, block.spec
    price_known = problem.offer_price_known[offer]
    return {
        "offer": offer.astype(np.int32),
        "need": need.astype(np.int32),
        "distance_km": block.distance_km,
        "landed_per_t": facts.landed_per_t,
        "surplus_per_t": problem.needs.price_per_t[need] - np.where(price_known, facts.landed_per_t, np.nan),
        "price_known": price_known,
        "quantity_t": scoring.tradable_t(problem, offer, need, facts.free_t),
        "overlap_days": np.maximum(facts.overlap_days, 0),
        "permit_line": block.permit_line,
        "deduction_per_t": spec.deduction_per_t,
        "specification": spec.value,
        "n_unknown": spec.n_unknown,
        "n_may": spec.n_may,
        **_score_columns(block),
    }


def _score_columns(block: _Block) -> dict[str, Any]:
    parts = block.parts
    columns: dict[str, Any] = {each.name: getattr(parts, each.name).astype(np.float32) for each in fields(parts)}
    partial = scoring.partial_score(block.problem, parts)
    columns["score"] = scoring.full_score(block.problem, partial, block.spec.value)
    return columns
