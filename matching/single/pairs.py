"""One listing against slim rows of the other side, as the engine wants them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
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
class SpecificationRows:
    """Ranges of the offers and limits of the needs, by row on their side."""

    ranges: Ranges
    limits: Limits


@dataclass(frozen=True)
class OneAgainst:
    """Pairs of one listing with each row, in the order of the rows.

    `is_windowed` marks pairs of a use whose default limits apply, whatever the need itself names.
    """

    problem: Problem
    is_offer: bool
    is_windowed: Flags

    def sides(self, n_pairs: int) -> tuple[Longs, Longs]:
        """Offer and need of as many pairs."""
        one, every = np.zeros(n_pairs, dtype=np.int64), np.arange(n_pairs)
        return (one, every) if self.is_offer else (every, one)

    def worth(self, rows: Longs, details: SpecificationRows) -> Floats32:
        """What the limits of the pairs with these rows are worth, given their details; −inf where they are not met."""
        offers, needs, rules, today = (getattr(self.problem, each.name) for each in fields(Problem))
        if self.is_offer:
            offers = replace(offers, properties=details.ranges)
            needs = Needs.build(len(rows), lat=0, lon=0, demand=needs.demand[rows], limits=details.limits)
        else:
            offers = Offers.build(len(rows), lat=0, lon=0, material=offers.material[rows], properties=details.ranges)
            needs = replace(needs, limits=details.limits)
        judged = specification(Problem(offers, needs, rules, today), *self.sides(len(rows)))
        return np.where(judged.outcome == Outcome.FAILS, np.float32(-np.inf), judged.value)


def one_against(question: Question, rows: Rows) -> OneAgainst:
    return (_of_offer if question.listing.is_offer else _of_need)(question, rows)


def _of_offer(question: Question, rows: Rows) -> OneAgainst:
    known, material = question.known, question.known.row_of[question.listing.material_id]
    pairs = rows["material"] << 32 | rows["use"] + 1
    _distinct, first, demand = np.unique(pairs, return_index=True, return_inverse=True)
    keys = zip(rows["material"][first].tolist(), rows["use"][first].tolist(), strict=True)
    filled = [demand_row(known, _demand(known, *pair)) for pair in keys]
    table = {name: np.array([[getattr(row, name)[material]] for row in filled], dtype=dtype) for name, dtype in DTYPES}
    table = {name: values.reshape(-1, 1) for name, values in table.items()}
    rules = _rules(question, table, known.radius_km[[material]])
    offers = _offers(question.own, np.zeros(1))
    return _against(question, offers, _needs(rows, demand), rules, table["window"][demand, 0] >= 0)


def _of_need(question: Question, rows: Rows) -> OneAgainst:
    known = question.known
    filled = demand_row(known, question.demand)
    material = known.material_rows[rows["material"]]
    rules = _rules(question, {name: getattr(filled, name)[None] for name, _dtype in DTYPES}, known.radius_km)
    needs = _needs(question.own, np.zeros(1))
    return _against(question, _offers(rows, material), needs, rules, filled.window[material] >= 0)


def _demand(known: Knowledge, material: int, use: int) -> Demand:
    return Demand.of(None if material < 0 else known.row_of[material], None if use < 0 else use)


def _offers(rows: Rows, material: Any) -> Offers:
    columns = {name: rows[name] for name in (*SHARED, "quality_level")}
    hazardous = rows["status"] == HAZARDOUS
    return Offers.build(len(rows["pk"]), **columns, region_set=_some_set(rows), material=material, hazardous=hazardous)


def _needs(rows: Rows, demand: Any) -> Needs:
    names = (*SHARED, "max_landed_per_t", "accepts_hazardous", "min_quality_level")
    columns = {name: rows[name] for name in names}
    return Needs.build(len(rows["pk"]), **columns, region_set=_some_set(rows), demand=demand)


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


def _against(question: Question, offers: Offers, needs: Needs, rules: Rules, windowed: Any) -> OneAgainst:
    problem = Problem(offers, needs, rules, question.day.toordinal())
    return OneAgainst(problem, question.listing.is_offer, windowed)
