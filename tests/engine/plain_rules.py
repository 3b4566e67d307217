"""The rules of docs/matching.md once more, read from there: one pair at a time, plain numbers, nothing of the engine.

A side is a list of dicts with the names of the engine's columns; `properties` and `limits` are dicts by property.
"""

import math
from itertools import pairwise
from typing import Any

Side = dict[str, Any]
FAILS, MAY, UNKNOWN, PASSES = "fails", "may", "unknown", "passes"
REJECTED, POSSIBLE, ACCEPTED = range(3)
MILLIMETRE_KM = 1e-6


def distance_km(one: Side, other: Side) -> float:
    chord = math.dist(_point(one), _point(other))
    return 2 * 6371.0088 * math.asin(min(chord / (2 * 6371.0088), 1.0))


def _point(side: Side) -> tuple[float, float, float]:
    """On the WGS-84 ellipsoid, in km from its centre."""
    lat, lon = math.radians(side["lat"]), math.radians(side["lon"])
    equator, flattening = 6378.137, 1 / 298.257223563
    squared = flattening * (2 - flattening)
    normal = equator / math.sqrt(1 - squared * math.sin(lat) ** 2)
    across = normal * math.cos(lat)
    return across * math.cos(lon), across * math.sin(lon), normal * (1 - squared) * math.sin(lat)


def verdict(offer: Side, need: Side, rules: Side, today: int) -> int:
    found = outcomes(offer, need, rules, today)
    if FAILS in found.values():
        return REJECTED
    sure = set(found.values()) == {PASSES} and _suitability(offer, need, rules) >= 0.5
    return ACCEPTED if sure else POSSIBLE


def outcomes(offer: Side, need: Side, rules: Side, today: int) -> dict[str, str]:
    """By the codes of the table of rules."""
    cell = (need["demand"], offer["material"])
    both_ways = ((offer, need), (need, offer))
    return {
        "material": _met(_suitability(offer, need, rules) > 0),
        "prohibited": _met(cell not in rules["prohibited"]),
        "own_firm": _met(offer["firm"] < 0 or offer["firm"] != need["firm"]),
        "time": _met(_last_day(offer, need) >= max(offer["available_from"], need["available_from"], today)),
        "scope_offer": _met(_looks_there(offer, need, rules)),
        "scope_need": _met(_looks_there(need, offer, rules)),
        "distance": _met(all(_within(offer, need, side["max_distance_km"]) for side in (offer, need))),
        "radius": _met(_worth_hauling(offer, need, rules)),
        "permit": _permit(offer, need, rules),
        "hazardous": _met(need["accepts_hazardous"] or not offer["hazardous"]),
        "listed": _met(all(other["listed"] or not asking["listed_only"] for asking, other in both_ways)),
        "lot": _worst([_lot(*each) for each in both_ways]),
        "quality": _met(offer["quality_level"] >= need["min_quality_level"]),
        "specification": _specification(offer, need, rules),
        "landed_cost": _landed_cost(offer, need, rules),
    }


def _met(met: bool) -> str:
    return PASSES if met else FAILS


def _worst(found: list[str]) -> str:
    return next((each for each in (FAILS, MAY, UNKNOWN) if each in found), PASSES)


def _suitability(offer: Side, need: Side, rules: Side) -> float:
    suitability: float = rules["suitability"][need["demand"]][offer["material"]]
    return suitability


def _last_day(offer: Side, need: Side) -> int:
    return int(min(offer["available_to"], need["available_to"]))


def _looks_there(asking: Side, other: Side, rules: Side) -> bool:
    if asking["scope"] == 0:
        return bool(asking["park"] >= 0 and asking["park"] == other["park"])
    return bool(asking["scope"] == 2 or other["region"] in rules["regions"][asking["region_set"]])


def _within(offer: Side, need: Side, most_km: float) -> bool:
    return distance_km(offer, need) <= most_km + MILLIMETRE_KM


def _worth_hauling(offer: Side, need: Side, rules: Side) -> bool:
    says = any(side["scope"] != 2 or side["max_distance_km"] < math.inf for side in (offer, need))
    radius_km = rules["radius_km"][offer["material"]]
    return says or math.isnan(radius_km) or _within(offer, need, 3 * radius_km)


def free_t(offer: Side, need: Side, rules: Side) -> float:
    """Of the lines for the offer's code the roomiest; none is 0."""
    lines = rules["permits"].get(need["permit_holder"], [])
    return max((free for code, free in lines if code == offer["code"]), default=0.0)


