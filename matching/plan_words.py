"""The words of plans: how one was found, what keeps pairs out of it, and what would let them in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from matching.engine.plan import Constraint, Method, Objective

OBJECTIVE_WORDS = {
    Objective.TONNES: _("most tonnes diverted"),
    Objective.VALUE: _("most value after haulage"),
    Objective.CARBON: _("most CO₂e avoided"),
}

METHOD_WORDS = {
    Method.NOTHING: _("there is nothing to divide"),
    Method.FLOW: _("solved as a minimum-cost flow"),
    Method.LINEAR: _("solved as a linear programme"),
    Method.INTEGER: _("solved as a mixed-integer programme"),
    Method.DROPPED: _("relaxed, the lines that broke a rule dropped, and solved again"),
}

LEFT_OUT_WORDS = {
    Constraint.WORTH: _("they cost more than they bring, or a price is unknown"),
    Constraint.PERMIT: _("the permit line has no tonnes left"),
    Constraint.LOT: _("the smallest lot is more than what is there"),
    Constraint.QUANTITY: _("a quantity is not stated"),
    Constraint.FIGURE: _("the offer states no figure for a property that the blend must keep"),
}
LEFT_OUT_OF_CARBON = _("no CO₂e factor is stored, or hauling emits more than is avoided")

RELIEF_WORDS = {
    Constraint.SUPPLY: _("Find more supply"),
    Constraint.DEMAND: _("Find more demand"),
    Constraint.PERMIT: _("Extend a permit"),
    Constraint.LOT: _("Take smaller lots"),
    Constraint.BLEND: _("Widen the limits of the blend, or add an offer that brings it back"),
    Constraint.WORTH: _("Accept lines that cost money, or learn the missing prices"),
    Constraint.QUANTITY: _("State the missing quantities"),
    Constraint.FIGURE: _("State the missing figures of the offers"),
}
RELIEF_OF_CARBON = _("Accept lines that avoid no CO₂e, or have no factor for it")


def left_out_words(constraint: Constraint, objective: Objective) -> object:
    if constraint == Constraint.WORTH and objective == Objective.CARBON:
        return LEFT_OUT_OF_CARBON
    return LEFT_OUT_WORDS[constraint]


def relief_words(constraint: Constraint, objective: Objective) -> object:
    if constraint == Constraint.WORTH and objective == Objective.CARBON:
        return RELIEF_OF_CARBON
    return RELIEF_WORDS[constraint]
