"""Judges one pair's limits: `matching.engine.specification` one pair at a time."""

from typing import NamedTuple

import numpy as np

from matching.engine.codes import Outcome
from matching.engine.compiled.columns import Record, Records
from matching.engine.compiled.jit import compiled, inlined
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


@inlined
def _figure_at(figures: Records, o: Record, wanted: int) -> int:
    """Where an offer states a property, −1 if it does not."""
    if (o.states >> np.uint64(wanted & 63)) & np.uint64(1):
        for k in range(o.figures_first, o.figures_last):
            if figures[k].property == wanted:
                return k
    return -1


@inlined
def _outcome(figure: Record, limit: Record) -> int:
    if figure.high < limit.low or figure.low > limit.high:
        return FAILS
    return PASSES if figure.low >= limit.low and figure.high <= limit.high else MAY


@compiled
def _deduction(figure: Record, limit: Record) -> float:
    return limit.deduction * (max(limit.low - figure.typ, 0.0) + max(figure.typ - limit.high, 0.0))


@inlined
def _worth(outcome: int, own: bool) -> float:
    if outcome == PASSES:
        return 1.0
    if outcome == MAY:
        return WORTH_MAY
    if outcome == UNKNOWN:
        return WORTH_UNKNOWN if own else NO_EVIDENCE
    return 0.0


@compiled
def _with_limit(t: Judged, figures: Records, o: Record, limit: Record, own: bool) -> Judged:
    """The sums with one more limit."""
    at = _figure_at(figures, o, limit.property)
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


@inlined
def _asks(own: Records, n: Record, wanted: int) -> bool:
    if (n.asks >> np.uint64(wanted & 63)) & np.uint64(1):
        for k in range(n.limits_first, n.limits_last):
            if own[k].property == wanted:
                return True
    return False


@compiled
def judge(figures: Records, o: Record, own: Records, n: Record, defaults: Records, window: Record) -> Judged:
    """The need's own limits and, on other properties, default ones against the offer's figures.

    Stops at the first hard limit that fails.
    """
    judged = Judged(0, 0, 0, 0, 0, 0, 0.0, 0.0)
    for k in range(n.limits_first, n.limits_last):
        judged = _with_limit(judged, figures, o, own[k], True)
        if judged.hard_failed > 0:
            return judged
    for k in range(window.first, window.last):
        if not _asks(own, n, defaults[k].property):
            judged = _with_limit(judged, figures, o, defaults[k], False)
            if judged.hard_failed > 0:
                return judged
    return judged


@compiled
def value_of(judged: Judged) -> float:
    """The specification component, rounded to single precision as it is stored."""
    return np.float64(np.float32(judged.worth / judged.n_limits)) if judged.n_limits > 0 else NO_EVIDENCE


@inlined
def _own_worth(figures: Records, o: Record, own: Records, n: Record) -> float:
    """The sum of the worths of the need's own limits, −1 if a hard one fails."""
    worth = 0.0
    for k in range(n.limits_first, n.limits_last):
        limit = own[k]
        at = _figure_at(figures, o, limit.property)
        outcome = _outcome(figures[at], limit) if at >= 0 else UNKNOWN
        if outcome == FAILS and limit.hard:
            return -1.0
        worth += _worth(outcome, True)
    return worth


@inlined
def value_with_own(
    figures: Records, o: Record, own: Records, n: Record, defaults: Records, window: Record, default_value: float
) -> float:
    """The specification component of a pair whose need has limits, −1 if a hard one fails.

    `default_value` is the same of the default limits alone: worths are quarters, so their sum is found again from the
    mean. Where a property has both kinds of limit, all are judged anew.
    """
    if n.asks & window.asks:
        judged = judge(figures, o, own, n, defaults, window)
        return -1.0 if judged.hard_failed > 0 else value_of(judged)
    worth = _own_worth(figures, o, own, n) if default_value >= 0 else -1.0
    if worth < 0:
        return -1.0
    n_defaults = window.last - window.first
    worth += round(default_value * n_defaults * 4) * 0.25
    return np.float64(np.float32(worth / (n.limits_last - n.limits_first + n_defaults)))


@compiled
def outcome_of(judged: Judged) -> int:
    if judged.hard_failed > 0:
        return FAILS
    if judged.hard_may > 0:
        return MAY
    return UNKNOWN if judged.hard_unknown > 0 else PASSES
