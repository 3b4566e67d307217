"""A plan as a page shows it: lines with their listings, plans side by side, what to relax, and the map.

Only those who act for every firm see plans, so names, exact places and money are not hidden here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from listings.models import Listing
from marketplace.firms.models import PermitLine
from marketplace.pictures.flow_map import Flow, FlowMap
from marketplace.pictures.reach_map import ReachPoint
from matching.engine.columns import Longs
from matching.engine.plan import Constraint, Method, Objective, Plan, Relief
from matching.models import Proposal, Verdict
from matching.plans import AreaPlan, behind, gap_words, known

MOST_LINES = 300

METHOD_WORDS = {
    Method.NOTHING: _("there is nothing to divide"),
    Method.FLOW: _("solved as a minimum-cost flow"),
    Method.LINEAR: _("solved as a linear programme"),
    Method.INTEGER: _("solved as a mixed-integer programme"),
    Method.DROPPED: _("relaxed, the lines that broke a rule dropped, and solved again"),
}


@dataclass(frozen=True)
class PlanLine:
    """Who gives whom how much. `value` is a year's, in the base currency; None where a price is unknown."""

    offer: Listing
    need: Listing
    quantity_t: Decimal
    distance_km: float
    landed_per_t: float | None
    value: int | None
    needs_permit: bool
    permit_line: PermitLine | None
    verdict: Verdict
    standing: Proposal | None

    @property
    def key(self) -> str:
        """What a tick in the page's form carries: offer, need and kilograms."""
        return f"{self.offer.pk}-{self.need.pk}-{int(self.quantity_t.scaleb(3))}"


@dataclass(frozen=True)
class PlanColumn:
    """What one plan adds up to. `behind` is its share short of the best, None for the best itself."""

    code: str
    tonnes: Decimal
    value: int
    unvalued_t: Decimal
    tonne_km: float
    lines: int
    behind_percent: float | None = None


@dataclass(frozen=True)
class Overstepped:
    name: str
    url: str
    excess_t: Decimal


@dataclass(frozen=True)
class ReliefWords:
    code: str
    gained_t: Decimal
    rows: tuple[Overstepped, ...]


@dataclass(frozen=True)
class PlanPage:
    plan: AreaPlan
    lines: tuple[PlanLine, ...]
    columns: tuple[PlanColumn, ...]
    reliefs: tuple[ReliefWords, ...]

    @property
    def left_out(self) -> list[tuple[str, int]]:
        return [(str(constraint), number) for constraint, number in self.plan.best.left_out.items()]

    @property
    def is_found(self) -> bool:
        return len(self.plan.best) > 0

    @property
    def hidden_lines(self) -> int:
        return len(self.plan.best) - len(self.lines)

    @property
    def gap(self) -> str:
        return gap_words(self.plan.best.summary)

    @property
    def method(self) -> object:
        return METHOD_WORDS[self.plan.best.summary.method]

    @property
    def value_bound(self) -> int | None:
        """Rounded up. The bound of a plan by tonnes is not one of tonnes: of equal ones the nearer counts for more."""
        bound = known(self.plan.best.summary.bound)
        return None if bound is None or self.plan.objective != Objective.VALUE else math.ceil(bound)

    @property
    def currency(self) -> str:
        return settings.LOOPYARD_BASE_CURRENCY

    @property
    def flow_map(self) -> FlowMap:
        flows = tuple(Flow(_point(line.offer), _point(line.need), float(line.quantity_t)) for line in self.lines)
        return FlowMap(self.plan.area.name, flows)


def present(plan: AreaPlan) -> PlanPage:
    """The largest lines first. Queries: constant in the number of lines."""
    names = _Names(plan)
    return PlanPage(plan, _lines(plan, names), columns_of(plan), _reliefs(plan, names))


def columns_of(plan: AreaPlan) -> tuple[PlanColumn, ...]:
    best = plan.best.summary
    shares = [behind(each.summary, best) for each in (plan.by_value, plan.by_score)]
    percents = [None if share is None else max(0.0, 100 * share) for share in shares]
    return (
        _column("best", plan.best, None),
        _column("greedy_value", plan.by_value, percents[0]),
        _column("greedy_score", plan.by_score, percents[1]),
    )


def _column(code: str, plan: Plan, behind_percent: float | None) -> PlanColumn:
    summary = plan.summary
    value, lines = round(summary.value), len(plan)
    return PlanColumn(code, summary.tonnes, value, summary.unvalued_t, summary.tonne_km, lines, behind_percent)


