"""The single bridge from stored listings to the engine's arrays, and back from rows to keys."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import QuerySet

from listings.contamination import hazards_named
from listings.models import Listing
from listings.models.listings import REGULATED, LegalStatus
from marketplace.firms.models import Recognition
from matching.demands import Demand, DemandTable
from matching.engine.arrays import Limits, Needs, Offers, Ranges, Rules
from matching.engine.codes import Scope
from matching.engine.columns import Bytes, Flags, Longs
from matching.knowledge import Knowledge, knowledge
from matching.permits import Codes, permit_table
from matching.prepared import DAY, KEYS, Prepared
from matching.rows import MOST_NAMED_KEYS, STATUSES, Rows, exclusions_of, full_rows, limits_of, ranges_of, texts_of

SAME_NAME = (
    "lat", "lon", "quantity_t", "min_lot_t", "max_lot_t", "price_per_t", "available_from", "available_to", "firm",
    "park", "listed_only", "scope", "max_distance_km",
)  # fmt: skip
Listings = QuerySet[Listing] | Rows
LISTED_OF = Prepared(lambda: Recognition.objects.valid_on(DAY).filter(firm__in=KEYS).order_by().values_list("firm"))
NOTHING: frozenset[int] = frozenset()
WASTE_STATUSES = [STATUSES[status] for status in REGULATED]
HAZARDOUS, UNSTATED = STATUSES[LegalStatus.HAZARDOUS], STATUSES[LegalStatus.UNKNOWN]


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
    offers: Listings,
    needs: Listings,
    *,
    day: dt.date,
    country: str,
    known: Knowledge | None = None,
    **switches: bool,
) -> Inputs:
    """Read both sides within one country. Queries: constant in the number of listings.

    A side may be given as its rows, where these were read already.
    """
    return _Tables(knowledge=known or knowledge(), offers=offers, needs=needs, day=day).inputs(country, switches)


class _Tables:
    """The rows of one build with the numbering they share."""

    def __init__(self, *, knowledge: Knowledge, offers: Listings, needs: Listings, day: dt.date) -> None:
        self.knowledge, self.day = knowledge, day
        self.offers, self.needs = _rows(offers), _rows(needs)
        self.offer_pks: list[int] = self.offers["pk"].tolist()
        self.need_pks: list[int] = self.needs["pk"].tolist()
        self.offer_keys, self.need_keys = _keys(self.offer_pks, offers), _keys(self.need_pks, needs)
        self.demands = DemandTable(knowledge)
        self.listed = self._listed()
        self.region_number: dict[int, int] = {}
        self.set_number: dict[int, int] = {}

    def inputs(self, country: str, switches: Mapping[str, bool]) -> Inputs:
        codes = Codes(self.offer_keys, country)
        holders, permits, line_pks = permit_table(self.needs, self._firm_keys(), codes, self.day)
        status = standing(self.offers, codes.are_hazardous(self.offer_pks), self.day)
        offers = self._offers(codes, status)
        needs = self._needs(holders)
        rules = Rules.build(
            **self.demands.matrices(),
            default_limits=self.knowledge.windows,
            region_member=self._region_member(),
            permits=permits,
            economic_radius_km=self.knowledge.radius_km[self.demands.base_material],
            haulage=self.knowledge.road_haulage(country, settings.LOOPYARD_BASE_CURRENCY),
            **switches,
        )
        return Inputs(
            offers, needs, rules, self.offers["pk"], self.needs["pk"], np.array(line_pks, dtype=np.int64),
            status == UNSTATED, self.knowledge, self.day.toordinal(),
        )  # fmt: skip

    def _firm_keys(self) -> Any:
        firms = np.unique(self.needs["firm"]).tolist()
        return firms if len(firms) <= MOST_NAMED_KEYS else Listing.objects.filter(pk__in=self.need_keys).values("firm")

    def _listed(self) -> Longs:
        """Firms on a list, if anybody asks for listed ones; where there are few firms, only of these."""
        if not (self.offers["listed_only"].any() or self.needs["listed_only"].any()):
            return np.empty(0, dtype=np.int64)
        firms = np.unique(np.concatenate((self.offers["firm"], self.needs["firm"])))
        if len(firms) <= MOST_NAMED_KEYS:
            return np.array([firm for (firm,) in LISTED_OF.rows(firms.tolist(), day=self.day)], dtype=np.int64)
        listed = Recognition.objects.valid_on(self.day).order_by()
        return np.array(list(listed.values_list("firm", flat=True)), dtype=np.int64)

    def _common(self, rows: Rows) -> dict[str, Any]:
        return {
            **{name: rows[name] for name in SAME_NAME},
            "region": [self._region(key) for key in rows["site_region"].tolist()],
            "listed": np.isin(rows["firm"], self.listed),
            "region_set": [
                self._region_set(scope, region)
                for scope, region in zip(rows["scope"].tolist(), rows["region"].tolist(), strict=True)
            ],
        }

    def _offers(self, codes: Codes, status: Bytes) -> Offers:
        code = codes.of_offers(self.offer_pks)
        unstated = status == UNSTATED
        return Offers.build(
            len(self.offer_pks),
            **self._common(self.offers),
            material=self._materials(),
            code=code,
            regulated=np.isin(status, WASTE_STATUSES) | (unstated & (code >= 0)),
            hazardous=(status == HAZARDOUS) | (unstated & codes.are_hazardous(self.offer_pks)),
            quality_level=self.offers["quality_level"],
            properties=self._ranges(),
        )

    def _needs(self, holders: Sequence[int]) -> Needs:
        rows, excluded = self.needs, self._excluded()
        demands = [
            self._demand(material, use, excluded.get(pk, NOTHING))
            for pk, material, use in zip(self.need_pks, rows["material"].tolist(), rows["use"].tolist(), strict=True)
        ]
        return Needs.build(
            len(self.need_pks),
            **self._common(rows),
            demand=[self.demands.row(demand) for demand in demands],
            max_landed_per_t=rows["max_landed_per_t"],
            permit_holder=holders,
            accepts_hazardous=rows["accepts_hazardous"],
            min_quality_level=rows["min_quality_level"],
            limits=self._limits(),
        )

    def _materials(self) -> list[int]:
        """The material of each offer, in a column of its own where its words name a contamination."""
        named = hazards_named(texts_of(self.offer_keys))
        rows = map(self.knowledge.row_of.__getitem__, self.offers["material"].tolist())
        return [
            self.demands.column(row, frozenset(named.get(pk, ()))) for pk, row in zip(self.offer_pks, rows, strict=True)
        ]

    def _demand(self, material: int, use: int, excluded: frozenset[int]) -> Demand:
        row = None if material < 0 else self.knowledge.row_of[material]
        return Demand.of(row, None if use < 0 else use, excluded)

    def _excluded(self) -> dict[int, frozenset[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        for pk, material in exclusions_of(self.need_keys):
            found[pk].update(self.knowledge.descendants(self.knowledge.row_of[material]))
        return {pk: frozenset(rows) for pk, rows in found.items()}

    def _ranges(self) -> Ranges:
        found = _owned(ranges_of(self.offer_keys), self.offers["pk"])
        return range_table(found, len(self.offer_pks), self.knowledge)

    def _limits(self) -> Limits:
        found = _owned(limits_of(self.need_keys), self.needs["pk"])
        return limit_table(found, len(self.need_pks), self.knowledge)

    def _region(self, key: int) -> int:
        return -1 if key < 0 else self.region_number.setdefault(key, len(self.region_number))

    def _region_set(self, scope: int, region: int) -> int:
        if scope != Scope.REGION_SET:
            return -1
        return self.set_number.setdefault(region, len(self.set_number))

    def _region_member(self) -> np.ndarray:
        """Which of the sites' regions lie in which of the sets."""
        member = np.zeros((len(self.set_number), len(self.region_number)), dtype=bool)
        regions = self.knowledge.regions
        for key, row in self.set_number.items():
            roots = regions.roots(key)
            member[row] = [regions.paths.get(each, "").startswith(roots) for each in self.region_number]
        return member


