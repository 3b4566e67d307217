"""The rules of a pair as the page lists them: which are worth a line, and the numbers each sentence needs."""

from __future__ import annotations

import math
from dataclasses import dataclass

from matching.engine import Outcome, Rule, RuleResult

OUTCOME_NAMES = {Outcome.FAILS: "fails", Outcome.MAY: "may", Outcome.UNKNOWN: "unknown", Outcome.PASSES: "passes"}
# Shown even when they pass; the others only when they have something to say.
ALWAYS_SHOWN = (
    Rule.MATERIAL, Rule.SPECIFICATION, Rule.PERMIT, Rule.HAZARDOUS, Rule.TIME, Rule.DISTANCE, Rule.RADIUS, Rule.LOT,
    Rule.LANDED_COST, Rule.LISTED, Rule.QUALITY, Rule.SCOPE_OFFER, Rule.SCOPE_NEED,
)  # fmt: skip


@dataclass(frozen=True)
class RuleLine:
    """A rule with the numbers its sentence needs; `code` picks the sentence in the template."""

    code: str
    outcome: str
    params: dict[str, float | str]


def worth_showing(result: RuleResult) -> bool:
    if result.outcome != Outcome.PASSES:
        return True
    if result.rule not in ALWAYS_SHOWN:
        return False
    params = result.params
    if result.rule == Rule.PERMIT:
        return bool(params.get("regulated"))
    if result.rule == Rule.LANDED_COST:
        return not math.isnan(params.get("max_landed_per_t", math.nan))
    if result.rule == Rule.LISTED:
        return bool(params.get("offer_listed_only") or params.get("need_listed_only"))
    if result.rule == Rule.DISTANCE:
        return any(math.isfinite(params.get(name, math.inf)) for name in ("offer_max_km", "need_max_km"))
    if result.rule == Rule.RADIUS:
        return math.isfinite(params.get("cap_km", math.inf))
    if result.rule in (Rule.SCOPE_OFFER, Rule.SCOPE_NEED):
        return params.get("scope") != 2
    return not (result.rule == Rule.QUALITY and not params.get("min_level"))
