"""Small markets in which nearly every figure lies exactly on some limit: few values, few places, ends of the globe."""

import math
from typing import Any

import numpy as np

from matching.engine import Haulage, Limits, Needs, Offers, PermitTable, Ranges, Rules
from tests.engine import plain_rules as plain
from tests.engine.plain_rules import Side

TODAY = 738_000
PLACES = (
    (0.0, 180.0), (0.0, -180.0), (0.0, 179.9), (0.2, -179.9), (90.0, 0.0), (90.0, 77.0), (89.9, -100.0), (-90.0, 5.0),
    (30.0, 110.0), (30.0, 110.0), (30.0, 110.5), (30.3, 110.0), (-30.0, -70.0),
)  # fmt: skip
FIGURES = (0.0, 2.0, 4.0, 5.0, 8.0)
TONNES = (10.0, 20.0, 50.0, 100.0)
DAYS = (-2, -1, 0, 1, 5, 400)
N_MATERIALS, N_DEMANDS, N_HOLDERS, N_PROPERTIES = 3, 3, 3, 3


def edge_market(seed: int, n_offers: int, n_needs: int) -> tuple[list[Side], list[Side], Side]:
    draw = _Draw(seed)
    return [draw.offer() for _ in range(n_offers)], [draw.need() for _ in range(n_needs)], draw.rules()


