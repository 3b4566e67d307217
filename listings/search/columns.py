"""The rows of the search as NumPy columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import Q

from ..models import SearchEntry
from .changes import PART_BITS
from .facets import price_band, quantity_band

Array = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)
NO_LAST_DAY = dt.date.max.toordinal()
NO_KEY = -1
ROWS_AT_ONCE = 10_000

# Columns of words become whole numbers by a vocabulary of their own; the empty word is 0.
WORD_COLUMNS = ("kind", "country", "family", "form", "status", "hazard", "park", "province", "quality")
NUMBER_COLUMNS = {
    "firm_id": np.int64, "firm_from": np.int8, "place_from": np.int8, "price_from": np.int8, "evidence_from": np.int8,
    "cell_latitude": np.float64, "cell_longitude": np.float64, "latitude": np.float64, "longitude": np.float64,
    "quantity_t_per_year": np.float64,
}  # fmt: skip
MANY_COLUMNS = ("codes", "evidence")
_FIELDS = (
    "listing_id", *WORD_COLUMNS, *NUMBER_COLUMNS, *MANY_COLUMNS, "region_id", "price_per_t", "confirmed_on",
    "available_to", "published_at",
)  # fmt: skip


def microseconds(moment: dt.datetime) -> int:
    """Since 1970."""
    return (moment - EPOCH) // MICROSECOND


class Vocabulary(dict[str, int]):
    """The values of one column, numbered as they turn up. Numbers are never taken back."""

    def __init__(self) -> None:
        super().__init__({"": 0})
        self.words: list[str] = [""]

    def __missing__(self, word: str) -> int:
        self[word] = number = len(self.words)
        self.words.append(word)
        return number

    def known(self, words: Iterable[str]) -> list[int]:
        return [self[word] for word in words if word in self]


VOCABULARIES = {name: Vocabulary() for name in (*WORD_COLUMNS, *MANY_COLUMNS, "quantity", "price")}


@dataclass(frozen=True)
class Many:
    """Several values a row: `numbers[row]` of them, one row's after the other's in `values`."""

    numbers: Ints
    values: Ints

    @cached_property
    def rows(self) -> Ints:
        """The row that each value belongs to."""
        return np.repeat(np.arange(len(self.numbers)), self.numbers)

    @classmethod
    def joined(cls, parts: Sequence[Many]) -> Many:
        return cls(np.concatenate([part.numbers for part in parts]), np.concatenate([part.values for part in parts]))

    def spliced(self, start: int, end: int, other: Many) -> Many:
        """With rows `start` to `end` replaced."""
        first, last = int(self.numbers[:start].sum()), int(self.numbers[:end].sum())
        return Many(_spliced(self.numbers, start, end, other.numbers), _spliced(self.values, first, last, other.values))


@dataclass(frozen=True)
class Columns:
    """One value a row, by rising key of the listing."""

    single: dict[str, Array]
    many: dict[str, Many]

    def __len__(self) -> int:
        return len(self.listing)

    def __getitem__(self, name: str) -> Array:
        return self.single[name]

    @property
    def listing(self) -> Ints:
        return self.single["listing"]

    def rows_of(self, keys: Ints) -> Ints:
        """The rows of those listings that are there."""
        places = np.searchsorted(self.listing, keys)
        places[places == len(self)] = 0
        found: Ints = places[self.listing[places] == keys] if len(self) else places[:0]
        return found

    def spliced(self, part: int, other: Columns) -> Columns:
        """With the part's rows replaced."""
        start, end = np.searchsorted(self.listing, [part << PART_BITS, (part + 1) << PART_BITS])
        return Columns(
            {name: _spliced(values, start, end, other[name]) for name, values in self.single.items()},
            {name: values.spliced(start, end, other.many[name]) for name, values in self.many.items()},
        )


def _spliced(values: Array, start: int, end: int, other: Array) -> Array:
    return np.concatenate([values[:start], other, values[end:]])


