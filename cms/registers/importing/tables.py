"""Finds the table in a sheet as offices make them: titles above, notes below, merged cells, headers repeated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _
from openpyxl.utils.cell import range_boundaries

from matching.spreadsheets import MAX_EMPTY_ROWS, UnreadableFile

from ..models import ListColumn
from .headings import Heading, recognise
from .opening import first_sheet, open_rows, unreadable

HEADER_WITHIN = 40
"""A table that has not begun by this row is not there."""
MOST_MERGED_CELLS = 2_000_000
_MERGE = re.compile(rb'<mergeCell ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')


@dataclass(frozen=True)
class Line:
    """A row of the sheet as a spreadsheet numbers it, its cells by heading."""

    number: int
    cells: dict[Heading, str]


@dataclass
class Table:
    """The headings understood, the columns nobody knows, and the rows; footnotes and blank rows are left out."""

    headings: dict[int, Heading]
    ignored: list[str]
    lines: Iterator[Line]
    title: str = ""
    header_row: int = 1

    def named(self, means: str) -> str:
        """The heading that the file itself has over the column, to name it in a refusal."""
        return next((heading.text for heading in self.headings.values() if heading.means == means), "")


def read_table(path: Path, columns: Sequence[ListColumn]) -> Table:
    """The table of a CSV or XLSX file; `UnreadableFile` says why there is none."""
    rows = open_rows(path)
    numbered = _filled(enumerate(rows, start=1), _merged(path))
    title: list[str] = []
    for number, cells in numbered:
        headings = _headings(cells, columns)
        if headings:
            ignored = [cell.strip() for place, cell in enumerate(cells) if cell.strip() and place not in headings]
            return Table(headings, ignored, _lines(numbered, headings, columns), " ".join(title), number)
        title += [cell.strip() for cell in cells if cell.strip()]
        if number >= HEADER_WITHIN:
            break
    reason = _("%(file)s: no row names the columns; one must be the name of the firm")
    raise UnreadableFile((reason if title else _("%(file)s: there are only empty rows")) % {"file": path.name})


def _headings(cells: Sequence[str], columns: Sequence[ListColumn]) -> dict[int, Heading]:
    """Column → meaning, when this row names columns: a name and one thing more, each meaning once."""
    found: dict[int, Heading] = {}
    for place, cell in enumerate(cells):
        heading = recognise(cell, columns)
        if heading is not None and heading.means not in {each.means for each in found.values()}:
            found[place] = heading
    means = {heading.means for heading in found.values()}
    return found if len(found) > 1 and means & {"name_zh", "name_en"} else {}


def _lines(
    numbered: Iterator[tuple[int, list[str]]], headings: dict[int, Heading], columns: Sequence[ListColumn]
) -> Iterator[Line]:
    names = [place for place, heading in headings.items() if heading.means in ("name_zh", "name_en")]
    for number, cells in numbered:
        said = {heading: cells[place].strip() for place, heading in headings.items() if place < len(cells)}
        again = any(place < len(cells) and recognise(cells[place], columns) for place in names)
        if (again and _headings(cells, columns)) or _is_note(cells, names):
            continue
        yield Line(number, said)


def _is_note(cells: Sequence[str], names: Sequence[int]) -> bool:
    """A row with one filled cell that is no name: a sum, a date, the remark under a table."""
    filled = [place for place, cell in enumerate(cells) if cell.strip()]
    return len(filled) <= 1 and not set(filled) & set(names)


def _filled(
    numbered: Iterator[tuple[int, list[str]]], merged: dict[tuple[int, int], tuple[int, int]]
) -> Iterator[tuple[int, list[str]]]:
    """Rows that say anything, with merged cells repeated; a long run of empty rows is the end."""
    anchors: dict[tuple[int, int], str] = {}
    empty = 0
    for number, cells in numbered:
        if merged:
            _repeat(number, cells, merged, anchors)
        if any(cell.strip() for cell in cells):
            empty = 0
            yield number, cells
        elif (empty := empty + 1) > MAX_EMPTY_ROWS:
            return


def _repeat(
    number: int,
    cells: list[str],
    merged: dict[tuple[int, int], tuple[int, int]],
    anchors: dict[tuple[int, int], str],
) -> None:
    for place in range(len(cells)):
        anchor = merged.get((number, place + 1))
        if anchor == (number, place + 1):
            anchors[anchor] = cells[place]
        elif anchor is not None:
            cells[place] = anchors.get(anchor, "")


def _merged(path: Path) -> dict[tuple[int, int], tuple[int, int]]:
    """Cell → the first cell of its merged range, for ranges that run downwards; rows and columns count from 1."""
    if path.suffix.lower() != ".xlsx":
        return {}
    anchors: dict[tuple[int, int], tuple[int, int]] = {}
    merged = 0
    for text in _MERGE.findall(first_sheet(path)):
        left, top, right, bottom = range_boundaries(text.decode())
        if top < bottom <= top + MAX_EMPTY_ROWS:
            merged += (bottom - top + 1) * (right - left + 1)
            if merged > MOST_MERGED_CELLS:
                raise unreadable(path, _("it merges more cells than can be read; undo the merging"))
            cells = ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
            anchors.update(dict.fromkeys(cells, (top, left)))
    return anchors