class _Draw:
    """One figure after the other, most of them the mildest of its kind, or nothing would match."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.places = [PLACES[each] for each in self.random.integers(0, len(PLACES), 5)]
        self.distances = [
            plain.distance_km({"lat": one[0], "lon": one[1]}, {"lat": two[0], "lon": two[1]})
            for one in self.places
            for two in self.places
        ]

    def one(self, values: Any) -> Any:
        return values[int(self.random.integers(0, len(values)))]

    def mostly(self, usual: Any, values: Any, share: float = 0.3) -> Any:
        return self.one(values) if self.random.random() < share else usual

    def chance(self, share: float) -> bool:
        return bool(self.random.random() < share)

    def cap_km(self) -> float:
        """Exactly as far as some two places lie apart, or a metre off."""
        return float(max(self.one(self.distances) + self.one((0.0, 0.0, 0.001, -0.001)), 0.0))

    def common(self) -> Side:
        lat, lon = self.one(self.places)
        first, last = sorted((self.mostly(-2, DAYS), self.mostly(400, DAYS)))
        scope = self.mostly(2, (0, 1, 2), 0.4)
        return {
            "lat": lat,
            "lon": lon,
            "quantity_t": self.mostly(50.0, (*TONNES, math.nan), 0.6),
            "min_lot_t": self.mostly(0.0, (0.0, *TONNES)),
            "max_lot_t": self.mostly(math.inf, TONNES, 0.2),
            "price_per_t": self.mostly(5.0, (-20.0, 0.0, 30.0, math.nan), 0.6),
            "available_from": TODAY + first,
            "available_to": TODAY + last,
            "firm": self.mostly(int(self.random.integers(3, 99)), (-1, 1, 2), 0.3),
            "park": self.mostly(-1, (0, 1), 0.6),
            "region": self.one((-1, 0, 1, 2)),
            "listed": self.chance(0.6),
            "listed_only": self.chance(0.2),
            "scope": scope,
            "region_set": self.one((0, 1)) if scope == 1 else -1,
            "max_distance_km": self.cap_km() if self.chance(0.4) else math.inf,
        }

    def offer(self) -> Side:
        return self.common() | {
            "material": int(self.random.integers(0, N_MATERIALS)),
            "avoided_disposal_per_t": self.mostly(0.0, (12.5,)),
            "code": self.one((-1, 0, 1)),
            "regulated": self.chance(0.4),
            "hazardous": self.chance(0.2),
            "quality_level": self.one((0, 1, 2, 3)),
            "properties": {prop: self.range() for prop in range(N_PROPERTIES) if self.chance(0.6)},
        }

    def range(self) -> tuple[float, float]:
        low, high = sorted((self.one(FIGURES), self.one(FIGURES)))
        return low, high

    def need(self) -> Side:
        return self.common() | {
            "demand": int(self.random.integers(0, N_DEMANDS)),
            "max_landed_per_t": self.mostly(math.nan, (15.0, -10.0, 10.0, 27.5, 1e4), 0.4),
            "permit_holder": self.one((-1, 0, 1, 2)),
            "accepts_hazardous": self.chance(0.6),
            "min_quality_level": self.mostly(0, (1, 2, 3)),
            "limits": self.limits(0.3),
        }

    def limits(self, share: float) -> dict[int, tuple[float, float, bool]]:
        return {prop: (*self.window(), self.chance(0.7)) for prop in range(N_PROPERTIES) if self.chance(share)}

    def window(self) -> tuple[float, float]:
        low, high = self.range()
        return self.one(((low, high), (-math.inf, high), (low, math.inf)))

    def rules(self) -> Side:
        cells = [(demand, material) for demand in range(N_DEMANDS) for material in range(N_MATERIALS)]
        line_codes = [(holder, self.one((0, 1))) for holder in range(N_HOLDERS) for _ in range(3) if self.chance(0.6)]
        permits: dict[int, list[tuple[int, float]]] = {}
        for holder, code in line_codes:
            permits.setdefault(holder, []).append((code, self.one((0.0, 10.0, 20.0, 100.0, math.inf))))
        return {
            "suitability": [[self.one((0.0, 0.25, 0.5, 0.75, 1.0)) for _ in range(N_MATERIALS)] for _ in range(3)],
            "prohibited": {cell for cell in cells if self.chance(0.1)},
            "windows": {cell: self.limits(0.5) for cell in cells if self.chance(0.5)},
            "regions": [{0, 1}, {2}],
            "permits": permits,
            "radius_km": [max(self.one(self.distances) / 3, 1.0), 20.0, self.one((math.nan, 5000.0))],
            "fixed": 10.0,
            "rate": 0.5,
            "road_factor": 1.3,
        }


def as_offers(sides: list[Side]) -> Offers:
    figures = [(row, prop, *values) for row, side in enumerate(sides) for prop, values in side["properties"].items()]
    owner, prop, low, high = _columns(figures, 4)
    typ = (np.asarray(low, dtype=float) + np.asarray(high, dtype=float)) / 2
    ranges = Ranges.from_columns(len(sides), owner=owner, property=prop, low=low, typ=typ, high=high)
    return Offers.build(len(sides), properties=ranges, **_all_but("properties", sides))


def as_needs(sides: list[Side]) -> Needs:
    return Needs.build(len(sides), limits=_limits([side["limits"] for side in sides]), **_all_but("limits", sides))


def as_rules(rules: Side) -> Rules:
    suitability = np.array(rules["suitability"])
    window, prohibited = np.full(suitability.shape, -1, dtype=np.int32), np.zeros(suitability.shape, dtype=bool)
    for row, cell in enumerate(rules["windows"]):
        window[cell] = row
    for cell in rules["prohibited"]:
        prohibited[cell] = True
    lines = [(holder, code, free) for holder, some in rules["permits"].items() for code, free in some]
    owner, code, free_t = _columns(lines, 3)
    return Rules.build(
        suitability,
        prohibited=prohibited,
        window=window,
        default_limits=_limits(list(rules["windows"].values())),
        region_member=np.array([[region in some for region in range(3)] for some in rules["regions"]]),
        permits=PermitTable.from_columns(N_HOLDERS, owner=owner, code=code, free_t=free_t, line=np.arange(len(lines))),
        economic_radius_km=np.array(rules["radius_km"]),
        haulage=Haulage(road_factor=rules["road_factor"], rate_per_t_km=rules["rate"], fixed_per_t=rules["fixed"]),
    )


def _limits(owners: list[dict[int, tuple[float, float, bool]]]) -> Limits:
    rows = [(owner, prop, *limit) for owner, some in enumerate(owners) for prop, limit in some.items()]
    owner, prop, low, high, hard = _columns(rows, 5)
    return Limits.from_columns(len(owners), owner=owner, property=prop, low=low, high=high, hard=hard)


def _all_but(name: str, sides: list[Side]) -> dict[str, Any]:
    """A side without a row has no names to go by; the engine's defaults are as good then."""
    names = [each for each in sides[0] if each != name] if sides else []
    columns: dict[str, Any] = {each: np.array([side[each] for side in sides]) for each in names}
    none = {"lat": 0, "lon": 0, ("material" if name == "properties" else "demand"): 0}
    return columns or none


def _columns(rows: list[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]
