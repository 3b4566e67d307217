"""Opens what somebody uploaded: what no table can be read from is refused in words, before or while it is read."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext as _

from matching.spreadsheets import MAX_BYTES, UnreadableFile, read_lines

MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_ROWS = 200_000
FIRST_SHEET = "xl/worksheets/sheet1.xml"
_DIMENSION = re.compile(rb'<dimension ref="[A-Z]+[0-9]+:[A-Z]+([0-9]+)"')
_OTHER_WORKBOOKS = (".xls", ".xlsb", ".ods", ".et", ".numbers")
_MACRO_WORKBOOKS = (".xlsm", ".xltm", ".xlam")
_TORN = (zipfile.BadZipFile, zlib.error, ParseError, EOFError, KeyError, ValueError, IndexError)


def open_rows(path: Path) -> Iterator[list[str]]:
    """The cells of the first sheet, row by row. `UnreadableFile` says why there are none, or no more."""
    _refuse_unopened(path)
    if path.suffix.lower() == ".xlsx":
        _refuse_workbook(path)
    try:
        rows, _encoding = read_lines(path)
    except UnreadableFile as error:
        raise unreadable(path, _("it is neither UTF-8 nor GB18030 text; save it as CSV UTF-8 or as XLSX")) from error
    return _numbered(path, rows)


def rows_expected(path: Path) -> int:
    """About how many rows will come, for a progress bar; 0 where the file does not say."""
    if path.suffix.lower() != ".xlsx":
        return path.read_bytes().count(b"\n")
    with zipfile.ZipFile(path) as archive:
        if FIRST_SHEET not in archive.namelist():
            return 0
        with archive.open(FIRST_SHEET) as sheet:
            said = _DIMENSION.search(sheet.read(4096))
    rows = int(said[1]) if said else 0
    return rows if rows <= MAX_ROWS else 0


def first_sheet(path: Path) -> bytes:
    """The first sheet of a workbook as it is stored; nothing where it has another name."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.read(FIRST_SHEET) if FIRST_SHEET in archive.namelist() else b""
    except (*_TORN, RuntimeError) as error:  # the last: encrypted, or packed in a way unknown here
        raise unreadable(path, _("it holds no table that can be read")) from error


def _refuse_unopened(path: Path) -> None:
    if not path.is_file():
        raise unreadable(path, _("there is no such file"))
    size_bytes, suffix = path.stat().st_size, path.suffix.lower()
    if suffix in _MACRO_WORKBOOKS:
        raise unreadable(path, _("workbooks with macros are not taken; save it as .xlsx or .csv"))
    if suffix in _OTHER_WORKBOOKS:
        raise unreadable(path, _("save it as .xlsx or .csv first"))
    if size_bytes == 0:
        raise unreadable(path, _("the file is empty"))
    if size_bytes > MAX_BYTES:
        raise unreadable(path, _("it is larger than %(most)s MB") % {"most": MAX_BYTES // 1024**2})


def _refuse_workbook(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise unreadable(path, _("it is no XLSX workbook")) from error
    if any(entry.filename.endswith("vbaProject.bin") for entry in entries):
        raise unreadable(path, _("workbooks with macros are not taken; save it as .xlsx or .csv"))
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        most = {"most": MAX_UNPACKED_BYTES // 1024**2}
        raise unreadable(path, _("it unpacks to more than %(most)s MB") % most)


def _numbered(path: Path, rows: Iterator[list[str]]) -> Iterator[list[str]]:
    number = 0
    try:
        for number, row in enumerate(rows, start=1):
            if number > MAX_ROWS:
                break
            yield row
    except (UnreadableFile, *_TORN) as error:
        torn = _("it cannot be read beyond row %(row)s") % {"row": number}
        raise unreadable(path, torn if number else _("it holds no table that can be read")) from error
    if number > MAX_ROWS:
        raise unreadable(path, _("it has more than %(most)s rows; divide it") % {"most": MAX_ROWS})


def unreadable(path: Path, reason: str) -> UnreadableFile:
    return UnreadableFile(_("%(file)s: %(reason)s") % {"file": path.name, "reason": reason})
