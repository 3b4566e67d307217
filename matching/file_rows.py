"""One row of a spreadsheet as an offer or a need: every cell checked, every refusal with its column and reason."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings

from listings.models import WasteCode
from listings.models.listings import Kind
from marketplace.firms.waste_codes import Scheme, normalise
from marketplace.units import exchange_rate, parse_decimal
from matching.knowledge import Knowledge
from matching.spreadsheets import Problem, Sheet, SheetRow

REQUIRED = ("id", "description")
PROPERTY_COLUMN = re.compile(r"prop:([a-z0-9_-]+):(min|max|typ)")
DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d{2})(\d{2})")
WITH_UNIT = re.compile(r"[+-]?\d[\d.,]*\s*[^\W\d_%]+.*|[+-]?\d[\d.,]*\s*%")
MAX_QUANTITY_T = 1e9
MAX_PRICE = 1e7


class BadCell(ValueError):
    """A cell that cannot be used: the column and why."""

    def __init__(self, column: str, reason: str) -> None:
        self.column, self.reason = column, reason
        super().__init__(f"{column}: {reason}")


@dataclass(frozen=True)
class PropertyRange:
    """minimum, typical, maximum in the property's own unit; None where not given."""

    minimum: float | None = None
    typical: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class FileRow:
    """A row that passed; NaN is unknown. Money is in the base currency per tonne, days are ordinals."""

    number: int
    key: str
    description: str
    material: str = ""
    code: WasteCode | None = None
    quantity_t: float = math.nan
    lat: float = math.nan
    lon: float = math.nan
    max_distance_km: float = math.inf
    price_per_t: float = math.nan
    available_from: int | None = None
    available_to: int | None = None
    industry: str = ""
    properties: Mapping[str, PropertyRange] = field(default_factory=dict)

    @property
    def placed(self) -> bool:
        return not math.isnan(self.lat)


def read_rows(sheet: Sheet, kind: str, known: Knowledge) -> tuple[list[FileRow], list[Problem]]:
    """The good rows, and the problems of the others; those of the header count as row 1.

    A column nobody knows is passed over: people keep notes of their own beside ours.
    """
    problems = [*sheet.problems, *_header_problems(sheet, known)]
    reader = _RowReader(kind, known)
    rows: list[FileRow] = []
    for row in sheet.rows:
        try:
            rows.append(reader.read(row))
        except BadCell as bad:
            problems.append(Problem(sheet.name, row.number, bad.column, bad.reason))
    return rows, sorted(problems, key=lambda problem: problem.row)


def _header_problems(sheet: Sheet, known: Knowledge) -> list[Problem]:
    missing = [name for name in REQUIRED if name not in sheet.header]
    return [Problem(sheet.name, 1, name, "required column is missing") for name in missing] + [
        Problem(sheet.name, 1, name, reason) for name in sheet.header if (reason := _column_problem(name, known))
    ]


def _column_problem(name: str, known: Knowledge) -> str:
    if match := PROPERTY_COLUMN.fullmatch(name):
        return "" if match[1] in known.property_of_slug else "unknown property; the column is not used"
    return "write prop:<property>:min, :typ or :max; the column is not used" if name.startswith("prop:") else ""


