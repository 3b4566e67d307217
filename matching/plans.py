"""Plans of an area: what its open offers and needs could trade at best, beside two greedy plans of the same pairs."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from listings.models import Listing
from marketplace.errors import DomainError
from marketplace.pictures.figures import figure
from matching.areas import Area
from matching.engine import Pairs, match
from matching.engine.columns import Floats
from matching.engine.plan import Objective, Plan, Summary, greedy_by_score, greedy_by_value, plan
from matching.inputs import Inputs, build_inputs

# CO₂e is left out until a sourced factor is stored for each material.
OBJECTIVES = (Objective.TONNES, Objective.VALUE)
PIPED = ("heat", "water")  # families that go through pipes: a tonne of them is not a tonne diverted
MOST_LISTINGS = 10_000  # of one side, planned while somebody waits
PROVEN = 1e-9


class TooLarge(DomainError):
    code = "too_large"
    message = gettext_lazy("This area holds too many listings for a page. Choose a smaller one.")


@dataclass(frozen=True)
class AreaPlan:
    """One plan with the two greedy ones it is compared with, over the same pairs."""

    area: Area
    objective: Objective
    day: dt.date
    inputs: Inputs
    pairs: Pairs
    best: Plan
    by_value: Plan
    by_score: Plan

    def value_per_t(self) -> Floats:
        """Per pair, in the base currency: what the taker would pay − landed cost − deduction; NaN unknown."""
        return self.pairs.surplus_per_t - self.pairs.deduction_per_t


def plan_area(area: Area, objective: Objective, day: dt.date) -> AreaPlan:
    """Over all feasible pairs of the open listings inside but heat and water. Money is in the base currency."""
    listings = area.listings(day)
    offers, needs = listings.offers().exclude(_piped()), listings.needs().exclude(_piped())
    if max(offers.count(), needs.count()) > MOST_LISTINGS:
        raise TooLarge
    inputs = build_inputs(offers, needs, day=day, country=area.country)
    pairs = match(inputs.offers, inputs.needs, inputs.rules, inputs.day, top=0)
    question = (inputs.offers, inputs.needs, pairs, inputs.rules, objective)
    return AreaPlan(
        area, objective, day, inputs, pairs, plan(*question), greedy_by_value(*question), greedy_by_score(*question)
    )


def _piped() -> Q:
    return Q(material__slug__in=PIPED) | Q(material__parent__slug__in=PIPED)


def feasible_t(offer_keys: list[int], need_keys: list[int], day: dt.date) -> dict[tuple[int, int], float]:
    """(offer, need) → tonnes a year the two may trade today, for every pair of these listings that breaks no rule."""
    found: dict[tuple[int, int], float] = {}
    open_now = Listing.objects.open_on(day)
    offers, needs = open_now.offers().filter(pk__in=offer_keys), open_now.needs().filter(pk__in=need_keys)
    for country in sorted(set(offers.order_by().values_list("site__country", flat=True))):
        inside = {"site__country": country}
        inputs = build_inputs(offers.filter(**inside), needs.filter(**inside), day=day, country=country)
        pairs = match(inputs.offers, inputs.needs, inputs.rules, inputs.day, top=0)
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


def behind(other: Summary, best: Summary) -> float | None:
    """By what share another plan falls short of this one in its own objective; None where there is nothing to share."""
    return None if not best.worth > 0 else 1 - other.worth / best.worth


def known(value: float) -> float | None:
    return None if np.isnan(value) or np.isinf(value) else float(value)
