"""Fly ash around the port of Cangzhou: who takes it, who nearly does, who has it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from listings.models import Listing, Material, Property
from marketplace.firms.models import Firm, User
from matching.rematching import rematch_listing
from tests import factories as make

PORT = (38.35, 117.60)
NEAR = (38.30, 117.45)
NEARBY = (38.20, 117.30)


@dataclass
class Market:
    """`offer` belongs to `person` and is matched: `easy` takes it, `strict` fails on its limit for loss on ignition."""

    person: User
    firm: Firm
    offer: Listing
    need: Listing
    easy: Listing
    strict: Listing


def make_market() -> Market:
    ash, slag = Material.objects.get(slug="coal_fly_ash"), Material.objects.get(slug="bof_slag")
    loi = Property.objects.get(slug="loi")
    firm = make.make_firm(name_en="Port Power", name_zh="港口电力有限公司")
    site = make.make_site(firm, at=PORT, name="Port station", location_public=True)
    market = Market(
        person=make.owner_of(firm),
        firm=firm,
        offer=make.make_offer(
            ash, site=site, measures=[make.a_range(loi, "3", "4")], title_en="Dry fly ash", title_zh="干粉煤灰",
            price_per_t=Decimal(20), currency="CNY",
        ),
        need=make.make_need(slag, site=site, title_en="Slag for our own road", title_zh="修路用渣"),
        easy=_need(ash, loi, "9", "Easy Cement", "随和水泥有限公司", NEAR),
        strict=_need(ash, loi, "2", "Strict Cement", "严格水泥有限公司", NEARBY),
    )  # fmt: skip
    rematch_listing(market.offer.pk)
    rematch_listing(market.need.pk)
    return market


def _need(ash: Material, loi: Property, most: str, name_en: str, name_zh: str, at: tuple[float, float]) -> Listing:
    site = make.make_site(make.make_firm(name_en=name_en, name_zh=name_zh), at=at)
    values = {"title_en": f"Fly ash for {name_en}", "title_zh": f"{name_zh}收粉煤灰", "firm_visibility": "public"}
    return make.make_need(ash, site=site, measures=[make.a_limit(loi, maximum=most)], **values)
