"""Rows of the reference CSV files, and the complaint about one: it names the file, the row and the column."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from marketplace.units import parse_decimal

BASES = {"verified": False, "to_verify": True, "": False}
FLAGS = {"true": True, "false": False, "": False}

Value = TypeVar("Value")


class BadReference(ValueError):
    """A reference file that cannot be loaded as it stands."""


@dataclass(frozen=True)
class Row:
    """One record of a file. `number` is its row in a spreadsheet: the header is row 1."""

    file: str
    number: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        return self.cells.get(column, "")

    def required(self, column: str) -> str:
        if not self.text(column):
            raise self.bad(column, "must not be empty")
        return self.text(column)

    def parts(self, column: str) -> list[str]:
        """The entries of a cell that holds several, separated by `|`."""
        return [part.strip() for part in self.text(column).split("|") if part.strip()]

    def choice(self, column: str, choices: Mapping[str, Value]) -> Value:
        try:
            return choices[self.text(column)]
        except KeyError:
            raise self.bad(column, f"{self.text(column)!r} is none of {', '.join(filter(None, choices))}") from None

    def flag(self, column: str) -> bool:
        return self.choice(column, FLAGS)

    def decimal(self, column: str) -> Decimal | None:
        if not self.text(column):
            return None
        try:
            return parse_decimal(self.text(column))
        except ValueError as error:
            raise self.bad(column, str(error)) from None

    def amount(self, column: str) -> Decimal:
        value = self.decimal(column)
        if value is None:
            raise self.bad(column, "must not be empty")
        return value

    def number_or_none(self, column: str) -> float | None:
        value = self.decimal(column)
        return None if value is None else float(value)

    def whole(self, column: str) -> int:
        value = self.amount(column)
        if value != value.to_integral_value():
            raise self.bad(column, f"not a whole number: {self.text(column)!r}")
        return int(value)

    @property
    def to_verify(self) -> bool:
        return self.choice("basis", BASES)

    def bad(self, column: str, reason: str) -> BadReference:
        return BadReference(f"{self.file}, row {self.number}, column {column}: {reason}")


def read_rows(path: Path, columns: Iterable[str]) -> list[Row]:
    """All records of a file that has at least these columns; cells come without outer spaces."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            records = list(csv.reader(file, strict=True))
    except OSError as error:
        raise BadReference(f"{path.name}: cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadReference(f"{path.name}: cannot be read: {error}") from error
    header = [name.strip() for name in records[0]] if records else []
    missing = [column for column in columns if column not in header]
    if missing:
        raise BadReference(f"{path.name}, row 1: the column {missing[0]} is missing")
    return list(_rows(path.name, header, records[1:]))


def _rows(file: str, header: list[str], records: Iterable[list[str]]) -> Iterator[Row]:
    for number, record in enumerate(records, start=2):
        if not record:
            continue
        if len(record) != len(header):
            raise BadReference(f"{file}, row {number}: {len(record)} cells where the header has {len(header)} columns")
        yield Row(file, number, dict(zip(header, (cell.strip() for cell in record), strict=True)))


def generations(rows: Iterable[Row], own: str, parent: str, scheme: str = "") -> Iterator[list[Row]]:
    """The rows of a tree in groups, so that each row's parent is in an earlier group.

    `own`, `parent` and `scheme` are columns: a code, the code above it, and what both are codes of.
    """
    waiting, known = list(rows), set()
    while waiting:
        ready: list[Row] = []
        later: list[Row] = []
        for row in waiting:
            above = row.text(parent)
            (ready if not above or (row.text(scheme), above) in known else later).append(row)
        if not ready:
            above = waiting[0].text(parent)
            raise waiting[0].bad(parent, f"{above!r} is not in the file, or it descends from this very row")
        yield ready
        known |= {(row.text(scheme), row.text(own)) for row in ready}
        waiting = later
