"""The engine's made-up market as rows of the database: its clusters, Zipf-distributed materials, reaches and rules.

The names of materials, uses, regions and codes are those that are loaded; what the market says of them replaces what
the reference tables say, so that as many pairs come into question as in the benchmark of the engine.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
from django.db import connection, models, transaction

from listings.models import (
    Listing,
    ListingCode,
    ListingLimit,
    ListingProperty,
    Material,
    MaterialUse,
    Property,
    Use,
    UseLimit,
    WasteCode,
)
from marketplace.firms.models import Firm, Park, Permit, PermitLine, Recognition, RecoveryOperation, Region, Site
from matching.benchmark.filling import fill
from matching.benchmark.market import TODAY, Market
from matching.engine import Needs, Offers, Rules
from matching.engine.arrays import Limits

Column = np.ndarray[Any, Any]
Side = Offers | Needs
FIRST_DAY = dt.date(2020, 1, 1)
LINES_PER_PERMIT, N_CHAPTERS = 4, 20
SCOPES = np.array(["park", "region", "any"])
UNREGULATED = np.array(["by_product", "end_of_waste", ""])
DESCRIPTION = "From our works, by lorry. " * 8


class StoredMarket:
    """Draws and writes `size` offers and as many needs; fixed by the seed. Listings have the keys 1 to 2 × `size`."""

    def __init__(self, size: int, day: dt.date, seed: int, n_parks: int = 300) -> None:
        self.size, self.day = size, day
        self.materials = _keys(Material.objects.filter(children=None))[:220]
        self.uses = _keys(Use.objects.all())[:216]
        self.properties = _keys(Property.objects.all())
        self.codes = _keys(WasteCode.objects.filter(level="code", scheme="EWC"))
        self.regions = _keys(Region.objects.filter(level=Region.Level.PROVINCE, country="CN"))
        composite = _keys(Region.objects.filter(level=Region.Level.COMPOSITE, country="CN"))
        self.wished_regions = np.concatenate((composite, self.regions))[:8]
        self.market = Market(seed, n_materials=len(self.materials), n_demands=len(self.uses), n_parks=n_parks)
        self.random = self.market.random
        self.offers, self.needs = self.market.offers(size), self.market.needs(size)
        self.rules = self.market.rules()
        self.n_firms = max(size // 3, 1)

    def write(self, say: Callable[[str], None]) -> None:
        with transaction.atomic():
            self._write_knowledge(self.rules)
            self._write_rights()
            self._write_sites()
            say(f"{self.n_firms} firms at {2 * self.size} sites")
            fill(Listing, 2 * self.size, self._listings())
            say(f"{self.size} offers and as many needs")
            self._write_details()

    def _chance(self, size: int, share: float) -> Column:
        return self.market.chance(size, share)

    def _write_knowledge(self, rules: Rules) -> None:
        """Radii, uses and windows of the market in place of those that were there."""
        MaterialUse.objects.all().delete()
        radii = zip(rules.economic_radius_km.tolist(), self.materials.tolist(), strict=True)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {Material._meta.db_table} SET economic_radius_km = %s WHERE id = %s",  # noqa: S608
                list(radii),
            )
        demand, material = np.nonzero(rules.suitability > 0)
        columns = {
            "material_id": self.materials[material], "use_id": self.uses[demand],
            "suitability": np.round(rules.suitability[demand, material].astype(float), 2),
            "prohibited": rules.prohibited[demand, material],
        }  # fmt: skip
        links = fill(MaterialUse, len(demand), columns)
        window = rules.window[demand, material]
        named = np.flatnonzero(window >= 0)
        limits = rules.default_limits.take(window[named])
        fill(UseLimit, len(limits.property), {"material_use_id": 1 + named[limits.owners()], **self._limits(limits)})
        if links.start != 1:
            raise ValueError("the market expects tables that count from 1")

    def _limits(self, limits: Limits) -> dict[str, Column]:
        low, high = (np.where(np.isinf(values), np.nan, values) for values in (limits.low, limits.high))
        return {"property_id": self.properties[limits.property], "minimum": low, "maximum": high, "hard": limits.hard}

    def _write_rights(self) -> None:
        """Three firms of five hold a permit of four code ranges, two of five stand on a list."""
        fill(Firm, self.n_firms, {"name_en": [f"Firm {each}" for each in range(self.n_firms)]})
        held = 1 + np.flatnonzero(self._chance(self.n_firms, 0.6))
        columns = {"number": [f"P-{each}" for each in held], "valid_from": [FIRST_DAY] * len(held)}
        words = {"kind": ["waste"] * len(held), "state": ["verified"] * len(held)}
        fill(Permit, len(held), {"firm_id": held, **columns, **words})
        self._write_lines(len(held))
        listed = 1 + np.flatnonzero(self._chance(self.n_firms, 0.4))
        slug, since = ["scrap-steel"] * len(listed), [FIRST_DAY] * len(listed)
        fill(Recognition, len(listed), {"firm_id": listed, "list_slug": slug, "valid_from": since})

    def _write_lines(self, permits: int) -> None:
        lines = permits * LINES_PER_PERMIT
        chapter = [f"{each:02}" for each in self.random.integers(1, N_CHAPTERS + 1, lines)]
        operations = _keys(RecoveryOperation.objects.filter(code__startswith="R"))
        columns = {
            "permit_id": np.repeat(np.arange(1, permits + 1), LINES_PER_PERMIT), "scheme": ["EWC"] * lines,
            "code_from": chapter, "key_from": chapter, "key_to": chapter,
            "operation_id": self.random.choice(operations, lines),
            "capacity_t_per_year": self.random.choice([np.nan, 500.0, 5_000.0, 50_000.0], lines),
        }  # fmt: skip
        fill(PermitLine, lines, columns)

    def _write_sites(self) -> None:
        """A site for each listing, under its number, and the parks that they cluster around."""
        market, parks = self.market, self.market.n_parks
        first = 1 + (Park.objects.aggregate(last=models.Max("pk"))["last"] or 0)
        columns = {
            "name_en": [f"Cluster {each}" for each in range(parks)], "country": ["CN"] * parks,
            "region_id": self._region(market.park_region), "latitude": market.park_lat, "longitude": market.park_lon,
        }  # fmt: skip
        fill(Park, parks, columns, first)
        park, size = self._both("park"), 2 * self.size
        sites = {
            "firm_id": 1 + self._both("firm"), "name": ["Works"] * size, "location_public": [True] * size,
            "latitude": self._both("lat"), "longitude": self._both("lon"),
            "region_id": self._region(self._both("region")),
            "park_id": [None if each < 0 else first + each for each in park.tolist()],
        }  # fmt: skip
        fill(Site, size, sites)

    def _region(self, numbers: Column) -> Column:
        return self.regions[numbers % len(self.regions)]

    def _both(self, name: str) -> Column:
        return np.concatenate((getattr(self.offers, name), getattr(self.needs, name)))

    def _listings(self) -> dict[str, Any]:
        offer, need = self._offer_columns(), self._need_columns()
        columns = {name: np.concatenate((offer[name], need[name])) for name in offer}
        return {name: values.tolist() for name, values in (columns | self._common()).items()}

    def _offer_columns(self) -> dict[str, Column]:
        offers, size = self.offers, self.size
        unregulated = self.random.choice(UNREGULATED, size, p=[0.6, 0.3, 0.1])
        status = np.where(offers.hazardous, "hazardous", np.where(offers.regulated, "waste", unregulated))
        return {
            "kind": np.full(size, "offer"), "legal_status": status, "quality_level": offers.quality_level,
            "material_id": self.materials[offers.material].astype(object), "use_id": np.full(size, None),
            "max_landed_per_t": np.full(size, np.nan), "accepts_hazardous": np.zeros(size, bool),
            "min_quality_level": np.zeros(size, int),
        }  # fmt: skip

    def _need_columns(self) -> dict[str, Column]:
        """Of the needs six tenths name a use, two tenths the material first meant by it, and the others both."""
        needs, size, draw = self.needs, self.size, self.random.random(self.size)
        material = self.materials[needs.demand % len(self.materials)].astype(object)
        use = self.uses[needs.demand].astype(object)
        return {
            "kind": np.full(size, "need"), "legal_status": np.full(size, ""), "quality_level": np.zeros(size, int),
            "material_id": np.where(draw < 0.6, None, material), "use_id": np.where(draw > 0.8, None, use),
            "max_landed_per_t": needs.max_landed_per_t, "accepts_hazardous": needs.accepts_hazardous,
            "min_quality_level": needs.min_quality_level,
        }  # fmt: skip

    def _common(self) -> dict[str, Any]:
        size = 2 * self.size
        scope = SCOPES[self._both("scope")]
        scope = np.where((scope == "park") & (self._both("park") < 0), "any", scope)
        wished = self.wished_regions[self._both("region_set") % len(self.wished_regions)].astype(object)
        quantity = np.round(np.nan_to_num(self._both("quantity_t"), nan=1000.0), 3) + 1
        most = self._both("max_lot_t")
        reach = self._both("max_distance_km")
        return {
            "state": np.full(size, "published"), "site_id": np.arange(1, size + 1), "firm_id": 1 + self._both("firm"),
            "latitude": self._both("lat"), "longitude": self._both("lon"),
            "title_en": np.full(size, "By-product"), "description": np.full(size, DESCRIPTION),
            "quantity_amount": quantity, "quantity_t_per_year": quantity,
            "min_lot_t": np.minimum(self._both("min_lot_t"), most), "max_lot_t": np.where(np.isinf(most), np.nan, most),
            "price_per_t": np.round(self._both("price_per_t"), 2),
            "available_from": self._days("available_from"), "available_to": self._days("available_to"),
            "scope": scope, "region_id": np.where(scope == "region", wished, None),
            "max_distance_km": np.where(np.isinf(reach), np.nan, np.round(reach, 1)),
            "listed_only": self._both("listed_only"), "matched_revision": np.ones(size, dtype=int),
        }  # fmt: skip

    def _days(self, name: str) -> Column:
        """The market's days, counted from its own today, as dates; what was over by then ends soon after instead."""
        ahead = self._both(name).astype(int) - TODAY
        ahead = np.maximum(ahead, 30) if name == "available_to" else ahead
        return np.array([(self.day + dt.timedelta(days=days)).isoformat() for days in ahead.tolist()])

    def _write_details(self) -> None:
        coded = np.flatnonzero(self.offers.code >= 0)
        code = self.codes[self.offers.code[coded] % len(self.codes)]
        fill(ListingCode, len(coded), {"listing_id": 1 + coded, "code_id": code})
        ranges, limits = self.offers.properties, self.needs.limits
        figures = {"low": ranges.low, "typical": ranges.typ, "high": ranges.high}
        columns = {"listing_id": 1 + ranges.owners(), "property_id": self.properties[ranges.property], **figures}
        fill(ListingProperty, len(ranges.property), columns)
        owner = {"listing_id": 1 + self.size + limits.owners()}
        fill(ListingLimit, len(limits.property), {**owner, **self._limits(limits)})


def _keys(rows: models.QuerySet[Any]) -> Column:
    return np.array(list(rows.order_by("pk").values_list("pk", flat=True)), dtype=np.int64)
