"""The Scottish register of licensed waste sites and what they took in and sent out in 2019, read from its files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import listings
from listings.loading.rows import Row, read_rows

FOLDER = Path(__file__).resolve().parent
CLASSES = Path(listings.__file__).resolve().parent / "reference" / "sepa_materials.csv"
SITE_COLUMNS = (
    "permit_no", "site_name", "operator", "region", "status", "activities", "accepts", "latitude", "longitude",
)  # fmt: skip
LEAST_T = Decimal("0.001")
# What these take comes from pet owners and vets, also where they hand some of it on.
PET_SITES = frozenset({"Pet cemetery", "Pet crematoria"})
COLLECTING = frozenset({"Civic amenity", "Transfer station"})
# A site that takes cars and sends cars on is a breaker: it has them from their last owners and passes on the hulks.
VEHICLES = "Discarded vehicles"
# The register gives this in place of the name of a private person, so it stands for several people.
WITHHELD_NAME = "PRIVATE CONTACT"
TRANSFER = "R13"
OPERATION_OF = {
    "Landfill": "D5",
    "Incineration": "D10",
    "Co-incineration": "R1",
    "Anaerobic digestion": "R3",
    "Composting": "R3",
    "Metal recycler": "R4",
    "Other treatment": "R12",
    "Pet crematoria": "D10",
}


@dataclass(frozen=True)
class MaterialClass:
    """One of SEPA's 34 classes, with the material and the waste code that stand for it."""

    name: str
    name_zh: str
    material_slug: str
    ewc_code: str
    hazardous: bool


@dataclass(frozen=True)
class LicensedSite:
    permit_no: str
    name: str
    operator: str
    council_area: str
    operational: bool
    activities: tuple[str, ...]
    accepts: str
    latitude: float
    longitude: float

    @property
    def only_activity(self) -> str:
        return self.activities[0] if len(self.activities) == 1 else ""

    @property
    def operation(self) -> str:
        """Of a site that does several things the register does not say which material goes where: storage, then."""
        return OPERATION_OF.get(self.only_activity, TRANSFER)

    @property
    def served_by_the_public(self) -> bool:
        """True where the intake comes from households or for pets, so that no firm could offer to fill it."""
        of_households = self.collects_only and self.accepts == "Household"
        return self.only_activity == "Civic amenity" or not PET_SITES.isdisjoint(self.activities) or of_households

    @property
    def collects_only(self) -> bool:
        """Passes on what it takes in."""
        return COLLECTING.issuperset(self.activities)

    @property
    def takes_special(self) -> bool:
        return "special" in self.accepts


@dataclass(frozen=True)
class Flow:
    """A year's tonnes of one class into a site, or out of it."""

    inward: bool
    material_class: MaterialClass
    quantity_t: Decimal


@dataclass(frozen=True)
class Register:
    sites: tuple[LicensedSite, ...]
    flows: dict[str, tuple[Flow, ...]]
    uses: dict[tuple[str, str], str]

    def intake(self, site: LicensedSite) -> list[MaterialClass]:
        return [flow.material_class for flow in self.flows.get(site.permit_no, ()) if flow.inward]

    def traded(self, site: LicensedSite) -> list[Flow]:
        """The flows of a working site that a market can know of."""
        if not site.operational:
            return []
        flows = self.flows.get(site.permit_no, ())
        from_the_public = {flow.material_class.name for flow in flows if not flow.inward} & {VEHICLES}
        return [
            flow
            for flow in flows
            if not flow.inward or not (site.served_by_the_public or flow.material_class.name in from_the_public)
        ]

    def use(self, site: LicensedSite, material_class: MaterialClass) -> str:
        """Slug of the use that a site of one activity puts this class to, empty where that is not plain."""
        return self.uses.get((site.only_activity, material_class.name), "")


def read_register(folder: Path = FOLDER) -> Register:
    columns = ("sepa_material", "material_slug", "hazardous", "ewc_code", "name_zh")
    classes = {row.text("sepa_material"): _class(row) for row in read_rows(CLASSES, columns)}
    sites = tuple(_site(row) for row in read_rows(folder / "scotland_sites.csv", SITE_COLUMNS))
    uses = read_rows(folder / "scotland_uses.csv", ("activity", "sepa_material", "use_slug"))
    return Register(
        sites=sites,
        flows=_flows(folder / "scotland_flows.csv", classes),
        uses={(row.text("activity"), row.text("sepa_material")): row.text("use_slug") for row in uses},
    )


def _class(row: Row) -> MaterialClass:
    return MaterialClass(
        name=row.text("sepa_material"),
        name_zh=row.text("name_zh"),
        material_slug=row.required("material_slug"),
        ewc_code=row.text("ewc_code"),
        hazardous=row.flag("hazardous"),
    )


def _site(row: Row) -> LicensedSite:
    permit_no, operator = row.required("permit_no"), row.required("operator")
    return LicensedSite(
        permit_no=permit_no,
        name=row.required("site_name"),
        operator=f"{operator} ({permit_no})" if operator == WITHHELD_NAME else operator,
        council_area=row.text("region"),
        operational=row.text("status") == "Operational",
        activities=tuple(row.text("activities").split(" / ")),
        accepts=row.text("accepts"),
        latitude=row.number_or_none("latitude") or 0.0,
        longitude=row.number_or_none("longitude") or 0.0,
    )


def _flows(path: Path, classes: dict[str, MaterialClass]) -> dict[str, tuple[Flow, ...]]:
    found: dict[str, list[Flow]] = defaultdict(list)
    directions = {"in": True, "out": False}
    for row in read_rows(path, ("permit_no", "direction", "sepa_material", "tonnes")):
        inward = row.choice("direction", directions)
        quantity_t = max(row.decimal("tonnes") or LEAST_T, LEAST_T).quantize(LEAST_T)
        found[row.text("permit_no")].append(Flow(inward, classes[row.text("sepa_material")], quantity_t))
    return {permit_no: tuple(flows) for permit_no, flows in found.items()}


def code_ranges(keys: Iterable[str], every_key: list[str]) -> list[tuple[str, str]]:
    """Wanted codes as closed ranges that hold no other code of the sorted list.

    >>> code_ranges({"170101", "170102", "170107"}, ["170101", "170102", "170103", "170107"])
    [('170101', '170102'), ('170107', '170107')]
    """
    wanted, previous = set(keys), ""
    ranges: list[tuple[str, str]] = []
    for key in every_key:
        if key in wanted and previous in wanted:
            ranges[-1] = (ranges[-1][0], key)
        elif key in wanted:
            ranges.append((key, key))
        previous = key
    return ranges