def _permit(offer: Side, need: Side, rules: Side) -> str:
    if not offer["regulated"]:
        return PASSES
    if offer["code"] < 0:
        return FAILS if need["permit_holder"] < 0 else UNKNOWN
    left_t = free_t(offer, need, rules)
    return _met(left_t > 0 and left_t >= max(offer["min_lot_t"], need["min_lot_t"]))


def _lot(asking: Side, other: Side) -> str:
    """Whether the other can give, or take, the smallest lot of the side that asks."""
    if asking["min_lot_t"] > other["max_lot_t"] or asking["min_lot_t"] > other["quantity_t"]:
        return FAILS
    return UNKNOWN if asking["min_lot_t"] > 0 and math.isnan(other["quantity_t"]) else PASSES


def _specification(offer: Side, need: Side, rules: Side) -> str:
    """Own limits first, default ones on other properties; a missing figure is unknown only to an own limit."""
    default = rules["windows"].get((need["demand"], offer["material"]), {})
    found = []
    for prop, (low, high, hard) in (default | need["limits"]).items():
        outcome = limit_outcome(offer["properties"].get(prop), low, high)
        if hard and (outcome != UNKNOWN or prop in need["limits"]):
            found.append(outcome)
    return _worst(found)


def limit_outcome(figure: tuple[float, float] | None, low: float, high: float) -> str:
    if figure is None:
        return UNKNOWN
    if figure[1] < low or figure[0] > high:
        return FAILS
    return PASSES if low <= figure[0] and figure[1] <= high else MAY


def landed_per_t(offer: Side, need: Side, rules: Side) -> float:
    price = 0.0 if math.isnan(offer["price_per_t"]) else offer["price_per_t"]
    hauled = rules["rate"] * rules["road_factor"] * distance_km(offer, need)
    return float(price + rules["fixed"] + hauled - offer["avoided_disposal_per_t"])


def _landed_cost(offer: Side, need: Side, rules: Side) -> str:
    most = need["max_landed_per_t"]
    if math.isnan(most):
        return PASSES
    return UNKNOWN if math.isnan(offer["price_per_t"]) else _met(landed_per_t(offer, need, rules) <= most)


def score(offer: Side, need: Side, rules: Side, today: int) -> float:
    """The weighted mean of the seven components, with the weights of the page."""
    km, known_km = distance_km(offer, need), rules["radius_km"][offer["material"]]
    radius_km = 100.0 if math.isnan(known_km) else known_km
    unpriced = math.isnan(need["price_per_t"]) or math.isnan(offer["price_per_t"])
    would_pay = 0.0 if unpriced else need["price_per_t"]
    across = rules["fixed"] + rules["rate"] * rules["road_factor"] * radius_km
    x = (would_pay - landed_per_t(offer, need, rules)) / across
    parts = (
        (0.25, _suitability(offer, need, rules)),
        (0.20, _worth(offer, need, rules)),
        (0.20, math.exp(-km / radius_km)),
        (0.15, 0.5 * (1 + x / (1 + abs(x)))),
        (0.10, _share(offer, need, rules)),
        (0.05, _common_time(offer, need, today)),
        (0.05, offer["quality_level"] / 3),
    )
    return sum(weight * part for weight, part in parts)


def _worth(offer: Side, need: Side, rules: Side) -> float:
    default = rules["windows"].get((need["demand"], offer["material"]), {})
    worth = {FAILS: 0.0, MAY: 0.5, PASSES: 1.0}
    found = [
        worth.get(limit_outcome(offer["properties"].get(prop), low, high), 0.25 if prop in need["limits"] else 0.5)
        for prop, (low, high, _hard) in (default | need["limits"]).items()
    ]
    return sum(found) / len(found) if found else 0.5


def _share(offer: Side, need: Side, rules: Side) -> float:
    if math.isnan(offer["quantity_t"]) or math.isnan(need["quantity_t"]):
        return 0.5
    asks_line = offer["regulated"] and offer["code"] >= 0
    least = min(offer["quantity_t"], need["quantity_t"], free_t(offer, need, rules) if asks_line else math.inf)
    return 0.5 * (least / offer["quantity_t"] + least / need["quantity_t"])


def _common_time(offer: Side, need: Side, today: int) -> float:
    windows = [(max(side["available_from"], today), side["available_to"]) for side in (offer, need)]
    shorter = min(min(last - first + 1, 365) for first, last in windows)
    common = min(windows[0][1], windows[1][1]) - max(windows[0][0], windows[1][0]) + 1
    return max(min(common, 365), 0) / max(shorter, 1)


def in_order(scores: list[float]) -> bool:
    return all(one >= other for one, other in pairwise(scores))
