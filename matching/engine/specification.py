"""Three-valued comparison of an offer's figures with the limits of a need or of a default window."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from matching.engine.arrays import Limits
from matching.engine.codes import Outcome
from matching.engine.columns import Bytes, Flags, Floats, Floats32, Longs, ragged_arange
from matching.engine.problem import Problem
from matching.engine.results import Shorts

# What a limit adds to the specification component, by its outcome: an unknown figure is worth less than a half-met one.
OUTCOME_VALUE = np.zeros(4)
OUTCOME_VALUE[[Outcome.MAY, Outcome.UNKNOWN, Outcome.PASSES]] = 0.5, 0.25, 1.0
# Nothing known either way: no limit at all, or a default one without a figure. A material must not lose rank
# because more is known about its use than about another's.
NO_EVIDENCE = 0.5


@dataclass(frozen=True)
class LimitRows:
    """Each limit that applies to each pair, with the figure it meets (NaN where there is none)."""

    pair: Longs
    property: Longs
    explicit: Flags
    hard: Flags
    limit_low: Floats
    limit_high: Floats
    low: Floats
    typ: Floats
    high: Floats
    outcome: Bytes
    deduction_per_t: Floats


@dataclass(frozen=True)
class Specification:
    """The limits of each pair taken together; `value` in 0..1 is the mean worth of its outcomes, ½ without limits."""

    outcome: Bytes
    value: Floats32
    deduction_per_t: Floats
    n_unknown: Shorts
    n_may: Shorts
    n_failed: Shorts

    def take(self, rows: Longs | Flags) -> Self:
        return type(self)(*(getattr(self, each.name)[rows] for each in fields(self)))


def range_outcome(low: Floats, high: Floats, limit_low: Floats, limit_high: Floats) -> Bytes:
    """Passes if the range lies in the window, fails if they are disjoint, may pass if they overlap, else unknown.

    >>> one = np.ones(1)
    >>> Outcome(range_outcome(2 * one, 4 * one, 0 * one, 3 * one)[0]).name
    'MAY'
    """
    outcome = np.full(len(low), Outcome.MAY, dtype=np.int8)
    outcome[(low >= limit_low) & (high <= limit_high)] = Outcome.PASSES
    outcome[(high < limit_low) | (low > limit_high)] = Outcome.FAILS
    outcome[np.isnan(low)] = Outcome.UNKNOWN
    return outcome


def limit_rows(problem: Problem, offer: Longs, need: Longs) -> LimitRows:
    """The limits that apply to each pair: the need's own first, then default ones on other properties."""
    limits, defaults = problem.needs.limits, problem.rules.default_limits
    own_pair, own = _expand(limits, need)
    window = problem.rules.window[problem.needs.demand[need], problem.offers.material[offer]]
    windowed = np.flatnonzero(window >= 0)
    default_pair, default = _expand(defaults, window[windowed].astype(np.int64))
    default_pair = windowed[default_pair]
    wanted = need[default_pair] * problem.n_properties + defaults.property[default]
    _, overridden = _find(problem.limit_keys, wanted)
    return _compare(problem, offer, own_pair, own, default_pair[~overridden], default[~overridden])


def _expand(limits: Limits, owner: Longs) -> tuple[Longs, Longs]:
    """For a list of owners: the place in the list and the row of every limit they have."""
    counts = limits.start[owner + 1] - limits.start[owner]
    return np.repeat(np.arange(len(owner)), counts), ragged_arange(limits.start[owner], counts)


def _find(keys: Longs, wanted: Longs) -> tuple[Longs, Flags]:
    """Where each wanted key is or would be, and whether it is there."""
    if not len(keys):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=bool)
    position = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return position, keys[position] == wanted


def _compare(
    problem: Problem, offer: Longs, own_pair: Longs, own: Longs, default_pair: Longs, default: Longs
) -> LimitRows:
    limits, defaults = problem.needs.limits, problem.rules.default_limits

    def both(name: str) -> Floats:
        joined: Floats = np.concatenate((getattr(limits, name)[own], getattr(defaults, name)[default]))
        return joined

    pair = np.concatenate((own_pair, default_pair))
    asked = both("property").astype(np.int64)
    low, typ, high = _figures(problem, offer[pair], asked)
    limit_low, limit_high, hard = both("low"), both("high"), both("hard").astype(bool)
    outcome = range_outcome(low, high, limit_low, limit_high)
    outside = np.maximum(limit_low - typ, 0.0) + np.maximum(typ - limit_high, 0.0)
    deduction = np.where(~hard & (outcome == Outcome.FAILS), both("deduction_per_unit") * outside, 0.0)
    explicit = np.arange(len(pair)) < len(own_pair)
    return LimitRows(pair, asked, explicit, hard, limit_low, limit_high, low, typ, high, outcome, deduction)


def _figures(problem: Problem, offer: Longs, asked: Longs) -> tuple[Floats, Floats, Floats]:
    """Low, typical and high of a property of an offer, NaN where the offer does not say."""
    properties, keys = problem.offers.properties, problem.range_keys
    wanted = offer * problem.n_properties + asked
    position, known = _find(keys, wanted)
    at = position[known]
    columns = []
    for source in (properties.low, properties.typ, properties.high):
        values = np.full(len(offer), np.nan)
        values[known] = source[at]
        columns.append(values)
    return columns[0], columns[1], columns[2]


def window_specification(problem: Problem, offer: Longs, window: Longs) -> Specification:
    """Judge offers against default windows (rows of `Rules.default_limits`), no need being involved."""
    none = np.empty(0, dtype=np.int64)
    return summary(_compare(problem, offer, none, none, *_expand(problem.rules.default_limits, window)), len(offer))


def specification(problem: Problem, offer: Longs, need: Longs) -> Specification:
    """Judge every limit of every pair. O(limits × log figures); memory grows with the limits of the pairs given."""
    return summary(limit_rows(problem, offer, need), len(offer))


def summary(rows: LimitRows, n_pairs: int) -> Specification:
    """Fails if a hard limit fails; may pass if a hard one may; unknown if a hard one of the need itself is unknown."""

    def count(where: Flags) -> Longs:
        return np.bincount(rows.pair[where], minlength=n_pairs)

    fails, may = rows.outcome == Outcome.FAILS, rows.outcome == Outcome.MAY
    unknown = rows.outcome == Outcome.UNKNOWN
    n_failed = count(fails & rows.hard)
    outcome = np.full(n_pairs, Outcome.PASSES, dtype=np.int8)
    outcome[count(unknown & rows.hard & rows.explicit) > 0] = Outcome.UNKNOWN
    outcome[count(may & rows.hard) > 0] = Outcome.MAY
    outcome[n_failed > 0] = Outcome.FAILS
    n_limits = np.bincount(rows.pair, minlength=n_pairs)
    value = np.where(unknown & ~rows.explicit, NO_EVIDENCE, OUTCOME_VALUE[rows.outcome])
    worth = np.bincount(rows.pair, weights=value, minlength=n_pairs)
    return Specification(
        outcome=outcome,
        value=np.where(n_limits > 0, worth / np.maximum(n_limits, 1), NO_EVIDENCE).astype(np.float32),
        deduction_per_t=np.bincount(rows.pair, weights=rows.deduction_per_t, minlength=n_pairs).astype(np.float64),
        n_unknown=count(unknown).astype(np.int16),
        n_may=count(may).astype(np.int16),
        n_failed=n_failed.astype(np.int16),
    )
