"""The single bridge from stored listings to the engine's arrays, and back from rows to keys."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import QuerySet

from listings.models import Listing, ListingLimit, ListingProperty
from listings.models.listings import REGULATED, LegalStatus, Scope, Visibility
from marketplace.firms.models import Recognition, Region
from marketplace.units import exchange_rate
from matching.demands import Demand, DemandTable
from matching.engine.arrays import OPEN_FROM, OPEN_TO, Limits, Needs, Offers, Ranges, Rules
from matching.engine.columns import Flags, Longs
from matching.knowledge import Knowledge, knowledge, road_haulage
from matching.permits import Codes, Row, permit_table, transposed

SCOPES = {Scope.PARK: 0, Scope.REGION: 1, Scope.ANY: 2}
COLUMNS = (
    "pk", "firm", "site", "latitude", "longitude", "quantity_t_per_year", "min_lot_t", "max_lot_t", "price_per_t",
    "currency", "available_from", "available_to", "site__park", "site__region", "listed_only", "scope", "region",
    "max_distance_km", "material", "legal_status", "quality_level", "use", "use__operation",
    "max_landed_per_t", "accepts_hazardous", "min_quality_level", "status_expires_on", "price_visibility",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Inputs:
    """Arrays with the keys of their rows: `offer_pk[i]` is the listing of offer row i, `line_pk` of permit lines.

    `undecided` marks the offers whose legal status is not stated: they can be no more than possible.
    """

    offers: Offers
    needs: Needs
    rules: Rules
    offer_pk: Longs
    need_pk: Longs
    line_pk: Longs
    undecided: Flags
    knowledge: Knowledge
    day: int


def build_inputs(
    offers: QuerySet[Listing], needs: QuerySet[Listing], *, day: dt.date, country: str, **switches: bool
) -> Inputs:
    """Read both sides within one country. Queries: constant in the number of listings."""
    return _Tables(knowledge=knowledge(), offers=offers, needs=needs, day=day).inputs(country, switches)


class _Tables:
    """The rows of one build with the numbering they share."""

    def __init__(
        self, *, knowledge: Knowledge, offers: QuerySet[Listing], needs: QuerySet[Listing], day: dt.date
    ) -> None:
        self.knowledge, self.day = knowledge, day
        self.offers, self.needs = _rows(offers), _rows(needs)
        self.offer_keys, self.need_keys = offers.order_by().values("pk"), needs.order_by().values("pk")
        self.demands = DemandTable(knowledge)
        self.offer_pks = [row["pk"] for row in self.offers]
        self.need_pks = [row["pk"] for row in self.needs]
        self.listed = frozenset(Recognition.objects.valid_on(day).values_list("firm", flat=True))
        self.region_number: dict[int, int] = {}
        self.set_number: dict[int, int] = {}

    def inputs(self, country: str, switches: Mapping[str, bool]) -> Inputs:
        codes = Codes(self.offer_keys, country)
        for row in self.offers:
            row["status"] = standing(
                row["legal_status"], row["status_expires_on"], codes.is_hazardous(row["pk"]), self.day
            )
        holders, permits, line_pks = permit_table(self.needs, self.need_keys, codes, self.day)
        offers = self._offers(codes)
        needs = self._needs(holders)
        rules = Rules.build(
            **self.demands.matrices(),
            default_limits=self.knowledge.windows,
            region_member=self._region_member(),
            permits=permits,
            economic_radius_km=self.knowledge.radius_km,
            haulage=road_haulage(country, settings.LOOPYARD_BASE_CURRENCY),
            **switches,
        )
        return Inputs(
            offers, needs, rules, np.array(self.offer_pks, dtype=np.int64), np.array(self.need_pks, dtype=np.int64),
            np.array(line_pks, dtype=np.int64), np.array([not row["status"] for row in self.offers], dtype=bool),
            self.knowledge, self.day.toordinal(),
        )  # fmt: skip

    def _common(self, rows: Sequence[Row]) -> dict[str, Any]:
        return {
            "lat": [row["latitude"] for row in rows],
            "lon": [row["longitude"] for row in rows],
            "quantity_t": [float(row["quantity_t_per_year"]) for row in rows],
            "min_lot_t": [float(row["min_lot_t"] or 0) for row in rows],
            "max_lot_t": [float(row["max_lot_t"] or np.inf) for row in rows],
            "price_per_t": [_price(row) for row in rows],
            "available_from": [_ordinal(row["available_from"], OPEN_FROM) for row in rows],
            "available_to": [_ordinal(row["available_to"], OPEN_TO) for row in rows],
            "firm": [row["firm"] for row in rows],
            "park": [_key(row["site__park"]) for row in rows],
            "region": [self._region(row["site__region"]) for row in rows],
            "listed": [row["firm"] in self.listed for row in rows],
            "listed_only": [row["listed_only"] for row in rows],
            "scope": [SCOPES[row["scope"]] for row in rows],
            "region_set": [self._region_set(row) for row in rows],
            "max_distance_km": [float(row["max_distance_km"] or np.inf) for row in rows],
        }

    def _offers(self, codes: Codes) -> Offers:
        rows = self.offers
        return Offers.build(
            len(rows),
            **self._common(rows),
            material=[self.knowledge.row_of[row["material"]] for row in rows],
            code=[codes.of_offer(row["pk"]) for row in rows],
            regulated=[
                row["status"] in REGULATED or (not row["status"] and codes.of_offer(row["pk"]) >= 0) for row in rows
            ],
            hazardous=[row["status"] == LegalStatus.HAZARDOUS or self._looks_hazardous(row, codes) for row in rows],
            quality_level=[row["quality_level"] for row in rows],
            properties=self._ranges(),
        )

    def _looks_hazardous(self, row: Row, codes: Codes) -> bool:
        return not row["status"] and codes.is_hazardous(row["pk"])

    def _needs(self, holders: Sequence[int]) -> Needs:
        rows = self.needs
        excluded = self._excluded()
        return Needs.build(
            len(rows),
            **self._common(rows),
            demand=[self.demands.row(self._demand(row, excluded)) for row in rows],
            max_landed_per_t=[_money(row["max_landed_per_t"], row["currency"]) for row in rows],
            permit_holder=holders,
            accepts_hazardous=[row["accepts_hazardous"] for row in rows],
            min_quality_level=[row["min_quality_level"] for row in rows],
            limits=self._limits(),
        )

    def _demand(self, row: Row, excluded: Mapping[int, frozenset[int]]) -> Demand:
        material = row["material"] and self.knowledge.row_of[row["material"]]
        return Demand.of(material, row["use"], excluded.get(row["pk"], frozenset()))

    def _excluded(self) -> dict[int, frozenset[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        links = Listing.excluded_materials.through.objects
        for pk, material in links.filter(listing__in=self.need_keys).values_list("listing", "material"):
            found[pk].update(self.knowledge.descendants(self.knowledge.row_of[material]))
        return {pk: frozenset(rows) for pk, rows in found.items()}

    def _ranges(self) -> Ranges:
        values = ListingProperty.objects.filter(listing__in=self.offer_keys).values_list(
            "listing", "property", "low", "typical", "high"
        )
        owner, property_, low, typ, high = transposed(_owned(self.offer_pks, values), 5)
        return Ranges.from_columns(
            len(self.offers), owner=_numbers(self.offer_pks, owner), property=self._properties(property_),
            low=_floats(low), typ=_floats(typ), high=_floats(high),
        )  # fmt: skip

    def _limits(self) -> Limits:
        values = ListingLimit.objects.filter(listing__in=self.need_keys).values_list(
            "listing", "property", "minimum", "maximum", "hard", "deduction_per_unit", "listing__currency"
        )
        owner, property_, low, high, hard, deduction, currency = transposed(_owned(self.need_pks, values), 7)
        return Limits.from_columns(
            len(self.needs), owner=_numbers(self.need_pks, owner), property=self._properties(property_),
            low=_floats(low, -np.inf), high=_floats(high, np.inf), hard=hard,
            deduction_per_unit=[_money(*pair) for pair in zip(deduction, currency, strict=True)],
        )  # fmt: skip

    def _properties(self, keys: Iterable[int]) -> list[int]:
        return [self.knowledge.property_of[key] for key in keys]

    def _region(self, key: int | None) -> int:
        return -1 if key is None else self.region_number.setdefault(key, len(self.region_number))

    def _region_set(self, row: Row) -> int:
        if row["scope"] != Scope.REGION:
            return -1
        return self.set_number.setdefault(row["region"], len(self.set_number))

    def _region_member(self) -> np.ndarray:
        member = np.zeros((len(self.set_number), len(self.region_number)), dtype=bool)
        for region in Region.objects.filter(pk__in=self.set_number):
            inside = Region.objects.within(region).values_list("pk", flat=True)
            columns = [self.region_number[key] for key in inside if key in self.region_number]
            member[self.set_number[region.pk], columns] = True
        return member


def _rows(listings: QuerySet[Listing]) -> list[Row]:
    return list(listings.order_by("pk").values(*COLUMNS))


def standing(status: str, expires_on: dt.date | None, hazardous_code: bool, day: dt.date) -> str:
    """The legal status that counts on `day`: when the decision behind it has expired, the thing is waste again."""
    if expires_on is None or expires_on >= day or status in REGULATED:
        return status
    return LegalStatus.HAZARDOUS if hazardous_code else LegalStatus.WASTE


def _price(row: Row) -> float:
    """A price that the other side may not see is not matched by either, or it could be found out by trying."""
    return np.nan if row["price_visibility"] == Visibility.PARTY else _money(row["price_per_t"], row["currency"])


def _owned(pks: Sequence[int], rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows of the listings that were read; one that was published since belongs to none of them."""
    known = frozenset(pks)
    return [row for row in rows if row[0] in known]


def _numbers(pks: Sequence[int], owners: Sequence[int]) -> np.ndarray:
    return np.searchsorted(np.array(pks, dtype=np.int64), np.array(owners, dtype=np.int64))


def _money(amount: Any, currency: str) -> float:
    return np.nan if amount is None else float(amount * exchange_rate(currency))


def _floats(values: Iterable[Any], unknown: float = np.nan) -> list[float]:
    return [unknown if value is None else float(value) for value in values]


def _ordinal(day: dt.date | None, unknown: int) -> int:
    return unknown if day is None else day.toordinal()


def _key(key: int | None) -> int:
    return -1 if key is None else key
