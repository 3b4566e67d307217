"""Puts the Scottish register on the market: operators, sites and permits, and the year's flows as offers and needs."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from listings.batches import NewListing, publish_many
from listings.models import Kind, LegalStatus, Listing, Material, Use, Visibility, WasteCode
from marketplace.demo import scotland_texts as texts
from marketplace.demo.register import FOLDER, Flow, LicensedSite, MaterialClass, Register, code_ranges, read_register
from marketplace.firms.models import Firm, Permit, PermitLine, PermitState, RecoveryOperation, Region, Site, User
from marketplace.firms.services import add_permit, add_site, move_permit, register_firm
from marketplace.firms.waste_codes import Scheme
from marketplace.units import Currency, Period

REGISTERED_IN = dt.date(2019, 1, 1)  # the register's year; the permits' own dates are not in it
# Nobody hauls far to where a load is only tipped and reloaded; 40 km is about the mean of known exchanges.
COLLECTING_RADIUS_KM = Decimal(40)
LINES_AT_ONCE = 2000

Say = Callable[[str], None]


@dataclass
class _Shelves:
    """Rows of the reference tables by the names the register uses."""

    regions: dict[str, Region] = field(init=False)
    materials: dict[str, Material] = field(init=False)
    uses: dict[str, Use] = field(init=False)
    operations: dict[str, RecoveryOperation] = field(init=False)
    codes: dict[str, WasteCode] = field(init=False)

    def __post_init__(self) -> None:
        self.regions = {region.name_en: region for region in Region.objects.filter(country="GB")}
        self.materials = {material.slug: material for material in Material.objects.all()}
        self.uses = {use.slug: use for use in Use.objects.all()}
        self.operations = {operation.code: operation for operation in RecoveryOperation.objects.all()}
        six_digits = WasteCode.objects.filter(scheme=Scheme.EWC, level="code").order_by("key")
        self.codes = {code.code: code for code in six_digits}
        self.every_key = list(self.codes)
        self.by_class: dict[str, list[WasteCode]] = defaultdict(list)
        for code in self.codes.values():
            self.by_class[code.sepa_material].append(code)


def is_loaded() -> bool:
    return Firm.objects.filter(source=Firm.Source.SEPA).exists()


@transaction.atomic
def load_scotland(*, actor: User, say: Say, folder: Path = FOLDER) -> None:
    """All or nothing. `actor` is the officer in whose name the register is entered."""
    register, shelves = read_register(folder), _Shelves()
    firms = _add_firms(actor, register)
    say(f"Scotland: {len(firms)} operators")
    sites = {site.permit_no: _add_site(actor, firms[site.operator], site, shelves) for site in register.sites}
    say(f"Scotland: {len(sites)} sites")
    permits = [_add_permit(actor, sites[site.permit_no], site) for site in register.sites]
    lines = _add_lines(register, permits, shelves)
    _settle_permits(actor, register, permits)
    say(f"Scotland: {len(permits)} permits with {lines} lines")
    listings = _add_listings(actor, register, sites, shelves)
    offers = sum(listing.is_offer for listing in listings)
    say(f"Scotland: {offers} offers and {len(listings) - offers} needs")


def _add_firms(actor: User, register: Register) -> dict[str, Firm]:
    names = dict.fromkeys(site.operator for site in register.sites)
    return {name: _add_firm(actor, name) for name in names}


def _add_firm(actor: User, name: str) -> Firm:
    values = {"name_en": name, "registry": texts.REGISTER, "country": "GB"}
    return register_firm(actor=actor, values=values, source=Firm.Source.SEPA)


def _add_site(actor: User, firm: Firm, site: LicensedSite, shelves: _Shelves) -> Site:
    values = {
        "name": site.name,
        "latitude": site.latitude,
        "longitude": site.longitude,
        "region": shelves.regions.get(site.council_area),
        "location_public": True,
    }
    return add_site(actor=actor, firm=firm, values=values)


def _add_permit(actor: User, place: Site, site: LicensedSite) -> Permit:
    values = {
        "kind": Permit.Kind.WASTE,
        "number": site.permit_no,
        "authority": texts.AUTHORITY,
        "valid_from": REGISTERED_IN,
    }
    return add_permit(actor=actor, firm=place.firm, values=values)


def _add_lines(register: Register, permits: list[Permit], shelves: _Shelves) -> int:
    """Tens of thousands of lines: each is checked by its own `clean`, and they are written in batches."""
    lines = [
        line
        for permit, site in zip(permits, register.sites, strict=True)
        for line in _permit_lines(permit, site, register.intake(site), shelves)
    ]
    PermitLine.objects.bulk_create(lines, batch_size=LINES_AT_ONCE)
    return len(lines)


def _permit_lines(
    permit: Permit, site: LicensedSite, intake: list[MaterialClass], shelves: _Shelves
) -> Iterator[PermitLine]:
    """The codes of the classes that the site received, with no yearly limit: the register states none."""
    codes = {code for entry in intake for code in _codes_of(entry, site, shelves)}
    for code_from, code_to in code_ranges(codes, shelves.every_key):
        line = PermitLine(
            permit=permit,
            scheme=Scheme.EWC,
            code_from=code_from,
            code_to="" if code_to == code_from else code_to,
            operation=shelves.operations[site.operation],
        )
        line.clean()
        yield line


def _codes_of(entry: MaterialClass, site: LicensedSite, shelves: _Shelves) -> Iterator[str]:
    """Hazardous codes of a mixed class only where the site takes special waste."""
    if entry.ewc_code:
        yield entry.ewc_code
    hazardous_too = site.takes_special or entry.hazardous
    yield from (code.code for code in shelves.by_class[entry.name] if hazardous_too or not code.hazardous)


def _settle_permits(actor: User, register: Register, permits: list[Permit]) -> None:
    for permit, site in zip(permits, register.sites, strict=True):
        permit = move_permit(actor=actor, permit=permit, state=PermitState.VERIFIED)
        if not site.operational:
            move_permit(actor=actor, permit=permit, state=PermitState.EXPIRED)


def _add_listings(actor: User, register: Register, sites: dict[str, Site], shelves: _Shelves) -> list[Listing]:
    today = timezone.localdate()
    flows = ((site, flow) for site in register.sites for flow in register.traded(site))
    return publish_many(
        actor=actor,
        rows=(
            NewListing(
                firm=sites[site.permit_no].firm,
                kind=Kind.NEED if flow.inward else Kind.OFFER,
                values={
                    "site": sites[site.permit_no],
                    "available_from": today,
                    "max_distance_km": COLLECTING_RADIUS_KM if flow.inward and site.collects_only else None,
                    **_values(flow, shelves, use=shelves.uses.get(register.use(site, flow.material_class))),
                    **texts.of_flow(site, flow),
                },
                codes=_representative(flow, shelves),
            )
            for site, flow in flows
        ),
    )


def _representative(flow: Flow, shelves: _Shelves) -> list[WasteCode]:
    code = flow.material_class.ewc_code
    return [] if flow.inward or not code else [shelves.codes[code]]


def _values(flow: Flow, shelves: _Shelves, *, use: Use | None) -> dict[str, Any]:
    entry = flow.material_class
    values = {
        "material": shelves.materials[entry.material_slug],
        "quantity_amount": flow.quantity_t,
        "quantity_period": Period.YEAR,
        "currency": Currency.GBP,
        "firm_visibility": Visibility.PUBLIC,
    }
    if flow.inward:
        return values | {"use": use, "accepts_hazardous": entry.hazardous}
    return values | {"legal_status": LegalStatus.HAZARDOUS if entry.hazardous else LegalStatus.WASTE}
