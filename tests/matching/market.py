"""A small market around Shanghai: fly ash, cement, and who may take it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from listings.models import Listing, Material, Property, Use
from marketplace.firms.models import Park, Site
from tests import factories as make

NEAR = (31.30, 121.50)  # about 8 km from SHANGHAI
OFFER = {"price_per_t": Decimal("30"), "currency": "CNY", "legal_status": "by_product"}
FAR = (36.06, 120.38)  # Qingdao, about 550 km


@dataclass
class Market:
    ash: Material
    cement: Use
    loi: Property

    def offer(self, at: tuple[float, float] = make.SHANGHAI, *, hidden: bool = False, **values: Any) -> Listing:
        site = values.pop("site", None) or make.make_site(at=at, location_public=not hidden)
        return make.make_offer(self.ash, site=site, **(OFFER | values))

    def need(self, at: tuple[float, float] = NEAR, *, hidden: bool = False, **values: Any) -> Listing:
        site = values.pop("site", None) or make.make_site(at=at, location_public=not hidden)
        return make.make_need(use=self.cement, site=site, **values)


def inside(park: Park, at: tuple[float, float] = NEAR) -> Site:
    return make.make_site(at=at, park=park, location_public=True)


def make_market() -> Market:
    loi = make.make_property("loi")
    ash = make.make_material("coal_fly_ash", properties=[loi], economic_radius_km=Decimal(100))
    cement = make.make_use("cement_scm", operation=make.make_operation("R5"))
    make.make_use_limit(make.make_material_use(ash, cement), loi, maximum=9.0)
    return Market(ash, cement, loi)
