"""Properties and materials: what things are called, what is measured on them, what standards say of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from listings.models import Material, MaterialProperty, MaterialSpecification, Property, WasteCode
from marketplace.units import Basis

from .codes import find_code
from .rows import Row, generations, read_rows
from .tables import Table, Tally, link

TERM_COLUMNS = ("slug", "name_en", "name_zh", "synonyms_en", "synonyms_zh", "source", "basis")
MATERIAL_COLUMNS = (
    *TERM_COLUMNS, "parent", "form", "economic_radius_km", "hazardous_possible", "pictogram", "ewc_codes", "cn_codes",
)  # fmt: skip
PROPERTY_COLUMNS = (*TERM_COLUMNS, "symbol", "unit", "basis_default", "min_value", "max_value", "sort_order")
SPECIFICATION_COLUMNS = (
    "material_slug", "standard", "edition", "grade", "property_slug", "parameter", "unit", "min", "max", "kind",
    "source", "basis",
)  # fmt: skip
BASES = {"dry": Basis.DRY, "as_received": Basis.AS_RECEIVED, "-": Basis.NONE, "": Basis.NONE}


def term(row: Row) -> dict[str, Any]:
    """The fields that every name of the vocabulary has."""
    texts = ("name_en", "name_zh", "synonyms_en", "synonyms_zh", "source")
    return {"slug": row.text("slug"), "to_verify": row.to_verify} | {column: row.text(column) for column in texts}


def load_properties(folder: Path) -> Iterator[Tally]:
    properties = Table(Property, columns={"position": "sort_order"})
    rows = read_rows(folder / "properties.csv", PROPERTY_COLUMNS)
    properties.write((row, partial(_property, row)) for row in rows)
    yield properties.finish()


def load_materials(folder: Path) -> Iterator[Tally]:
    rows = read_rows(folder / "materials.csv", MATERIAL_COLUMNS)
    materials = Table(Material)
    for generation in generations(rows, "slug", "parent"):
        materials.write((row, partial(_material, row, materials)) for row in generation)
    yield materials.finish()
    yield _load_usual_codes(rows, materials)
    yield _load_default_properties(folder, materials)
    yield _load_specifications(folder, materials)


def _property(row: Row) -> Property:
    return Property(
        **term(row),
        symbol=row.text("symbol"),
        unit=row.text("unit"),
        basis_default=row.choice("basis_default", BASES),
        min_value=row.number_or_none("min_value"),
        max_value=row.number_or_none("max_value"),
        position=row.whole("sort_order"),
    )


def _material(row: Row, materials: Table[Material]) -> Material:
    parent = row.text("parent")
    return Material(
        **term(row),
        parent=materials.find(row, "parent", parent) if parent else None,
        form=row.text("form"),
        hazardous_possible=row.text("hazardous_possible"),
        economic_radius_km=row.decimal("economic_radius_km"),
        pictogram=row.text("pictogram"),
    )


def _load_usual_codes(rows: list[Row], materials: Table[Material]) -> Tally:
    codes = Table(WasteCode)
    usual = link(Material.codes.through, "usual waste codes of materials", "ewc_codes")
    usual.write(
        (row, partial(_usual_code, row, column, code, materials, codes))
        for row in rows
        for column in ("ewc_codes", "cn_codes")
        for code in row.parts(column)
    )
    return usual.finish()


def _usual_code(row: Row, column: str, code: str, materials: Table[Material], codes: Table[WasteCode]) -> Any:
    material = materials.find(row, "slug", row.text("slug"))
    return Material.codes.through(material=material, wastecode=find_code(row, column, code, codes))


def _load_default_properties(folder: Path, materials: Table[Material]) -> Tally:
    properties = Table(Property)
    columns = {"position": "sort_order", "property_id": "property_slug"}
    defaults = Table(MaterialProperty, follows_file=True, columns=columns)
    rows = read_rows(folder / "material_properties.csv", ("material_slug", "property_slug", "sort_order"))
    defaults.write((row, partial(_default_property, row, materials, properties)) for row in rows)
    return defaults.finish()


def _default_property(row: Row, materials: Table[Material], properties: Table[Property]) -> MaterialProperty:
    return MaterialProperty(
        material=materials.find(row, "material_slug", row.text("material_slug")),
        property=properties.find(row, "property_slug", row.text("property_slug")),
        position=row.whole("sort_order"),
    )


def _load_specifications(folder: Path, materials: Table[Material]) -> Tally:
    """A printed fact has no name: all that it says is its key, and a corrected one replaces the old."""
    properties = Table(Property)
    columns = {"minimum": "min", "maximum": "max"}
    specifications = Table(MaterialSpecification, follows_file=True, columns=columns)
    rows = read_rows(folder / "material_specifications.csv", SPECIFICATION_COLUMNS)
    specifications.write((row, partial(_specification, row, materials, properties)) for row in rows)
    return specifications.finish()


def _specification(row: Row, materials: Table[Material], properties: Table[Property]) -> MaterialSpecification:
    slug = row.text("property_slug")
    property = properties.find(row, "property_slug", slug) if slug else None
    return MaterialSpecification(
        material=materials.find(row, "material_slug", row.text("material_slug")),
        property=property,
        parameter=row.text("parameter") or (property.name_en if property else ""),
        standard=row.text("standard"),
        edition=row.text("edition"),
        grade=row.text("grade"),
        unit=row.text("unit"),
        minimum=row.number_or_none("min"),
        maximum=row.number_or_none("max"),
        kind=row.text("kind"),
        source=row.text("source"),
        to_verify=row.to_verify,
    )