def _rows(listings: Listings) -> Rows:
    return full_rows(listings) if isinstance(listings, QuerySet) else listings


def _keys(pks: list[int], listings: Listings) -> Any:
    if isinstance(listings, QuerySet) and len(pks) > MOST_NAMED_KEYS:
        return listings.order_by().values("pk")
    return pks


def range_table(details: Rows, owners: int, known: Knowledge) -> Ranges:
    """What offers say of their properties, `owner` being their row, on the basis that limits are meant on."""
    said = known.bases.converted({**details, "property": _properties(details, known)}, owners)
    columns = {name: said[name] for name in ("owner", "property", "low", "typ", "high")}
    return Ranges.from_columns(owners, **columns)


def limit_table(details: Rows, owners: int, known: Knowledge) -> Limits:
    """What needs accept, `owner` being their row."""
    columns = {name: details[name] for name in ("owner", "low", "high", "hard", "deduction_per_unit")}
    return Limits.from_columns(owners, property=_properties(details, known), **columns)


def _properties(details: Rows, known: Knowledge) -> Longs:
    rows: Longs = known.property_rows[details["property"]]
    return rows


def _owned(details: Rows, pks: Longs) -> dict[str, Any]:
    """Details of the listings that were read, `owner` being their row; one published since is none of them."""
    owner = np.searchsorted(pks, details["owner"])
    own = np.append(pks, -1)[owner] == details["owner"]
    return {name: values[own] for name, values in (dict(details) | {"owner": owner}).items()}


def standing(offers: Rows, hazardous_code: Flags, day: dt.date) -> Bytes:
    """The legal status that counts on `day`: when the decision behind it has expired, the thing is waste again."""
    over = (offers["status_expires_on"] < day.toordinal()) & ~np.isin(offers["status"], WASTE_STATUSES)
    again = np.where(hazardous_code, HAZARDOUS, STATUSES[LegalStatus.WASTE])
    return np.where(over, again, offers["status"]).astype(np.int8)
