"""The story's two files, and words in them that stand for rows of the reference tables or for days."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from listings.models import Material, Property, Use, WasteCode
from marketplace.firms import waste_codes
from marketplace.firms.models import Industry, Park, RecoveryOperation

FOLDER = Path(__file__).resolve().parent
Entry = dict[str, Any]
Found = TypeVar("Found")


class StoryError(LookupError):
    """The story names something that the reference tables do not have."""


def read_firms() -> tuple[str, list[Entry]]:
    """The Chinese name of the park, and the firms."""
    story = _read("park_firms.toml")
    return story["park"], story["firm"]


def read_listings() -> list[tuple[str, Entry]]:
    """("offer" or "need", its columns), in the order in which they are posted."""
    story = _read("park_listings.toml")
    return [(kind, entry) for kind in ("offer", "need") for entry in story[kind]]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"), parse_float=Decimal)


class Shelves:
    """Rows of the reference tables by the names the story uses."""

    def __init__(self) -> None:
        self._materials = {row.slug: row for row in Material.objects.all()}
        self._uses = {row.slug: row for row in Use.objects.all()}
        self._properties = {row.slug: row for row in Property.objects.all()}
        self._operations = {row.code: row for row in RecoveryOperation.objects.all()}
        self._industries = {row.code: row for row in Industry.objects.filter(scheme="NACE2")}

    def park(self, name_zh: str) -> Park:
        return _found(Park.objects.filter(name_zh=name_zh).select_related("region").first(), name_zh)

    def material(self, slug: str) -> Material:
        return _found(self._materials.get(slug), slug)

    def use(self, slug: str) -> Use:
        return _found(self._uses.get(slug), slug)

    def property(self, slug: str) -> Property:
        return _found(self._properties.get(slug), slug)

    def operation(self, code: str) -> RecoveryOperation:
        return _found(self._operations.get(code), code)

    def industry(self, code: str) -> Industry | None:
        """The NACE class, or none: an industry only describes a firm."""
        return self._industries.get(code)

    def codes(self, names: Iterable[str]) -> list[WasteCode]:
        """`CN-SW:900-001-S02` and the like."""
        return [self._code(*name.split(":")) for name in names]

    def _code(self, scheme: str, code: str) -> WasteCode:
        plain = waste_codes.normalise(scheme, code)
        return _found(WasteCode.objects.filter(scheme=scheme, code=plain).first(), f"{scheme} {code}")


def _found(row: Found | None, name: str) -> Found:
    if row is None:
        raise StoryError(f"{name} is not in the reference tables")
    return row


def with_dates(entry: Mapping[str, Any], today: dt.date, names: Mapping[str, str]) -> dict[str, dt.date]:
    """The `*_day` entries as dates under the field names given; an absent day gives nothing."""
    return {field: today + dt.timedelta(days=entry[day]) for day, field in names.items() if day in entry}