class _Names:
    """The listings, permit lines and proposals that the page names, each read once."""

    def __init__(self, plan: AreaPlan) -> None:
        self.plan = plan
        self.shown = np.argsort(-plan.best.quantity_kg, kind="stable")[:MOST_LINES]
        offer_rows, need_rows = set(plan.best.offer[self.shown].tolist()), set(plan.best.need[self.shown].tolist())
        line_rows = set(plan.best.permit_line[self.shown].tolist())
        for relief in plan.best.reliefs:
            offers, needs, lines = _rows_named(plan, relief)
            offer_rows, need_rows, line_rows = offer_rows | offers, need_rows | needs, line_rows | lines
        inputs = plan.inputs
        keys = [*_keys(inputs.offer_pk, offer_rows), *_keys(inputs.need_pk, need_rows)]
        self.listings: Mapping[int, Listing] = Listing.objects.for_rows().in_bulk(keys)
        lines_found = PermitLine.objects.select_related("permit", "operation")
        self.permit_lines: Mapping[int, PermitLine] = lines_found.in_bulk(_keys(inputs.line_pk, line_rows))
        standing = Proposal.objects.standing().filter(offer__in=keys, need__in=keys)
        self.standing = {(each.offer_id, each.need_id): each for each in standing}

    def offer(self, row: int) -> Listing:
        return self.listings[int(self.plan.inputs.offer_pk[row])]

    def need(self, row: int) -> Listing:
        return self.listings[int(self.plan.inputs.need_pk[row])]

    def permit_line(self, row: int) -> PermitLine | None:
        return self.permit_lines.get(int(self.plan.inputs.line_pk[row])) if row >= 0 else None


def _keys(keys: Longs, rows: Iterable[int]) -> list[int]:
    return [int(keys[row]) for row in rows if row >= 0]


def _rows_named(plan: AreaPlan, relief: Relief) -> tuple[set[int], set[int], set[int]]:
    """Rows of offers, needs and permit lines that a relief names."""
    rows = set(relief.rows)
    if relief.constraint == Constraint.SUPPLY:
        return rows, set(), set()
    if relief.constraint in (Constraint.DEMAND, Constraint.BLEND):
        return set(), rows, set()
    if relief.constraint == Constraint.PERMIT:
        return set(), set(), rows
    pairs = plan.pairs
    return {int(pairs.offer[row]) for row in rows}, {int(pairs.need[row]) for row in rows}, set()


def _lines(plan: AreaPlan, names: _Names) -> tuple[PlanLine, ...]:
    best, pairs, quantities_t = plan.best, plan.pairs, plan.best.quantities_t()
    value_per_t = plan.value_per_t()
    made = []
    for row in names.shown.tolist():
        pair, quantity_t = int(best.pair[row]), quantities_t[row]
        offer, need = names.offer(int(best.offer[row])), names.need(int(best.need[row]))
        worth = known(float(value_per_t[pair]))
        made.append(
            PlanLine(
                offer=offer,
                need=need,
                quantity_t=quantity_t,
                distance_km=float(pairs.distance_km[pair]),
                landed_per_t=round(float(pairs.landed_per_t[pair]), 2) if pairs.price_known[pair] else None,
                value=None if worth is None else round(worth * float(quantity_t)),
                needs_permit=bool(plan.inputs.offers.regulated[best.offer[row]]),
                permit_line=names.permit_line(int(best.permit_line[row])),
                verdict=Verdict(int(pairs.verdict[pair])),
                standing=names.standing.get((offer.pk, need.pk)),
            )
        )
    return tuple(made)


def _reliefs(plan: AreaPlan, names: _Names) -> tuple[ReliefWords, ...]:
    return tuple(
        ReliefWords(str(relief.constraint), relief.gained_t, _overstepped(plan, names, relief))
        for relief in plan.best.reliefs
    )


def _overstepped(plan: AreaPlan, names: _Names, relief: Relief) -> tuple[Overstepped, ...]:
    excess = zip(relief.rows, relief.excess_t, strict=True)
    return tuple(Overstepped(*_named(plan, names, relief.constraint, row), excess_t) for row, excess_t in excess)


def _named(plan: AreaPlan, names: _Names, constraint: Constraint, row: int) -> tuple[str, str]:
    """The name and the address of what would be overstepped."""
    if constraint == Constraint.SUPPLY:
        return names.offer(row).title, names.offer(row).get_absolute_url()
    if constraint in (Constraint.DEMAND, Constraint.BLEND):
        return names.need(row).title, names.need(row).get_absolute_url()
    if constraint == Constraint.PERMIT:
        line = names.permit_line(row)
        return (f"{line.permit} · {line}", reverse("firms:permit", args=[line.permit_id])) if line else ("", "")
    offer, need = names.offer(int(plan.pairs.offer[row])), names.need(int(plan.pairs.need[row]))
    return f"{offer.title} → {need.title}", offer.get_absolute_url()


def _point(listing: Listing) -> ReachPoint:
    site = listing.site
    return ReachPoint(site.latitude, site.longitude, listing.kind, f"{listing.firm} · {listing.title}")
