"""Listings as columns of numbers, read by one SELECT: what the ORM would make objects and decimals of, row by row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from listings.contamination import TEXTS
from listings.models import Listing, ListingCode, ListingLimit, ListingProperty, Use, WasteCode
from listings.models.listings import LegalStatus, Scope, Visibility
from marketplace.firms.models import Site
from marketplace.units import exchange_rate
from matching.bases import BASES, UNSAID
from matching.engine.arrays import OPEN_FROM, OPEN_TO
from matching.engine.codes import Scope as EngineScope
from matching.statements import Keys, fetched, one_of

Rows = Mapping[str, np.ndarray[Any, Any]]
Rates = tuple[tuple[str, float], ...]

# Up to so many keys are named in a query; for more, the query that found them is repeated inside it.
MOST_NAMED_KEYS = 900
# SQLite takes 32 766 values in one statement unless it was compiled otherwise.
KEYS_AT_ONCE = 30_000
TABLE, RANGES, LIMITS, SITES, USES = (
    model._meta.db_table for model in (Listing, ListingProperty, ListingLimit, Site, Use)
)
SCOPES: dict[str, int] = {
    Scope.PARK.value: EngineScope.SAME_PARK,
    Scope.REGION.value: EngineScope.REGION_SET,
    Scope.ANY.value: EngineScope.ANYWHERE,
}
STATUSES: dict[str, int] = {status.value: number for number, status in enumerate(LegalStatus)}


class Column(NamedTuple):
    """SQL over a listing, its site `s` and use `u`; the type in memory, and the figure that stands for NULL.

    `{number:x}`, `{day:x}` and `{money:x}` are a decimal, a date's ordinal and an amount in the base currency.
    """

    expression: str
    dtype: str
    null: float | None = None


def _numbered(column: str, numbers: Mapping[str, int]) -> str:
    cases = " ".join(f"WHEN '{word}' THEN {int(number)}" for word, number in numbers.items())
    return f"CASE {column} {cases} END"


# By which a listing is first looked at, without a look at any other table.
SLIM = {
    "pk": Column("l.id", "i8"),
    "firm": Column("l.firm_id", "i8"),
    "lat": Column("l.latitude", "f8"),
    "lon": Column("l.longitude", "f8"),
    "quantity_t": Column("{number:l.quantity_t_per_year}", "f8"),
    "min_lot_t": Column("{number:l.min_lot_t}", "f8", 0.0),
    "max_lot_t": Column("{number:l.max_lot_t}", "f8", np.inf),
    # A price that the other side may not see is not matched by either, or it could be found out by trying.
    "price_per_t": Column(
        f"CASE WHEN l.price_visibility <> '{Visibility.PARTY}' THEN {{money:l.price_per_t}} END", "f8", np.nan
    ),
    "available_from": Column("{day:l.available_from}", "i8", OPEN_FROM),
    "available_to": Column("{day:l.available_to}", "i8", OPEN_TO),
    "scope": Column(_numbered("l.scope", SCOPES), "i1"),
    "max_distance_km": Column("{number:l.max_distance_km}", "f8", np.inf),
    "material": Column("l.material_id", "i8", -1),
    "use": Column("l.use_id", "i8", -1),
    "quality_level": Column("l.quality_level", "i1"),
    "status": Column(_numbered("l.legal_status", STATUSES), "i1"),
    "accepts_hazardous": Column("l.accepts_hazardous", "?"),
    "min_quality_level": Column("l.min_quality_level", "i1"),
    "max_landed_per_t": Column("{money:l.max_landed_per_t}", "f8", np.nan),
}
# What is asked of the other kind alone is not read.
UNASKED = {
    "offer": ("use", "accepts_hazardous", "min_quality_level", "max_landed_per_t"),
    "need": ("quality_level", "status"),
}
FULL = SLIM | {
    "site": Column("l.site_id", "i8"),
    "park": Column("s.park_id", "i8", -1),
    "site_region": Column("s.region_id", "i8", -1),
    "region": Column("l.region_id", "i8", -1),
    "listed_only": Column("l.listed_only", "?"),
    "status_expires_on": Column("{day:l.status_expires_on}", "i8", OPEN_TO),
    "operation": Column("u.operation_id", "i8", -1),
}
# What is found without the database knows homes too.
STANDING = SLIM | {name: FULL[name] for name in ("site", "park", "site_region", "region")}
# Details `d` of a listing, by the key of the listing.
RANGE = {
    "owner": Column("d.listing_id", "i8"),
    "property": Column("d.property_id", "i8"),
    "low": Column("{number:d.low}", "f8"),
    "typ": Column("{number:d.typical}", "f8"),
    "high": Column("{number:d.high}", "f8"),
    "basis": Column(_numbered("d.basis", BASES), "i1", UNSAID),
}
LIMIT = {
    "owner": Column("d.listing_id", "i8"),
    "property": Column("d.property_id", "i8"),
    "low": Column("{number:d.minimum}", "f8", -np.inf),
    "high": Column("{number:d.maximum}", "f8", np.inf),
    "hard": Column("d.hard", "?"),
    "deduction_per_unit": Column("{money:d.deduction_per_unit}", "f8"),
}
SLIM_SOURCE = f"{TABLE} l"
EXCLUSIONS = f"{Listing.excluded_materials.through._meta.db_table} d"
CODES = f"{ListingCode._meta.db_table} d JOIN {WasteCode._meta.db_table} c ON c.id = d.code_id"
RANGE_SOURCE = f"{RANGES} d"
TEXT_SOURCE = f"(SELECT id AS listing_id, {', '.join(TEXTS)} FROM {TABLE}) d"  # noqa: S608
LIMIT_SOURCE = f"{LIMITS} d JOIN {TABLE} l ON l.id = d.listing_id"
FULL_SOURCE = f"{TABLE} l JOIN {SITES} s ON s.id = l.site_id LEFT JOIN {USES} u ON u.id = l.use_id"


def slim_selection(kind: str) -> str:
    """`SELECT … FROM` listings `l` of a kind, without what is not asked of it."""
    return _selection(tuple(_asked_of(kind).values()), SLIM_SOURCE, connection.vendor, price_rates())


def slim_columns(rows: Sequence[Sequence[Any]], kind: str) -> Rows:
    """All columns of `SLIM`, of rows that were so selected."""
    unasked = {name: np.full(len(rows), SLIM[name].null or 0, SLIM[name].dtype) for name in UNASKED[kind]}
    return {**columns_of(rows, _asked_of(kind)), **unasked}


def _asked_of(kind: str) -> dict[str, Column]:
    return {name: column for name, column in SLIM.items() if name not in UNASKED[kind]}


def standing_rows(kind: str, country: str, first: int, last: int) -> Rows:
    """The published listings of a kind and country with keys from `first` to before `last`, columns of `STANDING`."""
    select = _selection(tuple(STANDING.values()), FULL_SOURCE, connection.vendor, price_rates())
    which = "l.kind = %s AND l.state = 'published' AND s.country = %s AND l.id >= %s AND l.id < %s"
    return columns_of(fetched(f"{select} WHERE {which}", (kind, country, first, last)), STANDING)


def full_rows(listings: QuerySet[Listing]) -> Rows:
    """The columns of `FULL` of the listings, by rising key."""
    return _read(FULL, FULL_SOURCE, "l.id", listings.order_by().values("pk"))


def named_rows(keys: Sequence[int]) -> Rows:
    """The columns of `FULL` of the listings with these keys, by rising key."""
    return _read(FULL, FULL_SOURCE, "l.id", keys)


def open_rows(keys: Sequence[int], kind: str, country: str, day: dt.date) -> Rows:
    """The columns of `FULL` of those among the keys that are open on the day, of this kind and country.

    COALESCE keeps the database from looking on any other index than that of the keys.
    """
    named, values = one_of("l.id", keys)
    which = (
        f"{named} AND COALESCE(l.kind, '') = %s AND COALESCE(l.state, '') = 'published'"
        " AND COALESCE(s.country, '') = %s AND (l.available_to IS NULL OR l.available_to >= %s)"
    )
    select = _selection(tuple(FULL.values()), FULL_SOURCE, connection.vendor, price_rates())
    return columns_of(fetched(f"{select} WHERE {which} ORDER BY l.id", (*values, kind, country, day)), FULL)


def ranges_of(keys: Keys) -> Rows:
    """What the offers with these keys, or those a query gives, say of their properties."""
    return _read(RANGE, RANGE_SOURCE, "d.listing_id", keys)


def limits_of(keys: Keys) -> Rows:
    """What the needs with these keys, or those a query gives, accept."""
    return _read(LIMIT, LIMIT_SOURCE, "d.listing_id", keys)


def limited_of(keys: Sequence[int]) -> list[int]:
    """The needs among those with these keys that name limits of their own; any number of keys may be named."""
    portions = (keys[start : start + KEYS_AT_ONCE] for start in range(0, len(keys), KEYS_AT_ONCE))
    rows = (details_of(f"{LIMITS} d", "DISTINCT d.listing_id", portion) for portion in portions)
    return [key for (key,) in chain.from_iterable(rows)]


def texts_of(keys: Keys) -> list[tuple[Any, ...]]:
    """Key and own words of the listings with these keys, or those a query gives."""
    return details_of(TEXT_SOURCE, f"d.listing_id, {', '.join(TEXTS)}", keys)


def exclusions_of(keys: Keys) -> list[tuple[int, int]]:
    """Need and unwanted material."""
    return details_of(EXCLUSIONS, "d.listing_id, d.material_id", keys)


def codes_of(keys: Keys) -> list[tuple[Any, ...]]:
    """Offer, code list, key of the code, whether hazardous, the code and the link."""
    return details_of(CODES, "d.listing_id, c.scheme, c.key, c.hazardous, c.id, d.id", keys)


def details_of(source: str, columns: str, keys: Keys) -> list[tuple[Any, ...]]:
    """Rows of a table `d` that points to listings, as the database gives them."""
    try:
        named, values = one_of("d.listing_id", keys)
    except EmptyResultSet:
        return []
    return fetched(f"SELECT {columns} FROM {source} WHERE {named}", values)  # noqa: S608


def _read(columns: Mapping[str, Column], source: str, key: str, keys: Keys) -> Rows:
    try:
        named, values = one_of(key, keys)
    except EmptyResultSet:  # a condition that Django knows nobody to meet
        return columns_of([], columns)
    select = _selection(tuple(columns.values()), source, connection.vendor, price_rates())
    return columns_of(fetched(f"{select} WHERE {named} ORDER BY {key}", values), columns)


def columns_of(rows: Iterable[Sequence[Any]], columns: Mapping[str, Column]) -> Rows:
    """Typed columns of fetched rows, in their order."""
    table = np.array(rows, dtype=np.float64).reshape(-1, len(columns))
    return {name: _typed(table[:, at], column) for at, (name, column) in enumerate(columns.items())}


def _typed(values: np.ndarray[Any, Any], column: Column) -> np.ndarray[Any, Any]:
    if column.null is not None:
        values = np.where(np.isnan(values), column.null, values)
    return values.astype(column.dtype)


def price_rates() -> Rates:
    """What one unit of each currency is worth in the base currency."""
    return _rates(settings.LOOPYARD_BASE_CURRENCY, tuple(settings.LOOPYARD_EXCHANGE_RATES.items()))


@lru_cache(maxsize=4)
def _rates(_base: str, configured: tuple[tuple[str, Any], ...]) -> Rates:
    return tuple((code, float(exchange_rate(code))) for code, _rate in configured)


@lru_cache(maxsize=8)
def _selection(columns: Sequence[Column], source: str, vendor: str, rates: Rates) -> str:
    dialect = _Dialect(vendor, rates)
    chosen = ", ".join(
        column.expression.format(number=dialect.number, day=dialect.day, money=dialect.money) for column in columns
    )
    return f"SELECT {chosen} FROM {source}"  # noqa: S608


class _Dialect:
    """What the databases write differently."""

    def __init__(self, vendor: str, rates: Rates) -> None:
        is_sqlite = vendor == "sqlite"
        cases = " ".join(f"WHEN '{code}' THEN {rate!r}" for code, rate in rates)
        number = "{}" if is_sqlite else "CAST({} AS double precision)"
        self.number = _Template(number)
        self.money = _Template(f"{number} * CASE l.currency {cases} END")
        # SQLite counts days from noon of 24 November 4714 BC.
        self.day = _Template(
            "CAST(julianday({}) - 1721424.5 AS INTEGER)" if is_sqlite else "({} - DATE '0001-01-01' + 1)"
        )


class _Template:
    """Formats the name of a column, as in `{day:l.available_to}`."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __format__(self, column: str) -> str:
        return self.text.format(column)
