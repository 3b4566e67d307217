"""What the engine gives back: columns about pairs, row numbers only."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matching.engine.codes import RULE_COLUMN, Outcome, Rule
from matching.engine.columns import Bytes, Floats, Floats32, Ints

Shorts = NDArray[np.int16]


@dataclass(frozen=True, kw_only=True)
class PairColumns:
    """One row per pair. Components lie in 0..1; NaN is unknown, −1 none.

    `landed_per_t` = price + haulage − avoided disposal, with an unknown price counted as 0 (see `price_known`);
    `surplus_per_t` = what the taker would pay − landed; `deduction_per_t` is for soft limits and in neither.
    `quantity_t` is what the two could trade in a year, `permit_line` the line it would be taken under.
    `n_unknown` and `n_may` count the limits without a figure and those only partly met.
    """

    offer: Ints
    need: Ints
    score: Floats
    verdict: Bytes
    distance_km: Floats
    landed_per_t: Floats
    surplus_per_t: Floats
    deduction_per_t: Floats
    price_known: NDArray[np.bool_]
    quantity_t: Floats
    overlap_days: Ints
    permit_line: Ints
    suitability: Floats32
    specification: Floats32
    distance: Floats32
    cost: Floats32
    quantity: Floats32
    time: Floats32
    quality: Floats32
    n_unknown: Shorts
    n_may: Shorts

    def __len__(self) -> int:
        return len(self.offer)


@dataclass(frozen=True, kw_only=True)
class Pairs(PairColumns):
    """Matched pairs, sorted by need and then rank. Ranks count from 1; −1 is outside the top or not ranked."""

    rank_for_need: Ints
    rank_for_offer: Ints


@dataclass(frozen=True, kw_only=True)
class Evaluation(PairColumns):
    """Given pairs with every rule's `Outcome` [n_pairs, n_rules], columns in the order of `codes.RULES`."""

    outcomes: Bytes
    n_failed_properties: Shorts

    def outcome(self, rule: Rule) -> Bytes:
        return self.outcomes[:, RULE_COLUMN[rule]]


@dataclass(frozen=True, kw_only=True)
class RuleResult:
    """One rule's outcome and the numbers that decided it."""

    rule: Rule
    outcome: Outcome
    params: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PropertyResult:
    """One limit against one figure; the figure is NaN where the offer has none. `source` is "need" or "default"."""

    property: int
    low: float
    typ: float
    high: float
    limit_low: float
    limit_high: float
    hard: bool
    source: str
    outcome: Outcome
    deduction_per_t: float


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Everything known about one pair; `columns` has one row."""

    rules: tuple[RuleResult, ...]
    properties: tuple[PropertyResult, ...]
    columns: Evaluation
