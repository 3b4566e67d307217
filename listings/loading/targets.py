"""What authorities want to be reached."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from listings.models import Material, Target
from marketplace.firms.models import Region

from .rows import Row, read_rows
from .tables import Table, Tally

COLUMNS = (
    "indicator", "name_en", "name_zh", "meaning", "value", "unit", "country", "region_code", "material_slug",
    "base_year", "year", "source", "basis",
)  # fmt: skip
MEANINGS = {word: word for word in Target.Meaning.values}


def load_targets(folder: Path) -> Iterator[Tally]:
    columns = {"region_id": "region_code", "material_id": "material_slug"}
    targets = Table(Target, columns=columns, follows_file=True)
    regions, materials = Table(Region), Table(Material)
    rows = read_rows(folder / "targets.csv", COLUMNS)
    targets.write((row, partial(_target, row, regions, materials)) for row in rows)
    yield targets.finish()


def _target(row: Row, regions: Table[Region], materials: Table[Material]) -> Target:
    region, material = row.text("region_code"), row.text("material_slug")
    return Target(
        indicator=row.required("indicator"),
        name_en=row.text("name_en"),
        name_zh=row.text("name_zh"),
        meaning=row.choice("meaning", MEANINGS),
        value=row.amount("value"),
        unit=row.required("unit"),
        country=row.required("country"),
        region=regions.find(row, "region_code", region) if region else None,
        material=materials.find(row, "material_slug", material) if material else None,
        base_year=row.whole("base_year") if row.text("base_year") else None,
        year=row.whole("year"),
        source=row.required("source"),
        to_verify=row.to_verify,
    )
