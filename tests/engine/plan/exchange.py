"""Small exchanges at one place, where everybody may trade with everybody, and a plain way to find their best plan."""

from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
from scipy.optimize import linprog

from matching.engine import Limits, Needs, Offers, Pairs, PermitTable, Ranges, Rules, match
from matching.engine.plan import Effort, Objective, Plan, Terms, blended, plan
from tests.engine.small import TODAY

CODE = 7
SURE = Effort(gap=0.0)


@dataclass
class Exchange:
    """Quantities, smallest lots and free permit tonnes in t; `holder` names a permit per need (−1: needs none).

    `worth` [offers][needs] is per tonne; `figure` one property of each offer; `window` what each need's blend allows.
    """

    supply: list[float]
    demand: list[float]
    worth: list[list[float]]
    offer_lot: list[float] = field(default_factory=list)
    need_lot: list[float] = field(default_factory=list)
    holder: list[int] = field(default_factory=list)
    free: list[float] = field(default_factory=list)
    figure: list[float] = field(default_factory=list)
    window: list[tuple[float, float]] = field(default_factory=list)
    required: list[float] = field(default_factory=list)

    @property
    def offers(self) -> Offers:
        given: dict[str, Any] = {"lat": 30.0, "lon": 110.0, "material": 0, "firm": 1, "code": CODE}
        size = len(self.supply)
        if self.figure:
            owner = [row for row, figure in enumerate(self.figure) if not np.isnan(figure)]
            figures = dict.fromkeys(("low", "typ", "high"), [self.figure[row] for row in owner])
            given["properties"] = Ranges.from_columns(size, owner=owner, property=[0] * len(owner), **figures)
        lot = self.offer_lot or 0.0
        return Offers.build(size, quantity_t=self.supply, min_lot_t=lot, regulated=bool(self.free), **given)

    @property
    def needs_and_blends(self) -> tuple[Needs, Limits | None]:
        given: dict[str, Any] = {"lat": 30.0, "lon": 110.0, "demand": 0, "firm": 2, "price_per_t": 1.0}
        size = len(self.demand)
        given["permit_holder"] = self.holder or -1
        given["min_lot_t"] = self.need_lot or 0.0
        if not self.window:
            return Needs.build(size, quantity_t=self.demand, **given), None
        low, high = np.array(self.window).T
        limits = Limits.from_columns(size, owner=range(size), property=[0] * size, low=low, high=high)
        return blended(Needs.build(size, quantity_t=self.demand, limits=limits, **given), np.ones(size, dtype=bool))

    @property
    def rules(self) -> Rules:
        lines = range(len(self.free))
        permits = PermitTable.from_columns(
            max(len(self.free), 1), owner=lines, code=[CODE] * len(lines), free_t=self.free, line=lines
        )
        return Rules.build([[1.0]], permits=permits, economic_radius_km=np.array([50.0]))

    def pairs(self) -> Pairs:
        return match(self.offers, self.needs_and_blends[0], self.rules, TODAY, top=0)

    def terms(self, pairs: Pairs) -> Terms:
        worth = np.array(self.worth, dtype=float)[pairs.offer, pairs.need]
        required = np.array(self.required, dtype=float) if self.required else None
        return Terms(coefficient_per_t=worth, blends=self.needs_and_blends[1], required_t=required)

    def question(self, objective: Objective = Objective.VALUE) -> tuple[Any, ...]:
        pairs = self.pairs()
        return self.offers, self.needs_and_blends[0], pairs, self.rules, objective, self.terms(pairs)

    def plan(self, objective: Objective = Objective.VALUE, effort: Effort = SURE) -> Plan:
        return plan(*self.question(objective), effort)

    def quantities(self, made: Plan) -> dict[tuple[int, int], str]:
        rows = zip(made.offer.tolist(), made.need.tolist(), made.quantities_t(), strict=True)
        return {(offer, need): str(quantity) for offer, need, quantity in rows}

    def best_worth(self) -> float:
        """The greatest worth: try every choice of pairs that trade, a small programme for each."""
        pairs = [(o, n) for o in range(len(self.supply)) for n in range(len(self.demand))]
        return max(self._worth_of(pairs, chosen) for chosen in product((False, True), repeat=len(pairs)))

    def _worth_of(self, pairs: list[tuple[int, int]], chosen: tuple[bool, ...]) -> float:
        rows, limits, bounds = [], [], []
        for (offer, need), is_open in zip(pairs, chosen, strict=True):
            lot = max((self.offer_lot or [0] * 9)[offer], (self.need_lot or [0] * 9)[need])
            bounds.append((lot, None) if is_open else (0, 0))
        for offer, supply in enumerate(self.supply):
            rows.append([float(pair[0] == offer) for pair in pairs])
            limits.append(supply)
        for need, demand in enumerate(self.demand):
            rows.append([float(pair[1] == need) for pair in pairs])
            limits.append(demand)
        for line, free in enumerate(self.free):
            rows.append([float(self.holder[pair[1]] == line) for pair in pairs])
            limits.append(free)
        for need, (low, high) in enumerate(self.window):
            for sign, limit in ((-1, low), (1, high)):
                if np.isfinite(limit):
                    rows.append([sign * (self.figure[o] - limit) * (n == need) for o, n in pairs])
                    limits.append(0.0)
        cost = [-self.worth[offer][need] for offer, need in pairs]
        result = linprog(cost, A_ub=rows, b_ub=limits, bounds=bounds)
        return float(-result.fun) if result.status == 0 else -np.inf
