"""Uses, which material serves them within which limits, and what a tonne costs to carry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from listings.models import HaulageRate, Material, MaterialUse, Property, Use, UseLimit
from marketplace.firms.models import RecoveryOperation

from .materials import TERM_COLUMNS, term
from .rows import Row, read_rows
from .tables import Table, Tally

MATERIAL_USE_COLUMNS = (
    "material_slug", "use_slug", "suitability", "prohibited", "note_en", "note_zh", "source", "basis",
)  # fmt: skip
LIMIT_COLUMNS = (
    "material_slug", "use_slug", "property_slug", "min", "max", "unit", "hard", "grade", "source", "basis",
)  # fmt: skip
HAULAGE_COLUMNS = (
    "mode", "country", "currency", "fixed_per_t", "rate_per_t_km", "road_factor", "source", "basis",
)  # fmt: skip


def load_uses(folder: Path) -> Iterator[Tally]:
    operations = Table(RecoveryOperation)
    uses = Table(Use)
    rows = read_rows(folder / "uses.csv", (*TERM_COLUMNS, "recovery_code", "sector"))
    uses.write((row, partial(_use, row, operations)) for row in rows)
    yield uses.finish()
    yield from _load_material_uses(folder, Table(Material), uses)


def load_haulage(folder: Path) -> Iterator[Tally]:
    rates = Table(HaulageRate, follows_file=True)
    rates.write((row, partial(_haulage_rate, row)) for row in read_rows(folder / "haulage.csv", HAULAGE_COLUMNS))
    yield rates.finish()


def _use(row: Row, operations: Table[RecoveryOperation]) -> Use:
    code = row.text("recovery_code")
    operation = operations.find(row, "recovery_code", code) if code else None
    return Use(**term(row), operation=operation, sector=row.text("sector"))


def _load_material_uses(folder: Path, materials: Table[Material], uses: Table[Use]) -> Iterator[Tally]:
    links = Table(MaterialUse, follows_file=True, columns={"use_id": "use_slug"})
    rows = read_rows(folder / "material_uses.csv", MATERIAL_USE_COLUMNS)
    links.write((row, partial(_material_use, row, materials, uses)) for row in rows)
    yield links.finish()
    columns = {"minimum": "min", "maximum": "max", "property_id": "property_slug"}
    limits = Table(UseLimit, follows_file=True, columns=columns)
    properties = Table(Property)
    rows = read_rows(folder / "material_use_limits.csv", LIMIT_COLUMNS)
    limits.write((row, partial(_limit, row, partial(_use_of, row, materials, uses, links), properties)) for row in rows)
    yield limits.finish()


def _material_use(row: Row, materials: Table[Material], uses: Table[Use]) -> MaterialUse:
    return MaterialUse(
        material=materials.find(row, "material_slug", row.text("material_slug")),
        use=uses.find(row, "use_slug", row.text("use_slug")),
        suitability=row.amount("suitability"),
        prohibited=row.flag("prohibited"),
        note_en=row.text("note_en"),
        note_zh=row.text("note_zh"),
        source=row.text("source"),
        to_verify=row.to_verify,
    )


def _use_of(row: Row, materials: Table[Material], uses: Table[Use], links: Table[MaterialUse]) -> MaterialUse:
    material = materials.find(row, "material_slug", row.text("material_slug"))
    use = uses.find(row, "use_slug", row.text("use_slug"))
    return links.find(row, "use_slug", material.pk, use.pk)


def _limit(row: Row, find_use: Callable[[], MaterialUse], properties: Table[Property]) -> UseLimit:
    """The window must be in the property's own unit: nobody converts it afterwards."""
    property = properties.find(row, "property_slug", row.text("property_slug"))
    if row.text("unit") != property.unit:
        raise row.bad("unit", f"{row.text('unit')!r}, but {property.slug} is stored in {property.unit!r}")
    minimum, maximum = row.number_or_none("min"), row.number_or_none("max")
    if minimum is None and maximum is None:
        raise row.bad("min", "a limit needs a minimum or a maximum")
    if minimum is not None and maximum is not None and minimum > maximum:
        raise row.bad("max", f"the window is upside down: {minimum:g} to {maximum:g}")
    return UseLimit(
        material_use=find_use(),
        property=property,
        minimum=minimum,
        maximum=maximum,
        hard=row.flag("hard"),
        grade=row.text("grade"),
        source=row.text("source"),
        to_verify=row.to_verify,
    )


def _haulage_rate(row: Row) -> HaulageRate:
    return HaulageRate(
        mode=row.required("mode"),
        country=row.required("country"),
        currency=row.text("currency"),
        fixed_per_t=row.amount("fixed_per_t"),
        rate_per_t_km=row.amount("rate_per_t_km"),
        road_factor=row.amount("road_factor"),
        source=row.text("source"),
        to_verify=row.to_verify,
    )
