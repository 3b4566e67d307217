"""A made-up market: clustered places, Zipf-distributed materials, every rule in use. Fixed by its seed."""

from typing import Any

import numpy as np

from matching.engine import Limits, Needs, Offers, PermitTable, Ranges, Rules

TODAY = 738_000
N_PROPERTIES = 40
N_REGIONS = 31
N_CODES = 400


class Market:
    """Draws offers, needs and rules of one market; sizes in, arrays out."""

    def __init__(self, seed: int, *, n_materials: int = 220, n_demands: int = 216, n_parks: int = 300) -> None:
        self.random = np.random.default_rng(seed)
        self.n_materials, self.n_demands, self.n_parks = n_materials, n_demands, n_parks
        self.n_holders = 1
        self.park_lat = self.random.uniform(22, 45, n_parks)
        self.park_lon = self.random.uniform(100, 125, n_parks)
        self.park_region = self.random.integers(0, N_REGIONS, n_parks)
        self.typical = self.random.uniform(1, 50, N_PROPERTIES)
        self.material_properties = self.random.integers(0, N_PROPERTIES, (n_materials, 5))
        self.material_price = self.random.normal(0, 80, n_materials)
        self.material_code = self.random.integers(0, N_CODES, (n_materials, 2))

    def zipf(self, size: int, kinds: int) -> np.ndarray[Any, Any]:
        share = 1 / np.arange(1, kinds + 1)
        return self.random.choice(kinds, size, p=share / share.sum()).astype(np.int32)

    def chance(self, size: int, share: float) -> np.ndarray[Any, Any]:
        return self.random.random(size) < share

    def _common(self, size: int) -> dict[str, Any]:
        """Places around parks (σ 25 km), of which half are inside one; windows, lots, scopes and lists."""
        random, park = self.random, self.zipf(size, self.n_parks)
        start = TODAY + random.integers(-200, 200, size)
        scope = random.choice(3, size, p=[0.04, 0.06, 0.9]).astype(np.int8)
        return {
            "lat": self.park_lat[park] + random.normal(0, 0.22, size),
            "lon": self.park_lon[park] + random.normal(0, 0.27, size),
            "park": np.where(self.chance(size, 0.5), park, -1).astype(np.int32),
            "region": self.park_region[park].astype(np.int32),
            "quantity_t": np.where(self.chance(size, 0.05), np.nan, random.lognormal(7, 1.5, size)),
            "min_lot_t": random.choice([0.0, 5.0, 25.0, 100.0], size),
            "max_lot_t": random.choice([np.inf, 500.0, 50.0], size, p=[0.8, 0.15, 0.05]),
            "available_from": start.astype(np.int32),
            "available_to": (start + random.integers(20, 700, size)).astype(np.int32),
            "firm": random.integers(0, max(size // 3, 1), size).astype(np.int32),
            "listed": self.chance(size, 0.4),
            "listed_only": self.chance(size, 0.1),
            "scope": scope,
            "region_set": np.where(scope == 1, random.integers(0, 8, size), -1).astype(np.int32),
            "max_distance_km": np.where(self.chance(size, 0.15), random.uniform(30, 600, size), np.inf),
        }

    def offers(self, size: int) -> Offers:
        material, random = self.zipf(size, self.n_materials), self.random
        price = self.material_price[material] + random.normal(0, 30, size)
        return Offers.build(
            size,
            material=material,
            price_per_t=np.where(self.chance(size, 0.1), np.nan, price),
            avoided_disposal_per_t=random.choice([0.0, 40.0, 120.0], size),
            code=np.where(
                self.chance(size, 0.05), -1, self.material_code[material, random.integers(0, 2, size)]
            ).astype(np.int32),
            regulated=self.chance(size, 0.6),
            hazardous=self.chance(size, 0.15),
            quality_level=random.integers(0, 4, size).astype(np.int8),
            properties=self._ranges(material),
            **self._common(size),
        )

    def _ranges(self, material: np.ndarray[Any, Any]) -> Ranges:
        owner = np.repeat(np.arange(len(material)), 5)
        prop = self.material_properties[material].ravel()
        _, first = np.unique(owner * N_PROPERTIES + prop, return_index=True)
        first = first[self.chance(len(first), 0.8)]
        typ = self.typical[prop[first]] * self.random.lognormal(0, 0.3, len(first))
        spread = typ * self.random.uniform(0, 0.2, len(first))
        return Ranges.from_columns(
            len(material), owner=owner[first], property=prop[first], low=typ - spread, typ=typ, high=typ + spread
        )

    def needs(self, size: int, limited: float = 0.3) -> Needs:
        demand, random = self.zipf(size, self.n_demands), self.random
        self.n_holders = max(size // 20, 1)
        return Needs.build(
            size,
            demand=demand,
            price_per_t=np.where(self.chance(size, 0.2), np.nan, random.normal(20, 80, size)),
            max_landed_per_t=np.where(self.chance(size, 0.7), np.nan, random.normal(150, 60, size)),
            permit_holder=np.where(self.chance(size, 0.2), -1, random.integers(0, self.n_holders, size)).astype(
                np.int32
            ),
            accepts_hazardous=self.chance(size, 0.5),
            min_quality_level=random.choice(4, size, p=[0.6, 0.2, 0.15, 0.05]).astype(np.int8),
            limits=self._limits(size, np.flatnonzero(self.chance(size, limited)), 2),
            **self._common(size),
        )

    def _limits(self, owners: int, owner: np.ndarray[Any, Any], each: int) -> Limits:
        owner = np.repeat(owner, each)
        prop = self.random.integers(0, N_PROPERTIES, len(owner))
        _, first = np.unique(owner * N_PROPERTIES + prop, return_index=True)
        owner, prop = owner[first], prop[first]
        high = self.typical[prop] * self.random.lognormal(0.4, 0.3, len(prop))
        return Limits.from_columns(
            owners,
            owner=owner,
            property=prop,
            low=np.where(self.chance(len(prop), 0.3), high * 0.2, -np.inf),
            high=high,
            hard=self.chance(len(prop), 0.7),
            deduction_per_unit=self.random.uniform(0, 3, len(prop)),
        )

    def rules(self, links: int = 3) -> Rules:
        """Each demand can use `links` materials, the common demands the common materials more often."""
        random, shape = self.random, (self.n_demands, self.n_materials)
        demand = np.repeat(np.arange(self.n_demands), links)
        material = random.integers(0, self.n_materials, len(demand))
        suitability = np.zeros(shape, dtype=np.float32)
        suitability[demand, material] = random.uniform(0.3, 1, len(demand))
        suitability[np.arange(min(shape)), np.arange(min(shape))] = 0.9
        window = np.full(shape, -1, dtype=np.int32)
        windowed = self.chance(len(demand), 0.7)
        window[demand[windowed], material[windowed]] = np.arange(windowed.sum())
        n_windows = int(windowed.sum())
        return Rules.build(
            suitability,
            prohibited=random.random(shape) < 0.01,
            window=window,
            default_limits=self._windows(n_windows, material[windowed]),
            region_member=random.random((8, N_REGIONS)) < 0.2,
            permits=self._permits(),
            economic_radius_km=random.choice([20.0, 33.0, 50.0, 100.0], self.n_materials),
        )

    def _windows(self, n_windows: int, material: np.ndarray[Any, Any]) -> Limits:
        prop = self.material_properties[material, :3]
        owner = np.repeat(np.arange(n_windows), 3)
        _, first = np.unique(owner * N_PROPERTIES + prop.ravel(), return_index=True)
        prop = prop.ravel()[first]
        high = self.typical[prop] * self.random.lognormal(0.5, 0.2, len(prop))
        return Limits.from_columns(
            n_windows, owner=owner[first], property=prop, high=high, hard=self.chance(len(prop), 0.5)
        )

    def _permits(self) -> PermitTable:
        lines = self.n_holders * 120
        return PermitTable.from_columns(
            self.n_holders,
            owner=self.random.integers(0, self.n_holders, lines),
            code=self.random.integers(0, N_CODES, lines),
            free_t=self.random.choice([np.inf, 0.0, 50.0, 5000.0], lines),
            line=np.arange(lines),
        )


def make_market(seed: int, n_offers: int, n_needs: int, **sizes: int) -> tuple[Offers, Needs, Rules]:
    market = Market(seed, **sizes)
    offers, needs = market.offers(n_offers), market.needs(n_needs)
    return offers, needs, market.rules()
