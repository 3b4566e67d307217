"""Operations, industries, regions and parks. Region files are `regions_<country>.csv`, one a country."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from marketplace.firms.models import Industry, Park, RecoveryOperation, Region, RegionMember

from .rows import BadReference, Row, generations, read_rows
from .tables import Table, Tally, link

PLACE_COLUMNS = {"latitude": "lat", "longitude": "lon"}


def load_operations(folder: Path) -> Iterator[Tally]:
    operations = Table(RecoveryOperation)
    rows = read_rows(folder / "operations.csv", ("code", "name_en", "name_zh"))
    operations.write((row, partial(_operation, row)) for row in rows)
    yield operations.finish()


def load_industries(folder: Path) -> Iterator[Tally]:
    industries = Table(Industry)
    rows = read_rows(folder / "industries.csv", ("scheme", "code", "parent", "level", "name_en", "name_zh", "basis"))
    for generation in generations(rows, "code", "parent", "scheme"):
        industries.write((row, partial(_industry, row, industries)) for row in generation)
    yield industries.finish()


def load_regions(folder: Path) -> Iterator[Tally]:
    regions = Table(Region, columns=PLACE_COLUMNS)
    columns = ("code", "parent_code", "level", "country", "name_zh", "name_en", "lat", "lon")
    rows = [row for path in sorted(folder.glob("regions_*.csv")) for row in read_rows(path, columns)]
    if not rows:
        raise BadReference("regions_<country>.csv: there is no such file, or it is empty")
    for generation in generations(rows, "code", "parent_code"):
        regions.write((row, partial(_region, row, regions)) for row in generation)
    composites = read_rows(folder / "composite_regions.csv", ("slug", "name_en", "name_zh", "members"))
    regions.write((row, partial(_composite, row, regions)) for row in composites)
    yield regions.finish()
    yield _load_members(composites, regions)


def load_parks(folder: Path) -> Iterator[Tally]:
    regions = Table(Region)
    parks = Table(Park, columns=PLACE_COLUMNS)
    columns = ("name_zh", "name_en", "kind", "country", "region_code", "lat", "lon", "source", "basis")
    parks.write((row, partial(_park, row, regions)) for row in read_rows(folder / "parks.csv", columns))
    yield parks.finish()


def _operation(row: Row) -> RecoveryOperation:
    return RecoveryOperation(code=row.text("code"), name_en=row.text("name_en"), name_zh=row.text("name_zh"))


def _industry(row: Row, industries: Table[Industry]) -> Industry:
    scheme, parent = row.required("scheme"), row.text("parent")
    return Industry(
        scheme=scheme,
        code=row.text("code"),
        parent=industries.find(row, "parent", scheme, parent) if parent else None,
        level=row.whole("level"),
        name_en=row.text("name_en"),
        name_zh=row.text("name_zh"),
        source=row.text("source"),
        to_verify=row.to_verify,
    )


def _region(row: Row, regions: Table[Region]) -> Region:
    code = row.required("code")
    parent = regions.find(row, "parent_code", row.text("parent_code")) if row.text("parent_code") else None
    return Region(
        code=code,
        country=row.text("country"),
        level=row.text("level"),
        parent=parent,
        path=f"{parent.path if parent else ''}{code}/",
        name_en=row.text("name_en"),
        name_zh=row.text("name_zh"),
        latitude=row.number_or_none("lat"),
        longitude=row.number_or_none("lon"),
        to_verify=row.to_verify,
    )


def _composite(row: Row, regions: Table[Region]) -> Region:
    """A composite belongs to the country of its first member and lies under no other region."""
    slug, members = row.required("slug"), row.parts("members")
    if not members:
        raise row.bad("members", "must not be empty")
    return Region(
        code=slug,
        country=regions.find(row, "members", members[0]).country,
        level=Region.Level.COMPOSITE,
        path=f"{slug}/",
        name_en=row.text("name_en"),
        name_zh=row.text("name_zh"),
        to_verify=row.to_verify,
    )


def _load_members(composites: list[Row], regions: Table[Region]) -> Tally:
    members = link(RegionMember, "members of composite regions", "members")
    members.write((row, partial(_member, row, code, regions)) for row in composites for code in row.parts("members"))
    return members.finish()


def _member(row: Row, code: str, regions: Table[Region]) -> RegionMember:
    composite = regions.find(row, "slug", row.text("slug"))
    return RegionMember(composite=composite, member=regions.find(row, "members", code))


def _park(row: Row, regions: Table[Region]) -> Park:
    code = row.text("region_code")
    return Park(
        name_zh=row.text("name_zh"),
        name_en=row.text("name_en"),
        kind=row.text("kind"),
        country=row.required("country"),
        region=regions.find(row, "region_code", code) if code else None,
        latitude=row.number_or_none("lat"),
        longitude=row.number_or_none("lon"),
        source=row.text("source"),
        to_verify=row.to_verify,
    )
