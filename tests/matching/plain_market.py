"""A small stored market with nearly every rule in play, and the same market in plain figures for `plain_rules`.

What the rules need is read from the objects one by one, by another way than `matching.inputs` goes.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from decimal import Decimal
from typing import Any

from listings.models import Listing, ListingCode, Material, MaterialUse, WasteCode
from marketplace.firms.models import PermitLine, Recognition, Region, Site
from marketplace.firms.models.places import RegionMember
from tests import factories as make
from tests.engine.plain_rules import Side

CODES = ("10 01 02", "10 01 05", "19 08 05")
RANGES: tuple[dict[str, str], ...] = (
    {"code_from": "10 01 02"}, {"code_from": "10 01"}, {"code_from": "10 01 01", "code_to": "10 01 04"},
    {"code_from": "19"},
)  # fmt: skip
PLACES = ((31.2, 121.5), (31.2, 121.5), (31.3, 121.6), (31.9, 121.2), (36.0, 120.4))
TONNES = ("5", "12", "40")


class PlainMarket:
    """Draws listings and stores them through the services."""

    def __init__(self, seed: int, day: dt.date) -> None:
        self.chance, self.day = random.Random(seed), day  # noqa: S311
        self.family = make.make_material("family", economic_radius_km=Decimal(30))
        self.materials = [
            self.family,
            *(make.make_material(name, parent=self.family, economic_radius_km=Decimal(20)) for name in ("one", "two")),
            make.make_material("other", economic_radius_km=None),
        ]
        self.properties = [make.make_property(name, basis_default="dry") for name in ("loi", "cl")]
        self.properties.append(make.make_property("moisture", basis_default="ar"))
        self.operations = [make.make_operation(code) for code in ("R4", "R5")]
        self.uses = [
            make.make_use(f"use_{at}", operation=operation) for at, operation in enumerate((*self.operations, None))
        ]
        self.codes = [make.make_waste_code(code) for code in CODES]
        self.codes.append(make.make_waste_code("900-041-49", "CN-HW", hazardous=True))
        provinces = [make.make_region("310000"), make.make_region("320000"), make.make_region("370000")]
        cities = [
            make.make_region(f"{region.code[:2]}0100", region, level=Region.Level.PREFECTURE) for region in provinces
        ]
        joint = make.make_region("delta", level=Region.Level.COMPOSITE)
        for member in provinces[:2]:
            RegionMember.objects.create(composite=joint, member=member)
        self.cities, self.regions = cities, [provinces[0], joint, cities[2]]
        self.parks = [make.make_park(), make.make_park()]
        self.firms = [make.make_firm() for _ in range(5)]
        self._say_what_serves_what()
        self._give_rights()

    def one(self, values: Any) -> Any:
        return self.chance.choice(list(values))

    def maybe(self, share: float, values: Any) -> Any:
        return self.one(values) if self.chance.random() < share else None

    def _say_what_serves_what(self) -> None:
        for use in self.uses:
            for material in self.materials:
                drawn = self.chance.random()
                if drawn < 0.6:
                    link = make.make_material_use(material, use, self.one(("0.3", "0.5", "0.9")))
                    if self.chance.random() < 0.5:
                        make.make_use_limit(link, self.properties[0], maximum=8.0, hard=self.chance.random() < 0.7)
                elif drawn < 0.75:
                    make.make_material_use(material, use, "0", prohibited=True)

    def _give_rights(self) -> None:
        for firm in self.firms:
            first = self.day + dt.timedelta(self.one((-400, 0, 1)))
            last = self.maybe(0.5, (self.day, self.day + dt.timedelta(9), self.day - dt.timedelta(1)))
            if last is None or last >= first:
                make.make_permit(firm, valid_from=first, valid_to=last, lines=[self._line() for _ in range(2)])
            if self.chance.random() < 0.5:
                right = make.make_recognition(firm)
                right.valid_before = self.maybe(0.5, (self.day, self.day + dt.timedelta(1)))
                right.save()
        for line in PermitLine.objects.exclude(capacity_t_per_year=None):
            line.taken_t, line.taken_year = self.one((Decimal(0), line.capacity_t_per_year, Decimal(6))), self.day.year
            line.save()

    def _line(self) -> dict[str, Any]:
        capacity = self.maybe(0.6, ("5", "12", "40"))
        amount = {"capacity_t_per_year": Decimal(capacity)} if capacity else {}
        return self.one(RANGES) | {"operation": self.one(self.operations)} | amount

    def site(self) -> Site:
        where = {"park": self.maybe(0.6, self.parks), "region": self.maybe(0.8, self.cities)}
        return make.make_site(
            self.one(self.firms), at=self.one(PLACES), location_public=self.one((True, True, False)), **where
        )

    def _common(self) -> dict[str, Any]:
        lots = sorted(Decimal(self.one(TONNES)) for _ in range(2))
        site = self.site()
        scope = self.one(("any", "any", "region", "park" if site.park_id else "any"))
        return {
            "site": site,
            "quantity_amount": Decimal(self.one(TONNES)),
            "quantity_period": "year",
            "min_lot_t": self.maybe(0.2, lots[:1]),
            "max_lot_t": self.maybe(0.2, lots[1:]),
            "available_from": self.maybe(0.3, (self.day, self.day + dt.timedelta(5))),
            "available_to": self.maybe(0.3, (self.day + dt.timedelta(5), self.day + dt.timedelta(6))),
            "scope": scope,
            "region": self.one(self.regions) if scope == "region" else None,
            "max_distance_km": self.maybe(0.3, (Decimal("0.1"), Decimal(15), Decimal(2000))),
            "listed_only": self.chance.random() < 0.15,
        }

    def offer(self) -> Listing:
        status = self.one(("by_product", "end_of_waste", "waste", "", "hazardous"))
        expires = (
            self.maybe(0.3, (self.day - dt.timedelta(1), self.day))
            if status in ("by_product", "end_of_waste")
            else None
        )
        codes = self.chance.sample(
            self.codes if status in ("hazardous", "end_of_waste") else self.codes[:3], self.one((0, 1, 2))
        )
        price = {"price_per_t": self.one((Decimal(-20), Decimal(30), None)), "currency": self.one(("CNY", "EUR"))}
        ranges = [
            make.a_range(
                prop, *self.one((("2", "4"), ("8", "8"), ("7", "9"), ("9", "12"))), basis=self.one(("", "dry"))
            )
            for prop in self.properties[:2]
            if self.chance.random() < 0.6
        ]
        given = {
            "legal_status": status,
            "status_expires_on": expires,
            "price_visibility": self.one(("public", "party")),
        }
        material = self.one(self.materials)
        return make.make_offer(material, codes=codes, measures=ranges, **self._common(), **price, **given)

    def need(self) -> Listing:
        material, use = self.one([(m, u) for m in (*self.materials, None) for u in (*self.uses, None) if m or u])
        limits = [
            make.a_limit(prop, *self.one((("", "8"), ("4", ""), ("2", "4"))), hard=self.chance.random() < 0.7)
            for prop in self.properties[:2]
            if self.chance.random() < 0.3
        ]
        return make.make_need(
            material,
            use=use,
            measures=limits,
            excluded_materials=[self.one(self.materials)] if self.chance.random() < 0.15 and use else [],
            accepts_hazardous=self.chance.random() < 0.6,
            price_per_t=self.one((Decimal(50), None)),
            currency="CNY",
            max_landed_per_t=self.maybe(0.3, (Decimal(10), Decimal(45))),
            **self._common(),
        )

    # --- the same in plain figures ------------------------------------------------------------------------------------

    def plain(self, offers: list[Listing], needs: list[Listing]) -> tuple[list[Side], list[Side], Side]:
        self.rules: Side = {
            "suitability": {}, "prohibited": set(), "windows": {}, "regions": {}, "permits": {},
            "radius_km": {each.pk: _known(each.economic_radius_km) for each in self.materials},
            "fixed": 10.0, "rate": 0.5, "road_factor": 1.3,
        }  # fmt: skip
        for region in self.regions:
            self.rules["regions"][region.pk] = {city.pk for city in self.cities if _lies_in(city, region)}
        return [self._plain_offer(each) for each in offers], [self._plain_need(each) for each in needs], self.rules

    def _plain_common(self, listing: Listing) -> Side:
        firm, site = listing.firm, listing.site
        euro = Decimal("7.8") if listing.currency == "EUR" else Decimal(1)
        price = None if listing.price_visibility == "party" else listing.price_per_t
        return {
            "lat": float(listing.latitude),
            "lon": float(listing.longitude),
            "quantity_t": float(listing.quantity_t_per_year),
            "min_lot_t": float(listing.min_lot_t or 0),
            "max_lot_t": math.inf if listing.max_lot_t is None else float(listing.max_lot_t),
            "price_per_t": _known(price if price is None else price * euro),
            "available_from": (listing.available_from or dt.date.min).toordinal(),
            "available_to": (listing.available_to or dt.date.max).toordinal(),
            "firm": firm.pk,
            "park": site.park_id or -1,
            "region": site.region_id or -1,
            "listed": any(_stands(each, self.day) for each in Recognition.objects.filter(firm=firm)),
            "listed_only": listing.listed_only,
            "scope": ("park", "region", "any").index(listing.scope),
            "region_set": listing.region_id or -1,
            "max_distance_km": math.inf if listing.max_distance_km is None else float(listing.max_distance_km),
        }

    def _plain_offer(self, offer: Listing) -> Side:
        codes = [link.code for link in ListingCode.objects.filter(listing=offer).order_by("pk")]
        codes.sort(key=lambda code: (code.scheme != "CN-HW", not code.hazardous))
        has_hazardous = any(code.hazardous for code in codes)
        status = offer.legal_status
        if offer.status_expires_on and offer.status_expires_on < self.day and status not in ("waste", "hazardous"):
            status = "hazardous" if has_hazardous else "waste"
        return self._plain_common(offer) | {
            "material": offer.material_id,
            "avoided_disposal_per_t": 0.0,
            "code": codes[0].pk if codes else -1,
            "regulated": status in ("waste", "hazardous") or (status == "" and bool(codes)),
            "hazardous": status == "hazardous" or (status == "" and has_hazardous),
            "unstated": status == "",
            "quality_level": offer.quality_level,
            "properties": {row.property_id: (float(row.low), float(row.high)) for row in offer.properties.all()},
        }

    def _plain_need(self, need: Listing) -> Side:
        lines = [line for line in PermitLine.objects.filter(permit__firm=need.firm) if self._may(line, need)]
        if lines:
            self.rules["permits"][need.pk] = [
                (code.pk, _free_t(line, self.day)) for line in lines for code in self.codes if _covers(line, code)
            ]
        links = {link.material_id: link for link in MaterialUse.objects.filter(use=need.use_id)} if need.use_id else {}
        unwanted = {below.pk for each in need.excluded_materials.all() for below in self._below(each)}
        self.rules["suitability"][need.pk] = {}
        for material in self.materials:
            served = links.get(material.pk)
            self.rules["suitability"][need.pk][material.pk] = (
                0.0 if material.pk in unwanted else self._suits(need, material, served)
            )
            if any(link.prohibited and material in self._below(link.material) for link in links.values()):
                self.rules["prohibited"].add((need.pk, material.pk))
            if served and served.suitability > 0:
                self.rules["windows"][need.pk, material.pk] = {
                    row.property_id: (_end(row.minimum, -math.inf), _end(row.maximum, math.inf), row.hard)
                    for row in served.limits.all()
                }
        return self._plain_common(need) | {
            "demand": need.pk,
            "max_landed_per_t": _known(need.max_landed_per_t),
            "permit_holder": need.pk if lines else -1,
            "accepts_hazardous": need.accepts_hazardous,
            "min_quality_level": need.min_quality_level,
            "limits": {
                row.property_id: (_end(row.minimum, -math.inf), _end(row.maximum, math.inf), row.hard)
                for row in need.limits.all()
            },
        }

    def _suits(self, need: Listing, material: Material, served: MaterialUse | None) -> float:
        by_use = float(served.suitability) if served else 0.0
        if need.material is None:
            return by_use
        named = 0.9 if need.use else 1.0
        by_name = (
            named if material in self._below(need.material) else 0.45 if need.material in self._below(material) else 0.0
        )
        return max(by_name, 0.8 * by_use)

    def _below(self, material: Material) -> list[Material]:
        return [each for each in self.materials if each == material or each.parent_id == material.pk]

    def _may(self, line: PermitLine, need: Listing) -> bool:
        operation = need.use.operation_id if need.use else None
        return (
            line.permit.state == "verified"
            and _holds(line.permit, self.day)
            and line.site_id in (None, need.site_id)
            and operation in (None, line.operation_id)
        )


def _known(number: Decimal | None) -> float:
    return math.nan if number is None else float(number)


def _end(number: Any, otherwise: float) -> float:
    return otherwise if number is None else float(number)


def _holds(right: Any, day: dt.date) -> bool:
    return right.valid_from <= day and (right.valid_to is None or right.valid_to >= day)


def _stands(recognition: Recognition, day: dt.date) -> bool:
    return recognition.valid_from <= day and (recognition.valid_before is None or recognition.valid_before > day)


def _free_t(line: PermitLine, day: dt.date) -> float:
    if line.capacity_t_per_year is None:
        return math.inf
    return float(line.capacity_t_per_year - (line.taken_t if line.taken_year == day.year else 0))


def _covers(line: PermitLine, code: WasteCode) -> bool:
    digits = code.code_display.replace(" ", "")
    first, last = (text.replace(" ", "") for text in (line.code_from, line.code_to or line.code_from))
    return line.scheme == code.scheme and first <= digits[: len(first)] and digits[: len(last)] <= last


def _lies_in(city: Region, region: Region) -> bool:
    if region.level == Region.Level.COMPOSITE:
        return any(_lies_in(city, link.member) for link in RegionMember.objects.filter(composite=region))
    return region in (city, city.parent)
