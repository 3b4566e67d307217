"""Fly ash around the port of Cangzhou: who takes it, who nearly does, who has it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from listings.models import Listing, Material, Property
from marketplace.firms.models import Firm, Site, User
from matching.rematching import rematch_listing
from tests import factories as make

PORT = (38.35, 117.60)
NEAR = (38.30, 117.45)
NEARBY = (38.20, 117.30)


@dataclass
class Knowledge:
    """What the reference tables say of the materials that the market is about."""

    ash: Material
    slag: Material
    loi: Property


@dataclass
class Market:
    """`offer` belongs to `person` and is matched: `easy` takes it, `strict` fails on its limit for loss on ignition.

    `easy` is a need of the `recycler`, for whom `poor` has more of it than he may accept.
    """

    person: User
    recycler: User
    firm: Firm
    offer: Listing
    poor: Listing
    need: Listing
    easy: Listing
    strict: Listing


def few_rows() -> Knowledge:
    """Made in a moment: enough wherever no sentence has to be understood."""
    names = {"name_en": "Coal fly ash", "name_zh": "粉煤灰", "synonyms_en": "fly ash"}
    loi = make.make_property("loi", symbol="LOI", name_zh="烧失量")
    ash = make.make_material("coal_fly_ash", properties=[loi], **names)
    return Knowledge(ash, make.make_material("bof_slag", name_zh="转炉钢渣"), loi)


def rows_of_the_reference() -> Knowledge:
    """From the tables that `load_reference_data` has filled."""
    ash, slag = Material.objects.get(slug="coal_fly_ash"), Material.objects.get(slug="bof_slag")
    return Knowledge(ash, slag, Property.objects.get(slug="loi"))


def make_market(known: Knowledge) -> Market:
    firm = make.make_firm(name_en="Port Power", name_zh="港口电力有限公司")
    site = make.make_site(firm, at=PORT, name="Port station", location_public=True)
    easy = need_of(known, "9", "Easy Cement", "随和水泥有限公司", NEAR)
    market = Market(
        person=make.owner_of(firm),
        recycler=make.owner_of(easy.firm),
        firm=firm,
        offer=offer_of(known, ("3", "4"), site, title_en="Dry fly ash", title_zh="干粉煤灰"),
        poor=offer_of(known, ("11", "14"), make.make_site(make.make_firm(name_en="Old Pond"), at=NEARBY)),
        need=make.make_need(known.slag, site=site, title_en="Slag for our own road", title_zh="修路用渣"),
        easy=easy,
        strict=need_of(known, "2", "Strict Cement", "严格水泥有限公司", NEARBY),
    )
    rematch_listing(market.offer.pk)
    rematch_listing(market.need.pk)
    return market


def offer_of(known: Knowledge, loi: tuple[str, str], site: Site, **values: Any) -> Listing:
    price = {"price_per_t": Decimal(20), "currency": "CNY", "firm_visibility": "public"}
    return make.make_offer(known.ash, site=site, measures=[make.a_range(known.loi, *loi)], **price, **values)


def need_of(known: Knowledge, loi: str, name_en: str, name_zh: str, at: tuple[float, float]) -> Listing:
    site = make.make_site(make.make_firm(name_en=name_en, name_zh=name_zh), at=at)
    values = {"title_en": f"Fly ash for {name_en}", "title_zh": f"{name_zh}收粉煤灰", "firm_visibility": "public"}
    return make.make_need(known.ash, site=site, measures=[make.a_limit(known.loi, maximum=loi)], **values)
