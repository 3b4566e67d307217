"""Judges one pair's limits: `matching.engine.specification` one pair at a time."""

from typing import NamedTuple

import numpy as np

from matching.engine.codes import Outcome
from matching.engine.compiled.columns import Record, Records
from matching.engine.compiled.jit import compiled
from matching.engine.specification import NO_EVIDENCE, OUTCOME_VALUE

FAILS, MAY, UNKNOWN, PASSES = (int(each) for each in (Outcome.FAILS, Outcome.MAY, Outcome.UNKNOWN, Outcome.PASSES))
WORTH_MAY, WORTH_UNKNOWN = float(OUTCOME_VALUE[MAY]), float(OUTCOME_VALUE[UNKNOWN])


class Judged(NamedTuple):
    """What `specification.Specification` holds of one pair, and the sums it is made from."""

    n_limits: int
    n_unknown: int
    n_may: int
    hard_failed: int
    hard_may: int
    hard_unknown: int
    worth: float
    deduction_per_t: float


@compiled
def _figure_at(figures: Records, first: int, last: int, wanted: int) -> int:
    """Where an offer states a property, −1 if it does not."""
    for k in range(first, last):
        if figures[k].property == wanted:
            return k
    return -1


@compiled
def _outcome(figure: Record, limit: Record) -> int:
    if figure.high < limit.low or figure.low > limit.high:
        return FAILS
    return PASSES if figure.low >= limit.low and figure.high <= limit.high else MAY


@compiled
def _deduction(figure: Record, limit: Record) -> float:
    return limit.deduction * (max(limit.low - figure.typ, 0.0) + max(figure.typ - limit.high, 0.0))


@compiled
def _worth(outcome: int, own: bool) -> float:
    if outcome == PASSES:
        return 1.0
    if outcome == MAY:
        return WORTH_MAY
    if outcome == UNKNOWN:
        return WORTH_UNKNOWN if own else NO_EVIDENCE
    return 0.0


@compiled
def _with_limit(t: Judged, figures: Records, first: int, last: int, limit: Record, own: bool) -> Judged:
    """The sums with one more limit."""
    at = _figure_at(figures, first, last, limit.property)
    outcome = _outcome(figures[at], limit) if at >= 0 else UNKNOWN
    worth = _worth(outcome, own)
    hard = limit.hard
    deduction = 0.0
    if outcome == FAILS and not hard:
        deduction = _deduction(figures[at], limit)
    return Judged(
        t.n_limits + 1,
        t.n_unknown + int(outcome == UNKNOWN),
        t.n_may + int(outcome == MAY),
        t.hard_failed + int(hard and outcome == FAILS),
        t.hard_may + int(hard and outcome == MAY),
        t.hard_unknown + int(hard and own and outcome == UNKNOWN),
        t.worth + worth,
        t.deduction_per_t + deduction,
    )


@compiled
def _asks(limits: Records, first: int, last: int, wanted: int) -> bool:
    for k in range(first, last):
        if limits[k].property == wanted:
            return True
    return False


@compiled
def judge(figures: Records, o: Record, own: Records, n: Record, defaults: Records, window: Record) -> Judged:
    """The need's own limits and, on other properties, default ones against the offer's figures.

    Stops at the first hard limit that fails.
    """
    judged = Judged(0, 0, 0, 0, 0, 0, 0.0, 0.0)
    for k in range(n.limits_first, n.limits_last):
        judged = _with_limit(judged, figures, o.figures_first, o.figures_last, own[k], True)
        if judged.hard_failed > 0:
            return judged
    for k in range(window.first, window.last):
        if not _asks(own, n.limits_first, n.limits_last, defaults[k].property):
            judged = _with_limit(judged, figures, o.figures_first, o.figures_last, defaults[k], False)
            if judged.hard_failed > 0:
                return judged
    return judged


@compiled
def value_of(judged: Judged) -> float:
    """The specification component, rounded to single precision as it is stored."""
    return np.float64(np.float32(judged.worth / judged.n_limits)) if judged.n_limits > 0 else NO_EVIDENCE


@compiled
def outcome_of(judged: Judged) -> int:
    if judged.hard_failed > 0:
        return FAILS
    if judged.hard_may > 0:
        return MAY
    return UNKNOWN if judged.hard_unknown > 0 else PASSES
