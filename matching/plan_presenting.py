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

from listings.models import Listing
from marketplace.firms.models import PermitLine
from marketplace.pictures.flow_map import Flow, FlowMap
from marketplace.pictures.reach_map import ReachPoint
from matching.carbon_presenting import CarbonBasis, basis_of
from matching.engine.columns import Longs
from matching.engine.plan import Constraint, Objective, Relief, decimal_t, outside_alone
from matching.models import Proposal, Verdict
from matching.plan_columns import KG_PER_T, STANDING, PlanColumn, columns_of
from matching.plan_words import METHOD_WORDS, left_out_words, relief_words
from matching.plans import AreaPlan, gap_words, known

MOST_LINES = 300


@dataclass(frozen=True)
class PlanLine:
    """Who gives whom how much. `value` is a year's, in the base currency; None where a price is unknown.

    `avoided_t_co2e` is a year's too, None without a factor. `only_blended` lines fit the need in its blend, not alone.
    """

    offer: Listing
    need: Listing
    quantity_t: Decimal
    distance_km: float
    landed_per_t: float | None
    value: int | None
    needs_permit: bool
    permit_line: PermitLine | None
    verdict: Verdict
    avoided_t_co2e: float | None
    only_blended: bool
    standing: Proposal | None

    @property
    def key(self) -> str:
        """What a tick in the page's form carries: offer, need and kilograms."""
        return f"{self.offer.pk}-{self.need.pk}-{int(self.quantity_t.scaleb(3))}"


@dataclass(frozen=True)
class Overstepped:
    name: str
    url: str
    excess_t: Decimal


@dataclass(frozen=True)
class ReliefWords:
    """What to relax; `alone` is false where it takes all of them at once."""

    code: str
    words: object
    gained_t: Decimal
    alone: bool
    rows: tuple[Overstepped, ...]


@dataclass(frozen=True)
class PlanPage:
    plan: AreaPlan
    lines: tuple[PlanLine, ...]
    columns: tuple[PlanColumn, ...]
    reliefs: tuple[ReliefWords, ...]
    carbon: CarbonBasis

    @property
    def left_out(self) -> list[tuple[object, int]]:
        """Why pairs can carry nothing, and how many."""
        objective = self.plan.objective
        return [
            (left_out_words(constraint, objective), number) for constraint, number in self.plan.best.left_out.items()
        ]

    @property
    def has_standing(self) -> bool:
        return any(column.code in STANDING for column in self.columns)

    @property
    def stale(self) -> int:
        return sum(column.stale for column in self.columns)

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
    def carbon_bound_t(self) -> int | None:
        """t CO₂e a year that no division can exceed, rounded up; only of a plan by CO₂e."""
        bound = known(self.plan.best.summary.bound)
        return None if bound is None or self.plan.objective != Objective.CARBON else math.ceil(bound / 1000)

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
    return PlanPage(plan, _lines(plan, names), columns_of(plan), _reliefs(plan, names), basis_of(plan))


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
    alone = _fits_alone(plan)
    return tuple(_line(plan, names, row, only_blended=not alone[row]) for row in names.shown.tolist())


def _fits_alone(plan: AreaPlan) -> list[bool]:
    """By line, whether the offer keeps the limits of the need without the others of a blend."""
    best, blends = plan.best, plan.feasible.blends
    if blends is None:
        return [True] * len(best)
    offer, need = best.offer.astype(np.int64), best.need.astype(np.int64)
    fits: list[bool] = (~outside_alone(plan.inputs.offers, blends, offer, need)).tolist()
    return fits


def _line(plan: AreaPlan, names: _Names, row: int, *, only_blended: bool) -> PlanLine:
    best, pairs, pair = plan.best, plan.pairs, int(plan.best.pair[row])
    offer, need = names.offer(int(best.offer[row])), names.need(int(best.need[row]))
    quantity_kg = int(best.quantity_kg[row])
    worth, avoided = known(plan.feasible.value_per_t[pair]), known(plan.carbon.avoided_kg_per_t[pair])
    return PlanLine(
        offer=offer,
        need=need,
        quantity_t=decimal_t(quantity_kg),
        distance_km=float(pairs.distance_km[pair]),
        landed_per_t=round(float(pairs.landed_per_t[pair]), 2) if pairs.price_known[pair] else None,
        value=None if worth is None else round(worth * quantity_kg / KG_PER_T),
        needs_permit=bool(plan.inputs.offers.regulated[best.offer[row]]),
        permit_line=names.permit_line(int(best.permit_line[row])),
        verdict=Verdict(int(pairs.verdict[pair])),
        avoided_t_co2e=None if avoided is None else avoided * quantity_kg / KG_PER_T**2,
        only_blended=only_blended,
        standing=names.standing.get((offer.pk, need.pk)),
    )


def _reliefs(plan: AreaPlan, names: _Names) -> tuple[ReliefWords, ...]:
    return tuple(
        ReliefWords(
            str(relief.constraint),
            relief_words(relief.constraint, plan.objective),
            relief.gained_t,
            relief.alone,
            _overstepped(plan, names, relief),
        )
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
