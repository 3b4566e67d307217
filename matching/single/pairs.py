"""One listing against slim rows of the other side, as the engine wants them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from listings.models.listings import LegalStatus
from matching.demands import DTYPES, Demand, demand_row
from matching.engine.arrays import Limits, Needs, Offers, Ranges, Rules
from matching.engine.codes import Outcome, Scope
from matching.engine.columns import Flags, Floats32, Longs
from matching.engine.problem import Problem
from matching.engine.specification import specification
from matching.knowledge import Knowledge
from matching.rows import STATUSES, Rows
from matching.single.question import Question

HAZARDOUS = STATUSES[LegalStatus.HAZARDOUS]
SHARED = (
    "lat", "lon", "quantity_t", "min_lot_t", "max_lot_t", "price_per_t", "available_from", "available_to", "firm",
    "scope", "max_distance_km",
)  # fmt: skip


@dataclass(frozen=True)
class OneAgainst:
    """Pairs of one listing with each row, in the order of the rows.

    `is_plain` marks pairs to which no limit applies, as far as slim rows tell.
    """

    problem: Problem
    offer: Longs
    need: Longs
    is_plain: Flags

    def worth(self) -> Floats32:
        """What the limits of each pair are worth; −inf where they are not met."""
        judged = specification(self.problem, self.offer, self.need)
        return np.where(judged.outcome == Outcome.FAILS, np.float32(-np.inf), judged.value)


@dataclass(frozen=True)
class SpecificationRows:
    """Ranges of the offers and limits of the needs, by row on their side; empty where they were not read."""

    ranges: Ranges | None = None
    limits: Limits | None = None


NOT_READ = SpecificationRows()


def one_against(question: Question, own: Rows, rows: Rows, details: SpecificationRows = NOT_READ) -> OneAgainst:
    make = _of_offer if question.listing.is_offer else _of_need
    return make(question, own, rows, details)


def _of_offer(question: Question, own: Rows, rows: Rows, details: SpecificationRows) -> OneAgainst:
    known, material = question.known, question.known.row_of[question.listing.material_id]
    pairs = rows["material"] << 32 | rows["use"] + 1
    _distinct, first, demand = np.unique(pairs, return_index=True, return_inverse=True)
    keys = zip(rows["material"][first].tolist(), rows["use"][first].tolist(), strict=True)
    filled = [demand_row(known, _demand(known, *pair)) for pair in keys]
    table = {name: np.array([[getattr(row, name)[material]] for row in filled], dtype=dtype) for name, dtype in DTYPES}
    table = {name: values.reshape(-1, 1) for name, values in table.items()}
    plain = (table["window"][demand, 0] < 0) & ~rows["limited"]
    needs = _needs(rows, demand, details.limits)
    rules = _rules(question, table, known.radius_km[[material]])
    return _against(question, _offers(own, np.zeros(1), details.ranges), needs, rules, plain)


def _of_need(question: Question, own: Rows, rows: Rows, details: SpecificationRows) -> OneAgainst:
    known = question.known
    filled = demand_row(known, question.demand)
    material = np.array([known.row_of[key] for key in rows["material"].tolist()], dtype=np.int32)
    plain = (filled.window[material] < 0) & ~own["limited"]
    offers = _offers(rows, material, details.ranges)
    rules = _rules(question, {name: getattr(filled, name)[None] for name, _dtype in DTYPES}, known.radius_km)
    return _against(question, offers, _needs(own, np.zeros(1), details.limits), rules, plain)


def _demand(known: Knowledge, material: int, use: int) -> Demand:
    return Demand.of(None if material < 0 else known.row_of[material], None if use < 0 else use)


def _offers(rows: Rows, material: Any, ranges: Ranges | None) -> Offers:
    columns = {name: rows[name] for name in (*SHARED, "quality_level")}
    hazardous = rows["status"] == HAZARDOUS
    return Offers.build(
        len(rows["pk"]),
        **columns,
        region_set=_some_set(rows),
        material=material,
        hazardous=hazardous,
        properties=ranges,
    )


def _needs(rows: Rows, demand: Any, limits: Limits | None) -> Needs:
    names = (*SHARED, "max_landed_per_t", "accepts_hazardous", "min_quality_level")
    columns = {name: rows[name] for name in names}
    return Needs.build(len(rows["pk"]), **columns, region_set=_some_set(rows), demand=demand, limits=limits)


def _some_set(rows: Rows) -> Longs:
    """Any region set for those bound to one: whether they lie inside is not asked here."""
    return np.where(rows["scope"] == Scope.REGION_SET, 0, -1)


def _rules(question: Question, table: dict[str, Any], radius_km: Any) -> Rules:
    return Rules.build(
        **table,
        default_limits=question.known.windows,
        economic_radius_km=radius_km,
        region_member=np.zeros((1, 1), dtype=bool),
        haulage=question.haulage,
        check_permits=False,
        check_listed=False,
    )


def _against(question: Question, offers: Offers, needs: Needs, rules: Rules, plain: Any) -> OneAgainst:
    every, one = np.arange(len(plain)), np.zeros(len(plain), dtype=np.int64)
    offer, need = (one, every) if question.listing.is_offer else (every, one)
    return OneAgainst(Problem(offers, needs, rules, question.day.toordinal()), offer, need, plain)
