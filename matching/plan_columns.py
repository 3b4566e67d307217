"""What a plan, the greedy ones and the proposals that stand add up to, side by side over the same pairs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from matching.engine.columns import Flags, Longs
from matching.engine.plan import Objective, Plan, decimal_t
from matching.models import Proposal, ProposalState
from matching.plans import AreaPlan

KG_PER_T = 1000
STANDING = (ProposalState.ACCEPTED, ProposalState.OPEN)

Amounts = dict[tuple[int, int], int]  # kilograms by the keys of offer and need


@dataclass(frozen=True)
class PlanColumn:
    """What a division of tonnes adds up to in a year.

    `value` is in the base currency, without the tonnes of unknown price; `avoided_t_co2e` without those of no factor,
    None where no tonne has one; `unverified_t` rest on factors still to verify. `behind_percent` is how far it falls
    short of the plan in the plan's objective, None for the plan itself. `stale` proposals broke a rule meanwhile and
    count for nothing.
    """

    code: str
    lines: int
    tonnes: Decimal
    value: int
    unvalued_t: Decimal
    tonne_km: float
    avoided_t_co2e: float | None
    unfactored_t: Decimal
    unverified_t: Decimal
    behind_percent: float | None = None
    stale: int = 0

    def objective_figure(self, objective: Objective) -> float:
        if objective == Objective.CARBON:
            return self.avoided_t_co2e or 0.0
        return float(self.tonnes if objective == Objective.TONNES else self.value)


def columns_of(plan: AreaPlan) -> tuple[PlanColumn, ...]:
    """The plan, both greedy ones, then what is agreed and what is proposed, where there is any."""
    best = _of_plan("best", plan, plan.best)
    others = [_of_plan("greedy_value", plan, plan.by_value), _of_plan("greedy_score", plan, plan.by_score)]
    amounts = _standing(plan)
    others += [_of_amounts(state, plan, amounts[state]) for state in STANDING if amounts[state]]
    return (best, *(_compared(each, best, plan.objective) for each in others))


def _compared(column: PlanColumn, best: PlanColumn, objective: Objective) -> PlanColumn:
    whole = best.objective_figure(objective)
    if whole <= 0:
        return column
    return replace(column, behind_percent=max(0.0, 100 * (1 - column.objective_figure(objective) / whole)))


def _of_plan(code: str, plan: AreaPlan, made: Plan) -> PlanColumn:
    return _column(code, plan, made.pair, made.quantity_kg)


def _of_amounts(code: str, plan: AreaPlan, amounts: Amounts) -> PlanColumn:
    pair = _rows_of(plan, amounts)
    inputs, pairs = plan.inputs, plan.pairs
    offers, needs = inputs.offer_pk[pairs.offer[pair]].tolist(), inputs.need_pk[pairs.need[pair]].tolist()
    quantity_kg = np.array([amounts[key] for key in zip(offers, needs, strict=True)], dtype=np.int64)
    return replace(_column(code, plan, pair, quantity_kg), stale=len(amounts) - len(pair))


def _rows_of(plan: AreaPlan, amounts: Amounts) -> Longs:
    """Rows of the feasible pairs of which there are amounts."""
    offer_row = {key: row for row, key in enumerate(plan.inputs.offer_pk.tolist())}
    need_row = {key: row for row, key in enumerate(plan.inputs.need_pk.tolist())}
    size = max(len(need_row), 1)
    wanted = [
        offer_row[offer] * size + need_row[need] for offer, need in amounts if offer in offer_row and need in need_row
    ]
    cells = plan.pairs.offer.astype(np.int64) * size + plan.pairs.need
    return np.flatnonzero(np.isin(cells, np.array(wanted, dtype=np.int64)))


def _column(code: str, plan: AreaPlan, pair: Longs, quantity_kg: Longs) -> PlanColumn:
    value_per_t, avoided = plan.feasible.value_per_t[pair], plan.carbon.avoided_kg_per_t[pair]
    unvalued, unfactored = np.isnan(value_per_t), np.isnan(avoided)
    avoided_t = None if unfactored.all() else float(np.nan_to_num(avoided) @ quantity_kg) / KG_PER_T**2
    return PlanColumn(
        code=code,
        lines=len(pair),
        tonnes=decimal_t(quantity_kg.sum()),
        value=round(float(np.nan_to_num(value_per_t) @ quantity_kg) / KG_PER_T),
        unvalued_t=_sum_t(quantity_kg, unvalued),
        tonne_km=float(plan.pairs.distance_km[pair] @ quantity_kg) / KG_PER_T,
        avoided_t_co2e=avoided_t,
        unfactored_t=_sum_t(quantity_kg, unfactored),
        unverified_t=_sum_t(quantity_kg, plan.carbon.is_unverified()[pair] & ~unfactored),
    )


def _sum_t(quantity_kg: Longs, which: Flags) -> Decimal:
    return decimal_t(quantity_kg[which].sum())


def _standing(plan: AreaPlan) -> Mapping[str, Amounts]:
    """What stands between the open listings of the area, by state."""
    inside = plan.area.listings(plan.day)
    standing = Proposal.objects.standing().filter(
        offer__in=inside.order_by().values("pk"), need__in=inside.order_by().values("pk")
    )
    amounts: defaultdict[str, Amounts] = defaultdict(lambda: defaultdict(int))
    for state, offer, need, quantity_t in standing.order_by().values_list("state", "offer", "need", "quantity_t"):
        amounts[state][offer, need] += int(quantity_t.scaleb(3))
    return amounts
