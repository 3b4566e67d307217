"""Plans of an area: what its open offers and needs could trade at best, beside two greedy plans of the same pairs."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace

import numpy as np
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from listings.models import Listing
from marketplace.errors import DomainError
from marketplace.pictures.figures import figure
from matching.areas import Area
from matching.carbon import NO_USE, Carbon, carbon_of, factors_for
from matching.engine import Limits, Pairs, match
from matching.engine.columns import Floats
from matching.engine.plan import Objective, Plan, Summary, Terms, blended, greedy_by_score, greedy_by_value, plan
from matching.inputs import Inputs, build_inputs

OBJECTIVES = (Objective.TONNES, Objective.VALUE, Objective.CARBON)
PIPED = ("heat", "water")  # families that go through pipes: a tonne of them is not a tonne diverted
MOST_LISTINGS = 10_000  # of one side, planned while somebody waits
PROVEN = 1e-9


class TooLarge(DomainError):
    code = "too_large"
    message = gettext_lazy("This area holds too many listings for a page. Choose a smaller one.")


@dataclass(frozen=True)
class FeasiblePairs:
    """All pairs of one country that break no rule.

    Needs that may be filled with a blend are matched without their own hard limits, which `blends` holds by need;
    None where no need blends.
    """

    inputs: Inputs
    pairs: Pairs
    blends: Limits | None

    @property
    def value_per_t(self) -> Floats:
        """Per pair, in the base currency: what the taker would pay − landed cost − deduction; NaN unknown."""
        return self.pairs.surplus_per_t - self.pairs.deduction_per_t


@dataclass(frozen=True)
class AreaPlan:
    """One plan with the two greedy ones it is compared with, over the same pairs."""

    area: Area
    objective: Objective
    day: dt.date
    feasible: FeasiblePairs
    carbon: Carbon
    best: Plan
    by_value: Plan
    by_score: Plan

    @property
    def inputs(self) -> Inputs:
        return self.feasible.inputs

    @property
    def pairs(self) -> Pairs:
        return self.feasible.pairs


def plan_area(area: Area, objective: Objective, day: dt.date) -> AreaPlan:
    """Over all feasible pairs of the open listings inside but heat and water. Money is in the base currency."""
    listings = area.listings(day)
    offers, needs = listings.offers().exclude(_piped()), listings.needs().exclude(_piped())
    if max(offers.count(), needs.count()) > MOST_LISTINGS:
        raise TooLarge
    feasible = feasible_pairs(offers, needs, day=day, country=area.country)
    carbon = _carbon(feasible, offers, needs, area.country)
    inputs, coefficient_per_t = feasible.inputs, carbon.avoided_kg_per_t if objective == Objective.CARBON else None
    terms = Terms(coefficient_per_t=coefficient_per_t, blends=feasible.blends)
    question = (inputs.offers, inputs.needs, feasible.pairs, inputs.rules, objective, terms)
    plans = plan(*question), greedy_by_value(*question), greedy_by_score(*question)
    return AreaPlan(area, objective, day, feasible, carbon, *plans)


def _piped() -> Q:
    return Q(material__slug__in=PIPED) | Q(material__parent__slug__in=PIPED)


def feasible_pairs(offers: QuerySet[Listing], needs: QuerySet[Listing], *, day: dt.date, country: str) -> FeasiblePairs:
    inputs = build_inputs(offers, needs, day=day, country=country)
    blending = set(needs.filter(blend_allowed=True).order_by().values_list("pk", flat=True))
    blends = None
    if blending:
        may_blend = np.array([key in blending for key in inputs.need_pk.tolist()], dtype=bool)
        opened, blends = blended(inputs.needs, may_blend)
        inputs = replace(inputs, needs=opened)
    pairs = match(inputs.offers, inputs.needs, inputs.rules, inputs.day, top=0)
    return FeasiblePairs(inputs, pairs, blends)


def _carbon(feasible: FeasiblePairs, offers: QuerySet[Listing], needs: QuerySet[Listing], country: str) -> Carbon:
    """A listing that was published since the arrays were read is not looked up."""
    inputs = feasible.inputs
    material_of = dict(offers.order_by().values_list("pk", "material"))
    use_of = dict(needs.order_by().values_list("pk", "use"))
    materials = [material_of.get(key) or 0 for key in inputs.offer_pk.tolist()]
    uses = [use_of.get(key) or NO_USE for key in inputs.need_pk.tolist()]
    factors = factors_for(country, materials, inputs.rules.haulage.road_factor)
    return carbon_of(feasible.pairs, materials, uses, factors)


def feasible_t(offer_keys: list[int], need_keys: list[int], day: dt.date) -> dict[tuple[int, int], float]:
    """(offer, need) → tonnes a year the two may trade today, for every pair of these listings that breaks no rule.

    A need that blends takes any offer its own hard limits alone would refuse: see `matching.blends`.
    """
    found: dict[tuple[int, int], float] = {}
    open_now = Listing.objects.open_on(day)
    offers, needs = open_now.offers().filter(pk__in=offer_keys), open_now.needs().filter(pk__in=need_keys)
    for country in sorted(set(offers.order_by().values_list("site__country", flat=True))):
        inside = {"site__country": country}
        feasible = feasible_pairs(offers.filter(**inside), needs.filter(**inside), day=day, country=country)
        inputs, pairs = feasible.inputs, feasible.pairs
        offer_pk, need_pk = inputs.offer_pk[pairs.offer].tolist(), inputs.need_pk[pairs.need].tolist()
        found |= dict(zip(zip(offer_pk, need_pk, strict=True), pairs.quantity_t.tolist(), strict=True))
    return found


def gap_words(summary: Summary) -> str:
    """How near a plan is to the best there can be, rounded against us."""
    if math.isnan(summary.gap):
        return _("no bound known")
    if summary.gap <= PROVEN:
        return _("proven to be the best possible")
    percent = math.ceil(summary.gap * 10_000 - PROVEN) / 100
    return _("within %(percent)s %% of the best possible") % {"percent": figure(percent)}


def known(value: float) -> float | None:
    return None if np.isnan(value) or np.isinf(value) else float(value)
