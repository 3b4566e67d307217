"""A made-up market in the database: real materials, uses and parks, Zipf-distributed, clustered around the parks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
from django.db import transaction

from listings.models import (
    Listing,
    ListingCode,
    ListingLimit,
    ListingProperty,
    Material,
    MaterialProperty,
    MaterialUse,
    WasteCode,
)
from marketplace.firms.models import Firm, Park, Permit, PermitLine, Recognition, RecoveryOperation, Site
from matching.benchmark.filling import fill

Column = np.ndarray[Any, Any]
FIRST_DAY = dt.date(2020, 1, 1)
LISTINGS_PER_SITE, SITES_PER_FIRM, LINES_PER_PERMIT = 5, 2, 4
SCOPES = ("park", "region", "any")
STATUSES = ("waste", "hazardous", "by_product", "end_of_waste", "")


class StoredMarket:
    """Draws and writes one market; fixed by its seed. Half of the listings are offers, half needs."""

    def __init__(self, size: int, day: dt.date, seed: int) -> None:
        self.size, self.day = size, day
        self.random = np.random.default_rng(seed)
        self.materials = self._shuffled(Material.objects.filter(children=None).order_by("pk"))
        self.parks = np.array(
            list(
                Park.objects.filter(country="CN", latitude__isnull=False, region__isnull=False)
                .order_by("pk")
                .values_list("pk", "region", "latitude", "longitude")
            )
        )
        self.codes = np.array(list(WasteCode.objects.filter(level="code", scheme="EWC").values_list("pk", flat=True)))
        self.uses = self._by_material(MaterialUse.objects.filter(suitability__gt=0).values_list("material", "use"))
        self.properties = self._by_material(MaterialProperty.objects.values_list("material", "property"))

    def write(self, say: Callable[[str], None]) -> None:
        with transaction.atomic():
            self._write_firms()
            say(f"{self.n_firms} firms at {self.n_sites} sites")
            self._write_listings()
            say(f"{self.size} listings")
            self._write_details()

    def _shuffled(self, rows: Any) -> Column:
        return self.random.permutation(np.array(list(rows.values_list("pk", flat=True))))

    def _by_material(self, rows: Any) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for material, other in rows.order_by("pk"):
            found[material].append(other)
        return found

    def _zipf(self, size: int, kinds: int) -> Column:
        share = 1 / np.arange(1, kinds + 1)
        return self.random.choice(kinds, size, p=share / share.sum())

    def _chance(self, size: int, share: float) -> Column:
        return self.random.random(size) < share

    def _days(self, low: int, high: int, size: int) -> list[str]:
        return [
            (self.day + dt.timedelta(days=days)).isoformat() for days in self.random.integers(low, high, size).tolist()
        ]

    def _write_firms(self) -> None:
        self.n_sites = max(self.size // LISTINGS_PER_SITE, 2)
        self.n_firms = max(self.n_sites // SITES_PER_FIRM, 2)
        firms = fill(Firm, self.n_firms, {"name_en": [f"Firm {each}" for each in range(self.n_firms)]})
        random, size = self.random, self.n_sites
        park = self.parks[self._zipf(size, len(self.parks))]
        self.site_firm = random.integers(1, self.n_firms + 1, size)
        self.site_lat = park[:, 2] + random.normal(0, 0.22, size)
        self.site_lon = park[:, 3] + random.normal(0, 0.27, size)
        self.site_region = park[:, 1].astype(int)
        inside = np.where(self._chance(size, 0.5), park[:, 0].astype(int), -1)
        columns = {
            "firm_id": self.site_firm, "name": ["Works"] * size, "latitude": self.site_lat, "longitude": self.site_lon,
            "location_public": [True] * size, "region_id": self.site_region,
            "park_id": [None if each < 0 else each for each in inside.tolist()],
        }  # fmt: skip
        fill(Site, size, columns)
        self._write_rights(len(firms))

    def _write_rights(self, n_firms: int) -> None:
        """Three firms of five hold a permit of four code ranges, three of ten stand on a list."""
        held = 1 + np.flatnonzero(self._chance(n_firms, 0.6))
        numbers = [f"P-{each}" for each in range(len(held))]
        verified = {"valid_from": [FIRST_DAY] * len(held), "state": ["verified"] * len(held)}
        fill(Permit, len(held), {"firm_id": held, "number": numbers, "kind": ["waste"] * len(held), **verified})
        lines = len(held) * LINES_PER_PERMIT
        chapter = [f"{each:02}" for each in self.random.integers(1, 21, lines)]
        operations = np.array(list(RecoveryOperation.objects.filter(code__startswith="R").values_list("pk", flat=True)))
        columns = {
            "permit_id": np.repeat(np.arange(1, len(held) + 1), LINES_PER_PERMIT), "scheme": ["EWC"] * lines,
            "code_from": chapter, "key_from": chapter, "key_to": chapter,
            "operation_id": self.random.choice(operations, lines),
            "capacity_t_per_year": self._maybe(0.5, self.random.choice([500.0, 5_000.0, 50_000.0], lines)),
        }  # fmt: skip
        fill(PermitLine, lines, columns)
        listed = 1 + np.flatnonzero(self._chance(n_firms, 0.3))
        slug, since = ["scrap-steel"] * len(listed), [FIRST_DAY] * len(listed)
        fill(Recognition, len(listed), {"firm_id": listed, "list_slug": slug, "valid_from": since})

    def _maybe(self, share: float, values: Column) -> Column:
        """The values, with all but a share of them unknown."""
        return np.where(self._chance(len(values), share), values, np.nan)

    def _write_listings(self) -> None:
        half = self.size // 2
        self.material = self.materials[self._zipf(self.size, len(self.materials))]
        columns = self._common(self.size)
        columns["kind"] = np.where(np.arange(self.size) < half, "offer", "need")
        need = columns["kind"] == "need"
        columns["legal_status"] = np.where(
            need, "", self.random.choice(STATUSES, self.size, p=[0.5, 0.1, 0.2, 0.1, 0.1])
        )
        columns["max_landed_per_t"] = np.where(need, self._maybe(0.3, self.random.normal(150, 60, self.size)), np.nan)
        columns["accepts_hazardous"] = need & self._chance(self.size, 0.5)
        quality = self.random.choice(4, self.size, p=[0.6, 0.2, 0.15, 0.05])
        columns["min_quality_level"] = np.where(need, quality, 0)
        columns |= self._wanted(need)
        self.keys = fill(Listing, self.size, {name: _plain(values) for name, values in columns.items()})

    def _common(self, size: int) -> dict[str, Any]:
        random, site = self.random, self.random.integers(0, self.n_sites, size)
        quantity = np.round(random.lognormal(7, 1.5, size), 3) + 1
        scope = random.choice(SCOPES, size, p=[0.04, 0.06, 0.9])
        lots = random.choice([np.nan, 5.0, 25.0, 100.0], size)
        price = dict(zip(self.materials.tolist(), random.normal(0, 80, len(self.materials)).tolist(), strict=True))
        return {
            "state": np.full(size, "published"), "site_id": site + 1, "firm_id": self.site_firm[site],
            "latitude": self.site_lat[site], "longitude": self.site_lon[site],
            "title_en": np.full(size, "By-product"), "description": np.full(size, "From our works, by lorry. " * 8),
            "quantity_amount": quantity, "quantity_t_per_year": quantity, "min_lot_t": lots,
            "max_lot_t": random.choice([np.nan, 500.0, 100.0], size, p=[0.8, 0.15, 0.05]),
            "price_per_t": self._maybe(
                0.9, np.round([price[each] for each in self.material.tolist()] + random.normal(0, 30, size), 2)
            ),
            "available_from": self._days(-200, 200, size), "available_to": self._days(200, 900, size),
            "scope": scope, "region_id": np.where(scope == "region", self.site_region[site], None),
            "max_distance_km": np.round(self._maybe(0.15, random.uniform(30, 600, size)), 1),
            "listed_only": self._chance(size, 0.1), "quality_level": random.integers(0, 4, size),
            "matched_revision": np.ones(size, dtype=int),
        }  # fmt: skip

    def _wanted(self, need: Column) -> dict[str, Any]:
        """Of the needs four tenths name a material, four tenths a use, and the others both."""
        draw, use = self.random.random(self.size), np.full(self.size, None, dtype=object)
        for row in np.flatnonzero(need & (draw > 0.4)).tolist():
            uses = self.uses.get(int(self.material[row]))
            if uses:
                use[row] = uses[int(draw[row] * 1e6) % len(uses)]
        unnamed = need & (draw > 0.6) & (use != None)  # noqa: E711
        return {"use_id": use, "material_id": np.where(unnamed, None, self.material)}

    def _write_details(self) -> None:
        half = self.size // 2
        coded = 1 + np.flatnonzero(self._chance(half, 0.7))
        columns = {"listing_id": coded, "code_id": self.random.choice(self.codes, len(coded))}
        fill(ListingCode, len(coded), columns)
        owner, properties = self._measured(range(half), 0.8)
        typical = self.random.uniform(1, 50, len(owner))
        spread = typical * self.random.uniform(0, 0.2, len(owner))
        columns = {"low": typical - spread, "typical": typical, "high": typical + spread}
        fill(ListingProperty, len(owner), {"listing_id": owner, "property_id": properties, **columns})
        owner, properties = self._measured(range(half, self.size), 0.1)
        hard, high = self._chance(len(owner), 0.7), self.random.uniform(10, 80, len(owner))
        fill(ListingLimit, len(owner), {"listing_id": owner, "property_id": properties, "maximum": high, "hard": hard})

    def _measured(self, rows: range, share: float) -> tuple[list[int], list[int]]:
        """Listing and property of each figure: of the material's usual properties about this share."""
        pairs = [(row + 1, each) for row in rows for each in self.properties.get(int(self.material[row]), ())[:6]]
        kept = np.flatnonzero(self._chance(len(pairs), share)).tolist()
        return [pairs[each][0] for each in kept], [pairs[each][1] for each in kept]


def _plain(values: Any) -> list[Any]:
    return values.tolist() if hasattr(values, "tolist") else list(values)