def taken(values: Array, rows: Ints) -> Array:
    """The values of rows that rise; all of them without a copy."""
    return values if len(rows) == len(values) else values[rows]


def read_columns(condition: Q) -> Columns:
    """As the database driver gives them: Django would make a date of each day only for it to become a number."""
    chosen = SearchEntry.objects.filter(condition).order_by("pk").values_list(*_FIELDS)
    with connection.cursor() as cursor:
        cursor.execute(*chosen.query.sql_with_params())
        chunks = [_columns_of(rows) for rows in iter(partial(cursor.fetchmany, ROWS_AT_ONCE), [])]
    return _joined(chunks) if chunks else no_columns()


def _joined(parts: Sequence[Columns]) -> Columns:
    return Columns(
        {name: np.concatenate([part[name] for part in parts]) for name in parts[0].single},
        {name: Many.joined([part.many[name] for part in parts]) for name in MANY_COLUMNS},
    )


def no_columns() -> Columns:
    return _columns_of([])


def _columns_of(rows: Sequence[tuple[Any, ...]]) -> Columns:
    columns: Iterable[Sequence[Any]] = zip(*rows, strict=True) if rows else [()] * len(_FIELDS)
    by_name = dict(zip(_FIELDS, columns, strict=True))
    single = {"listing": np.array(by_name["listing_id"], dtype=np.int64)}
    single |= {name: _numbered(name, by_name[name]) for name in WORD_COLUMNS}
    single |= {name: np.array(by_name[name], dtype=kind) for name, kind in NUMBER_COLUMNS.items()}
    single |= _derived(by_name)
    return Columns(single, {name: _many(name, by_name[name]) for name in MANY_COLUMNS})


def _derived(by_name: dict[str, Sequence[Any]]) -> dict[str, Array]:
    prices = np.array(by_name["price_per_t"], dtype=np.float64)
    tonnes = np.array(by_name["quantity_t_per_year"], dtype=np.float64)
    return {
        "region": np.array([NO_KEY if key is None else key for key in by_name["region_id"]], dtype=np.int64),
        "price_per_t": prices,
        "price": _banded("price", lambda price: price_band(None if np.isnan(price) else price), prices),
        "quantity": _banded("quantity", quantity_band, tonnes),
        "confirmed_on": _ordinals(by_name["confirmed_on"]),
        "available_to": _ordinals(by_name["available_to"]),
        "published_us": _microseconds(by_name["published_at"]),
    }


def _banded(name: str, band_of: Callable[[float], str], amounts: Array) -> Ints:
    """Each amount's band; whether it is the same as of another amount is asked only once."""
    different, places = np.unique(amounts, return_inverse=True)
    return _numbered(name, [band_of(amount) for amount in different.tolist()])[places]


def _ordinals(days: Sequence[Any]) -> Ints:
    """Days as `date.toordinal` counts them; the last of all where none is stated."""
    read = np.array(days, dtype="datetime64[D]")
    return np.where(np.isnat(read), NO_LAST_DAY, read.astype(np.int64) + EPOCH.toordinal())


def _microseconds(moments: Sequence[Any]) -> Ints:
    """Since 1970. SQLite gives texts, PostgreSQL moments with their zone; both are in UTC."""
    plain = [moment if isinstance(moment, str) else moment.replace(tzinfo=None) for moment in moments]
    return np.array(plain, dtype="datetime64[us]").astype(np.int64)


def _numbered(name: str, words: Sequence[str]) -> Ints:
    return np.fromiter(map(VOCABULARIES[name].__getitem__, words), dtype=np.int64, count=len(words))


def _many(name: str, texts: Sequence[str]) -> Many:
    """Most rows hold what another one holds: each different text is split once."""
    numbers = VOCABULARIES[name]
    split = {text: [numbers[word] for word in text.split()] for text in set(texts)}
    values = [number for text in texts for number in split[text]]
    return Many(np.array([len(split[text]) for text in texts], dtype=np.int64), np.array(values, dtype=np.int64))
