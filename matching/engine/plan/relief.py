"""Why a plan is empty or infeasible: lift each constraint in turn, plan again, and see what that would overstep.

The elastic answer: a constraint whose lifting brings nothing is not the one to relax.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from matching.engine.columns import Longs
from matching.engine.plan.arcs import Transport, total_kg
from matching.engine.plan.blending import known, windows_over, without_figure
from matching.engine.plan.building import lot_kg, transport_of
from matching.engine.plan.codes import Constraint
from matching.engine.plan.division import divide
from matching.engine.plan.question import Effort, Question
from matching.engine.plan.results import Plan, Relief, decimal_t

MOST_ROWS = 10
Rows = tuple[Longs, Longs]


def reliefs_of(question: Question, base: Transport, made: Plan, effort: Effort) -> tuple[Relief, ...]:
    """The constraints whose lifting would bring tonnes, the most effective first.

    Where no single one helps, those are named that would be overstepped if all limits but quantities were lifted.
    """
    lifting = _Lifting(question, base, made, replace(effort, time_limit_s=effort.time_limit_s / len(Constraint)))
    found = [lifting.relief(frozenset({each}), each) for each in Constraint]
    helpful = [each for each in found if _helps(each, made)]
    if not helpful:
        everything = frozenset(Constraint) - {Constraint.SUPPLY, Constraint.DEMAND}
        helpful = [each for each in (lifting.relief(everything, one) for one in sorted(everything)) if each.rows]
    return tuple(sorted(helpful, key=lambda each: (each.shortfall_t, -each.gained_t)))


def _helps(relief: Relief, made: Plan) -> bool:
    """Whether it shortens what is lacking; where nothing is required, whether it brings any tonnes."""
    if made.shortfall_kg.any():
        return relief.shortfall_t < decimal_t(made.shortfall_kg.sum())
    return relief.gained_t > 0


@dataclass(frozen=True)
class _Lifting:
    question: Question
    base: Transport
    made: Plan
    effort: Effort

    def relief(self, eased: frozenset[Constraint], named: Constraint) -> Relief:
        """What lifting `eased` brings, and which rows of the constraint `named` it would overstep."""
        transport, _ = transport_of(self.question, eased)
        flow_kg = divide(transport, self.effort).flow_kg
        rows, excess_kg = OVERSTEPPED[named](self.question, self.base, transport, flow_kg)
        largest = np.flatnonzero(excess_kg > 0)
        largest = largest[np.lexsort((rows[largest], -excess_kg[largest]))[:MOST_ROWS]]
        return Relief(
            constraint=named,
            gained_t=decimal_t(flow_kg.sum()) - self.made.summary.tonnes,
            shortfall_t=decimal_t(transport.shortfall_kg(flow_kg).sum()),
            rows=tuple(rows[largest].tolist()),
            excess_t=tuple(decimal_t(kg) for kg in excess_kg[largest].tolist()),
            alone=len(eased) == 1,
        )


def _supply(question: Question, base: Transport, transport: Transport, flow_kg: Longs) -> Rows:
    return _beyond(transport.offer, flow_kg, base.supply_kg)


def _demand(question: Question, base: Transport, transport: Transport, flow_kg: Longs) -> Rows:
    return _beyond(transport.need, flow_kg, base.demand_kg)


def _permit(question: Question, base: Transport, transport: Transport, flow_kg: Longs) -> Rows:
    line = question.pairs.permit_line[transport.pair].astype(np.int64)
    limited = np.flatnonzero(line >= 0)
    return _beyond(line[limited], flow_kg[limited], base.line_kg)


def _lot(question: Question, base: Transport, transport: Transport, flow_kg: Longs) -> Rows:
    """What is lacking to the lots of pairs that would trade less."""
    offers, needs = question.offers, question.needs
    smallest_kg = lot_kg(np.maximum(offers.min_lot_t[transport.offer], needs.min_lot_t[transport.need]))
    return transport.pair, np.where(flow_kg > 0, smallest_kg - flow_kg, 0)


def _blend(question: Question, base: Transport, transport: Transport, flow_kg: Longs) -> Rows:
    """All that needs would receive whose blend would be outside a window."""
    blends = question.terms.blends
    if blends is None:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    windows = known(windows_over(question.offers, blends, transport.offer, transport.need))
    outside = np.maximum(*windows.excess(flow_kg)) > 0
    received_kg = total_kg(transport.need, flow_kg, len(base.demand_kg))
    needs = np.unique(windows.need[outside])
    return needs, received_kg[needs]


def _worth(question: Question, base: Transport, transport: Transport, flow_kg: Longs) -> Rows:
    worthless = ~(question.worth_per_t()[transport.pair] > 0)
    return transport.pair[worthless], flow_kg[worthless]


def _quantity(question: Question, base: Transport, transport: Transport, flow_kg: Longs) -> Rows:
    supply_t, demand_t = question.offers.quantity_t, question.needs.quantity_t
    unknown = np.isnan(supply_t[transport.offer]) | np.isnan(demand_t[transport.need])
    return transport.pair[unknown], flow_kg[unknown]


def _figure(question: Question, base: Transport, transport: Transport, flow_kg: Longs) -> Rows:
    blends = question.terms.blends
    if blends is None:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    windows = windows_over(question.offers, blends, transport.offer, transport.need)
    unknown = without_figure(windows, len(transport))
    return transport.pair[unknown], flow_kg[unknown]


def _beyond(owner: Longs, flow_kg: Longs, limit_kg: Longs) -> Rows:
    return np.arange(len(limit_kg)), total_kg(owner, flow_kg, len(limit_kg)) - limit_kg


OVERSTEPPED: dict[Constraint, Callable[[Question, Transport, Transport, Longs], Rows]] = {
    Constraint.SUPPLY: _supply,
    Constraint.DEMAND: _demand,
    Constraint.PERMIT: _permit,
    Constraint.LOT: _lot,
    Constraint.BLEND: _blend,
    Constraint.WORTH: _worth,
    Constraint.QUANTITY: _quantity,
    Constraint.FIGURE: _figure,
}
