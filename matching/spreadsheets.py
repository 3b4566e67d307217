"""Rows of a CSV or XLSX file as text, whatever program wrote it, with what is wrong told by file, row and column."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

MAX_BYTES = 200 * 1024 * 1024
MAX_UNPACKED_BYTES = 1024 * 1024 * 1024
MAX_ROWS = 500_000
MAX_CELL = 20_000
MAX_EMPTY_ROWS = 2_000
"""So many empty rows on end are the end of the table, whatever the program that wrote them thought."""
ENCODINGS = ("utf-8-sig", "gb18030")
BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
FORMULA = "=formula"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

csv.field_size_limit(1024 * 1024)


class UnreadableFile(ValueError):
    """The file as a whole cannot be used; the message says why."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a row, numbered as a spreadsheet does: the header is row 1."""

    file: str
    row: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: row {self.row}, column {self.column}: {self.reason}"


@dataclass(frozen=True)
class SheetRow:
    number: int
    cells: dict[str, str]


@dataclass
class Sheet:
    """A header and its rows. Text only: what a cell means is for the reader of the column."""

    name: str
    header: list[str]
    rows: list[SheetRow]
    encoding: str = ""
    problems: list[Problem] = field(default_factory=list)


def read_sheet(path: Path) -> Sheet:
    """Read the whole file; the header is trimmed and lower-cased, empty rows are passed over."""
    lines, encoding = read_lines(path)
    return _sheet(path.name, lines, encoding)


def read_lines(path: Path) -> tuple[Iterator[list[str]], str]:
    """The cells of the first sheet row by row, and the encoding of a text file ("" for a workbook)."""
    if not path.is_file():
        raise UnreadableFile(f"{path}: no such file")
    if path.stat().st_size > MAX_BYTES:
        raise UnreadableFile(f"{path.name}: larger than {MAX_BYTES // 1024**2} MB")
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        _refuse_bomb(path)
        return _workbook_rows(path), ""
    if suffix in (".xlsm", ".xls", ".xlsb", ".ods"):
        raise UnreadableFile(f"{path.name}: save it as .xlsx or .csv first")
    text, encoding = _decoded(path)
    return _csv_rows(path.name, text), encoding


def _decoded(path: Path) -> tuple[str, str]:
    data = path.read_bytes()
    marked = BYTE_ORDER_MARKS.get(data[:2])
    for encoding in (marked,) if marked else ENCODINGS:
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise UnreadableFile(f"{path.name}: neither UTF-8 nor GB18030 text")


def _csv_rows(name: str, text: str) -> Iterator[list[str]]:
    if "\x00" in text:
        raise UnreadableFile(f"{name}: contains NUL characters; is it a CSV file?")
    first_line = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first_line.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise UnreadableFile(f"{name}: not a CSV file ({error})") from error


def _workbook_rows(path: Path) -> Iterator[list[str]]:
    try:
        book = load_workbook(path, read_only=True, data_only=False)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise UnreadableFile(f"{path.name}: not an XLSX workbook") from error
    try:
        for row in book.worksheets[0].iter_rows():
            yield [_cell_text(cell.value, getattr(cell, "data_type", "")) for cell in row]
    finally:
        book.close()


def _refuse_bomb(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            names = archive.namelist()
    except zipfile.BadZipFile as error:
        raise UnreadableFile(f"{path.name}: not an XLSX workbook") from error
    if unpacked > MAX_UNPACKED_BYTES:
        raise UnreadableFile(f"{path.name}: unpacks to more than {MAX_UNPACKED_BYTES // 1024**2} MB")
    if any(name.endswith("vbaProject.bin") for name in names):
        raise UnreadableFile(f"{path.name}: contains macros")


def _cell_text(value: object, data_type: str) -> str:
    if value is None:
        return ""
    if data_type == "f":
        return FORMULA
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _sheet(name: str, lines: Iterator[list[str]], encoding: str) -> Sheet:
    header = [cell.strip().lower() for cell in next(lines, [])]
    named = [column for column in header if column]
    if not named:
        raise UnreadableFile(f"{name}: the first row must name the columns")
    if twice := sorted({column for column in named if named.count(column) > 1}):
        raise UnreadableFile(f"{name}: column named twice: {', '.join(twice)}")
    sheet = Sheet(name, header, [], encoding)
    for number, line in enumerate(lines, start=2):
        if any(cell.strip() for cell in line):
            _add_row(sheet, number, line)
    return sheet


def _add_row(sheet: Sheet, number: int, line: list[str]) -> None:
    if len(sheet.rows) >= MAX_ROWS:
        raise UnreadableFile(f"{sheet.name}: more than {MAX_ROWS} rows")
    if len(line) > len(sheet.header) and any(cell.strip() for cell in line[len(sheet.header) :]):
        sheet.problems.append(Problem(sheet.name, number, str(len(sheet.header) + 1), "more cells than columns"))
        return
    cells = {column: cell.strip() for column, cell in zip(sheet.header, line, strict=False) if column}
    for column, cell in cells.items():
        if cell.startswith("="):
            sheet.problems.append(Problem(sheet.name, number, column, "a formula; paste its value instead"))
            return
        if len(cell) > MAX_CELL:
            sheet.problems.append(Problem(sheet.name, number, column, f"longer than {MAX_CELL} characters"))
            return
    sheet.rows.append(SheetRow(number, cells))


def harmless(text: str) -> str:
    """Text that no spreadsheet program takes for a formula; those of East Asia know the wide signs too."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