class _RowReader:
    def __init__(self, kind: str, known: Knowledge) -> None:
        self.kind, self.known = kind, known
        self.seen: dict[str, int] = {}
        self.codes = {normalise(code.scheme, code.code): code for code in WasteCode.objects.all()}

    def read(self, row: SheetRow) -> FileRow:
        cells = row.cells
        lat, lon = _place(cells)
        first, last = _date(cells, "available_from"), _date(cells, "available_to")
        if first and last and last < first:
            raise BadCell("available_to", "the window ends before it starts")
        return FileRow(
            number=row.number,
            key=self._key(row),
            description=_needed(cells, "description"),
            material=self._material(cells),
            code=self._code(cells),
            quantity_t=_number(cells, "quantity_t_per_year", above=0, most=MAX_QUANTITY_T),
            lat=lat,
            lon=lon,
            max_distance_km=self._max_distance(cells),
            price_per_t=_price(cells),
            available_from=first and first.toordinal(),
            available_to=last and last.toordinal(),
            industry=cells.get("industry", ""),
            properties=self._properties(cells),
        )

    def _key(self, row: SheetRow) -> str:
        key = _needed(row.cells, "id")
        if key in self.seen:
            raise BadCell("id", f"the same id as in row {self.seen[key]}")
        self.seen[key] = row.number
        return key

    def _material(self, cells: Mapping[str, str]) -> str:
        slug = cells.get("material", "")
        if slug and slug not in self.known.row_of_slug:
            raise BadCell("material", f"unknown material {slug!r}; use a slug of the materials table or leave it empty")
        return slug

    def _code(self, cells: Mapping[str, str]) -> WasteCode | None:
        text = cells.get("waste_code", "")
        if not text:
            return None
        for scheme in Scheme.values:
            if code := self.codes.get(normalise(scheme, text)):
                return code
        padded = text.replace(" ", "").rstrip("*").zfill(6)  # a spreadsheet drops the leading zero of 010101
        if code := self.codes.get(padded):
            return code
        raise BadCell("waste_code", f"unknown waste code {text!r}")

    def _max_distance(self, cells: Mapping[str, str]) -> float:
        if self.kind == Kind.OFFER:
            return math.inf
        distance = _number(cells, "max_distance_km", above=0, most=20_100)
        return math.inf if math.isnan(distance) else distance

    def _properties(self, cells: Mapping[str, str]) -> dict[str, PropertyRange]:
        found: dict[str, dict[str, float]] = {}
        for column, text in cells.items():
            match = PROPERTY_COLUMN.fullmatch(column)
            if match and text and match[1] in self.known.property_of_slug:
                found.setdefault(match[1], {})[match[2]] = _number(cells, column)
        return {slug: _range(slug, values) for slug, values in found.items()}


def _range(slug: str, values: Mapping[str, float]) -> PropertyRange:
    given = [values[name] for name in ("min", "typ", "max") if name in values]
    if given != sorted(given):
        raise BadCell(f"prop:{slug}", "upside down: minimum ≤ typical ≤ maximum")
    return PropertyRange(values.get("min"), values.get("typ"), values.get("max"))


def _needed(cells: Mapping[str, str], column: str) -> str:
    if not cells.get(column):
        raise BadCell(column, "empty")
    return cells[column]


def _number(
    cells: Mapping[str, str], column: str, *, above: float = -math.inf, least: float = -math.inf, most: float = math.inf
) -> float:
    text = cells.get(column, "")
    if not text:
        return math.nan
    try:
        value = float(parse_decimal(text))
    except ValueError as error:
        reason = "write the number alone, without a unit" if WITH_UNIT.fullmatch(text) else "not a number"
        raise BadCell(column, f"{reason}: {text!r}") from error
    if value <= above:
        raise BadCell(column, f"must be more than {above:g}, not {text}")
    if not least <= value <= most:
        raise BadCell(column, f"must lie between {least:g} and {most:g}, not {text}")
    return value


def _place(cells: Mapping[str, str]) -> tuple[float, float]:
    lat, lon = _number(cells, "lat"), _number(cells, "lon")
    if math.isnan(lat) != math.isnan(lon):
        raise BadCell("lon" if math.isnan(lon) else "lat", "latitude and longitude are only of use together")
    if abs(lat) > 90 and abs(lat) <= 180 and abs(lon) <= 90:
        raise BadCell("lat", f"latitude {lat:g} is impossible; it looks as if latitude and longitude were swapped")
    if abs(lat) > 90:
        raise BadCell("lat", f"latitude {lat:g} is impossible: it must lie between −90 and 90")
    if abs(lon) > 180:
        raise BadCell("lon", f"longitude {lon:g} is impossible: it must lie between −180 and 180")
    return lat, lon


def _price(cells: Mapping[str, str]) -> float:
    price = _number(cells, "price_per_t", least=-MAX_PRICE, most=MAX_PRICE)
    currency = cells.get("currency", "").upper() or settings.LOOPYARD_BASE_CURRENCY
    try:
        return price * float(exchange_rate(currency))
    except ValueError as error:
        raise BadCell("currency", f"unknown currency {currency!r}") from error


def _date(cells: Mapping[str, str], column: str) -> dt.date | None:
    text = cells.get(column, "")
    if not text:
        return None
    match = DATE.fullmatch(text.split("T")[0].split(" ")[0])
    if not match:
        raise BadCell(column, f"not a date: {text!r}; write 2026-11-21")
    year, month, day = (int(part) for part in match.groups() if part)
    try:
        return dt.date(year, month, day)
    except ValueError as error:
        raise BadCell(column, f"no such day: {text!r}") from error
