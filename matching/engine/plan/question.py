"""What a plan is asked: who has and wants how much, which pairs may trade, and what a tonne of each is worth."""

from dataclasses import dataclass, field

import numpy as np

from matching.engine.arrays import Limits, Needs, Offers, Rules
from matching.engine.codes import Verdict
from matching.engine.columns import Floats, Ints
from matching.engine.plan.codes import Objective
from matching.engine.results import PairColumns

# Of equal tonnages the one with fewer tonne-kilometres: a tonne outweighs a detour of a million kilometres.
PER_TONNE_KM = 1e-6


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What may be added to a question; everything is optional.

    `coefficient_per_t` [n_pairs]: what a tonne of each pair is worth, NaN unknown; CARBON needs it (kg CO₂e avoided
    per tonne, say), VALUE takes surplus − deduction without it, TONNES takes none.
    `blends`: windows per need on the average of what it receives, weighted by mass (see `blending.blended`).
    `required_t` [n_needs]: tonnes a need must receive.
    """

    coefficient_per_t: Floats | None = None
    blends: Limits | None = None
    required_t: Floats | None = None


@dataclass(frozen=True, kw_only=True)
class Effort:
    """How far to go for a proof. `gap` is relative; `most_lots` is the number of pairs with a minimum lot up to which
    an integer programme is tried, for at most `time_limit_s` (the one thing here that depends on a clock).
    """

    gap: float = 1e-4
    most_lots: int = 10_000
    time_limit_s: float = 10.0


@dataclass(frozen=True)
class Question:
    """Inputs of one plan, checked. `pairs` should be all feasible pairs (`match(..., top=0)`), each once."""

    offers: Offers
    needs: Needs
    pairs: PairColumns
    rules: Rules
    objective: Objective
    terms: Terms = field(default_factory=Terms)

    def __post_init__(self) -> None:
        _check_rows("offer", self.pairs.offer, len(self.offers))
        _check_rows("need", self.pairs.need, len(self.needs))
        if (self.pairs.verdict == Verdict.REJECTED).any():
            raise ValueError("verdict: rejected pairs cannot be planned")
        terms = self.terms
        _check_column("coefficient_per_t", terms.coefficient_per_t, len(self.pairs))
        _check_column("required_t", terms.required_t, len(self.needs))
        if terms.required_t is not None and (terms.required_t > self.needs.quantity_t).any():
            raise ValueError("required_t: must not exceed quantity_t")
        if terms.blends is not None and len(terms.blends) != len(self.needs):
            raise ValueError(f"blends: expected {len(self.needs)} rows, got {len(terms.blends)}")
        if self.objective == Objective.CARBON and terms.coefficient_per_t is None:
            raise ValueError("coefficient_per_t: required for this objective")

    def worth_per_t(self) -> Floats:
        """What a tonne of each pair adds to the objective, NaN where unknown."""
        if self.objective == Objective.TONNES:
            return self.tonnage_per_t()
        if self.terms.coefficient_per_t is not None:
            return self.terms.coefficient_per_t
        return self.pairs.surplus_per_t - self.pairs.deduction_per_t

    def tonnage_per_t(self) -> Floats:
        """One for each tonne, less a millionth for each kilometre it is hauled; never nothing."""
        return np.maximum(1.0 - PER_TONNE_KM * self.pairs.distance_km, PER_TONNE_KM)


def _check_rows(name: str, rows: Ints, size: int) -> None:
    if rows.size and not 0 <= rows.min() <= rows.max() < size:
        raise ValueError(f"{name}: rows of pairs must lie in 0 to {size - 1}")


def _check_column(name: str, values: Floats | None, size: int) -> None:
    if values is None:
        return
    if values.dtype != np.float64 or values.shape != (size,):
        raise ValueError(f"{name}: expected {size} values of float64")
    if np.isinf(values).any():
        raise ValueError(f"{name}: infinite values are not allowed")
