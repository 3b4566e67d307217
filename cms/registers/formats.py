"""Rows as CSV, JSON or XLSX, written piece by piece so that a long list needs little memory."""

from __future__ import annotations

import csv
import datetime as dt
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from matching.spreadsheets import harmless

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
BYTE_ORDER_MARK = "\ufeff"  # by which Excel knows that the file is UTF-8
LONGEST_SHEET_NAME = 31


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def as_csv(headings: Sequence[str], lines: Iterable[Iterable[Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield BYTE_ORDER_MARK
    yield writer.writerow([harmless(heading) for heading in headings])
    for line in lines:
        yield writer.writerow([_text(value) for value in line])


def as_json(head: dict[str, Any], rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """`head` with the rows as its last member, `entries`."""
    encoder = DjangoJSONEncoder(ensure_ascii=False)
    yield f"{encoder.encode(head)[:-1]}, {json.dumps('entries')}: ["
    for number, row in enumerate(rows):
        yield (",\n" if number else "\n") + encoder.encode({name: _plain(value) for name, value in row.items()})
    yield "\n]}\n"


def as_xlsx(title: str, headings: Sequence[str], lines: Iterable[Iterable[Any]]) -> IO[bytes]:
    """A workbook in a temporary file, at its beginning."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:LONGEST_SHEET_NAME])
    sheet.freeze_panes = "A2"
    sheet.append([harmless(heading) for heading in headings])
    for line in lines:
        sheet.append([_cell(value) for value in line])
    file = tempfile.TemporaryFile()
    book.save(file)
    file.seek(0)
    return file


def _text(value: Any) -> str:
    plain = _plain(value)
    return harmless(plain) if isinstance(plain, str) else str(plain) if plain is not None else ""


def _cell(value: Any) -> Any:
    """Numbers and days stay what they are; text is kept from being taken for a formula."""
    if isinstance(value, str):
        return harmless(ILLEGAL_CHARACTERS_RE.sub("", value))
    return value


def _plain(value: Any) -> Any:
    """`1000.000` as 1000, a day as 2020-03-01."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, dt.date) else value
