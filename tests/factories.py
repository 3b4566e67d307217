"""Ready-made people, firms and listings for tests: each made as the site makes it, through the services."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import count
from typing import Any

from django.core.files.base import ContentFile

from listings.models import (
    AvoidedBurden,
    Evidence,
    Kind,
    Listing,
    Material,
    MaterialProperty,
    MaterialUse,
    Property,
    Target,
    TransportFactor,
    Use,
    UseLimit,
    WasteCode,
)
from listings.services import add_evidence, draft_listing, publish_listing
from marketplace.firms import waste_codes
from marketplace.firms.models import (
    Firm,
    Industry,
    Membership,
    Park,
    Permit,
    PermitState,
    Recognition,
    RecoveryOperation,
    Region,
    Role,
    Site,
    User,
)
from marketplace.firms.services import add_member, add_permit, add_site, move_permit, recognise, register_firm

_number = count(1)
PASSWORD = "a long pass phrase"  # noqa: S105
SHANGHAI = (31.23, 121.47)
GUANGZHOU = (23.13, 113.26)


# --- people and firms -------------------------------------------------------------------------------------------------


def make_user(email: str = "", **extra: Any) -> User:
    return User.objects.create_user(email or f"person{next(_number)}@example.org", PASSWORD, **extra)


def make_facilitator(**extra: Any) -> User:
    return make_user(is_facilitator=True, **extra)


def make_firm(owner: User | None = None, *, former_names: Iterable[str] = (), **values: Any) -> Firm:
    number = next(_number)
    values = {"name_en": f"Firm {number}", "name_zh": f"第{number}公司"} | values
    source = values.pop("source", Firm.Source.MEMBER)
    return register_firm(actor=owner or make_user(), values=values, former_names=former_names, source=source)


def owner_of(firm: Firm) -> User:
    return Membership.objects.filter(firm=firm, role=Role.OWNER).order_by("pk")[0].user


def make_member(firm: Firm, role: str = Role.TRADER, user: User | None = None) -> User:
    return add_member(actor=owner_of(firm), firm=firm, user=user or make_user(), role=role).user


def make_site(firm: Firm | None = None, *, at: tuple[float, float] = SHANGHAI, **values: Any) -> Site:
    firm = firm or make_firm()
    values = {"name": f"Site {next(_number)}", "latitude": at[0], "longitude": at[1]} | values
    return add_site(actor=owner_of(firm), firm=firm, values=values)


def make_permit(
    firm: Firm, *, lines: Iterable[Mapping[str, Any]] = (), state: str = PermitState.VERIFIED, **values: Any
) -> Permit:
    """A permit already moved to `state`. A line needs no more than `code_from`; EWC and R5 are filled in."""
    number = next(_number)
    values = {
        "kind": Permit.Kind.WASTE,
        "number": f"P-{number}",
        "authority": "Bureau of Ecology",
        "valid_from": dt.date(2020, 1, 1),
    } | values
    complete = [{"scheme": "EWC", "operation": make_operation()} | dict(line) for line in lines]
    permit = add_permit(actor=owner_of(firm), firm=firm, values=values, lines=complete)
    if state == PermitState.DRAFT:
        return permit
    officer = make_facilitator()
    if state in (PermitState.SUSPENDED, PermitState.EXPIRED):
        permit = move_permit(actor=officer, permit=permit, state=PermitState.VERIFIED)
    return move_permit(actor=officer, permit=permit, state=state)


def make_recognition(firm: Firm, list_slug: str = "scrap-steel", **values: Any) -> Recognition:
    values = {
        "list_slug": list_slug,
        "list_name_en": "Scrap steel processors",
        "list_name_zh": "废钢铁加工行业准入企业",
        "valid_from": dt.date(2020, 1, 1),
    } | values
    return recognise(actor=None, firm=firm, values=values)


# --- reference data: as the loader would leave it ---------------------------------------------------------------------


def make_operation(code: str = "R5") -> RecoveryOperation:
    return RecoveryOperation.objects.get_or_create(code=code, defaults={"name_en": f"Operation {code}"})[0]


def make_industry(code: str = "C23.51", **values: Any) -> Industry:
    values = {"scheme": "NACE2", "level": 4, "name_en": "Manufacture of cement", "name_zh": "水泥制造"} | values
    return Industry.objects.create(code=code, **values)


def make_region(code: str = "310000", parent: Region | None = None, **values: Any) -> Region:
    values = {
        "country": "CN",
        "level": Region.Level.PROVINCE,
        "path": f"{parent.path if parent else ''}{code}/",
        "name_en": f"Region {code}",
    } | values
    return Region.objects.create(code=code, parent=parent, **values)


def make_park(region: Region | None = None, **values: Any) -> Park:
    values = {"name_en": f"Park {next(_number)}", "country": "CN"} | values
    return Park.objects.create(region=region, **values)


def make_waste_code(
    code: str = "10 01 02", scheme: str = "EWC", *, hazardous: bool = False, **values: Any
) -> WasteCode:
    plain = waste_codes.normalise(scheme, code)
    values = {
        "code_display": code,
        "key": waste_codes.key(scheme, plain),
        "level": "code",
        "name_en": f"waste {code}",
    } | values
    return WasteCode.objects.create(scheme=scheme, code=plain, hazardous=hazardous, **values)


def make_property(slug: str = "loi", **values: Any) -> Property:
    values = {"name_en": slug.replace("_", " "), "unit": "%", "min_value": 0, "max_value": 100} | values
    return Property.objects.create(slug=slug, **values)


def make_material(slug: str = "", *, properties: Iterable[Property] = (), **values: Any) -> Material:
    """`properties` become the material's default ones, in that order."""
    slug = slug or f"material_{next(_number)}"
    values = {"name_en": slug.replace("_", " "), "form": "powder", "economic_radius_km": Decimal(100)} | values
    material = Material.objects.create(slug=slug, **values)
    MaterialProperty.objects.bulk_create(
        MaterialProperty(material=material, property=property, position=position)
        for position, property in enumerate(properties)
    )
    return material


