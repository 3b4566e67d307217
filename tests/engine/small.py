"""One offer and one need that match perfectly, to be changed one column at a time."""

from typing import Any

import numpy as np

from matching.engine import Evaluation, Limits, Needs, Offers, Outcome, PermitTable, Ranges, Rule, Rules, evaluate

TODAY = 738_000
HARD = {"low": 2.0, "high": 8.0}


def one_offer(figures: tuple[float, float, float] | None = None, **columns: Any) -> Offers:
    """At 30° N 110° E; `figures` are low, typical and high of property 0."""
    named = dict(zip(("low", "typ", "high"), figures, strict=True)) if figures else {}
    owner = [0] if figures else []
    properties = Ranges.from_columns(
        1, owner=owner, property=owner, **(named or dict.fromkeys(("low", "typ", "high"), []))
    )
    usual = {"lat": 30.0, "lon": 110.0, "material": 0, "price_per_t": 5.0, "quantity_t": 100.0, "firm": 1}
    return Offers.build(1, properties=properties, **(usual | columns))


def one_need(limit: dict[str, Any] | None = None, **columns: Any) -> Needs:
    limits = Limits.from_columns(1, owner=[0], property=[0], **limit) if limit else None
    usual = {"lat": 30.0, "lon": 110.0, "demand": 0, "price_per_t": 50.0, "quantity_t": 100.0, "firm": 2}
    return Needs.build(1, limits=limits, **(usual | columns))


def some_rules(suitability: float = 1.0, **given: Any) -> Rules:
    """One material, one demand, radius 50 km; holder 0 may take 100 t of code 7 under line 3; set 0 is region 1."""
    usual: dict[str, Any] = {
        "economic_radius_km": np.array([50.0]),
        "region_member": np.array([[False, True]]),
        "permits": PermitTable.from_columns(1, owner=[0], code=[7], free_t=100.0, line=3),
    }
    return Rules.build([[suitability]], **(usual | given))


def window(**limit: Any) -> dict[str, Any]:
    """A default window with one limit on property 0."""
    limits = Limits.from_columns(1, owner=[0], property=[0], **limit)
    return {"window": np.zeros((1, 1), dtype=np.int32), "default_limits": limits}


def judge(offers: Offers, needs: Needs, rules: Rules | None = None) -> Evaluation:
    first = np.zeros(1, dtype=np.int64)
    return evaluate(offers, needs, rules or some_rules(), TODAY, first, first)


def outcome(rule: Rule, offers: Offers, needs: Needs, rules: Rules | None = None) -> Outcome:
    return Outcome(judge(offers, needs, rules).outcome(rule)[0])