def make_use(slug: str = "", **values: Any) -> Use:
    slug = slug or f"use_{next(_number)}"
    return Use.objects.create(**({"slug": slug, "name_en": slug.replace("_", " ")} | values))


def make_material_use(material: Material, use: Use, suitability: str = "0.90", **values: Any) -> MaterialUse:
    return MaterialUse.objects.create(material=material, use=use, suitability=Decimal(suitability), **values)


def make_use_limit(material_use: MaterialUse, property: Property, **values: Any) -> UseLimit:
    return UseLimit.objects.create(material_use=material_use, property=property, **values)


def make_avoided_burden(
    material: Material, use: Use | None = None, kg_per_t: str = "735", **values: Any
) -> AvoidedBurden:
    """China's, of a tonne that replaces a tonne, unless told otherwise."""
    values = {
        "country": "CN",
        "replaces_en": "ordinary Portland cement",
        "replaces_zh": "普通硅酸盐水泥",
        "substitution_ratio": Decimal(1),
        "year": 2019,
        "source": "a standard",
    } | values
    return AvoidedBurden.objects.create(material=material, use=use, replaced_kg_co2e_per_t=Decimal(kg_per_t), **values)


def make_target(indicator: str, value: str = "75", **values: Any) -> Target:
    values = {
        "name_en": indicator,
        "meaning": "at_least",
        "unit": "%",
        "country": "CN",
        "year": 2030,
        "source": "plan",
    } | values
    return Target.objects.create(indicator=indicator, value=Decimal(value), **values)


def make_transport_factor(kg_per_t_km: str = "0.1", **values: Any) -> TransportFactor:
    values = {"mode": "road", "country": "CN", "vehicle_en": "lorry", "vehicle_zh": "货车"} | values
    values = {"year": 2019, "source": "a standard"} | values
    return TransportFactor.objects.create(kg_co2e_per_t_km=Decimal(kg_per_t_km), **values)


# --- listings ---------------------------------------------------------------------------------------------------------


def make_listing(
    kind: str,
    *,
    firm: Firm | None = None,
    site: Site | None = None,
    codes: Iterable[WasteCode] = (),
    measures: Iterable[Mapping[str, Any]] = (),
    excluded_materials: Iterable[Material] = (),
    published: bool = True,
    **values: Any,
) -> Listing:
    """12 000 t a year at a new site of a new firm, unless told otherwise. `measures` as in `draft_listing`."""
    site = site or make_site(firm)
    values = {"site": site, "quantity_amount": Decimal(1000), "quantity_period": "month"} | values
    owner = owner_of(site.firm)
    listing = draft_listing(
        actor=owner,
        firm=site.firm,
        kind=kind,
        values=values,
        codes=codes,
        measures=measures,
        excluded_materials=excluded_materials,
    )
    return publish_listing(actor=owner, listing=listing) if published else listing


def make_offer(material: Material | None = None, **values: Any) -> Listing:
    return make_listing(Kind.OFFER, material=material or make_material(), **values)


def make_need(material: Material | None = None, **values: Any) -> Listing:
    """A need for a material, for a `use`, or for both; with neither given, for a new material."""
    if material is None and "use" not in values:
        material = make_material()
    return make_listing(Kind.NEED, material=material, **values)


def a_range(property: Property, low: str, high: str, typical: str = "", **values: Any) -> dict[str, Any]:
    """One of an offer's `measures`; without a typical value the middle is taken."""
    middle = Decimal(typical) if typical else (Decimal(low) + Decimal(high)) / 2
    return {"property": property, "low": Decimal(low), "typical": middle, "high": Decimal(high), **values}


def a_limit(property: Property, minimum: str = "", maximum: str = "", **values: Any) -> dict[str, Any]:
    """One of a need's `measures`; an empty end is open."""
    ends = {"minimum": minimum, "maximum": maximum}
    return {"property": property, **{end: Decimal(text) if text else None for end, text in ends.items()}, **values}


def make_evidence(listing: Listing, kind: str = Evidence.Kind.LAB_REPORT, **values: Any) -> Evidence:
    file = ContentFile(b"%PDF-1.4 test", name="report.pdf")
    values = {"kind": kind} | values
    return add_evidence(actor=owner_of(listing.firm), listing=listing, file=file, values=values)
