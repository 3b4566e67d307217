"""Files that no register takes, and rows that one with a told history refuses, each with what is said of it."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from typing import Any

from openpyxl import Workbook

from cms.registers.drafting import Proposal
from cms.registers.importing.opening import FIRST_SHEET
from cms.registers.models import Entry, RegulatedList
from tests.registers.registry import added, make_keeper, publish_now

CODE = "91350100M000100Y43"
CHANGED_ON = dt.date(2020, 1, 1)


def told_twice(regulated_list: RegulatedList) -> None:
    """甲公司, listed in 2019 and changed in 2020."""
    publish_now(make_keeper(), regulated_list, added("甲公司"))
    change = Proposal("change", Entry.objects.get(), {"province": "河北"})
    publish_now(make_keeper(), regulated_list, [change], CHANGED_ON)


def workbook(*rows: list[Any]) -> bytes:
    book, data = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(data)
    return data.getvalue()


def zipped(**files: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return data.getvalue()


def sheet_with(old: bytes, new: bytes) -> bytes:
    """A good workbook, but for these bytes of its first sheet."""
    data = io.BytesIO()
    good = zipfile.ZipFile(io.BytesIO(workbook(["企业名称", "省份"], ["甲公司", "河北"])))
    with good, zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in good.namelist():
            content = good.read(name)
            archive.writestr(name, content.replace(old, new) if name == FIRST_SHEET else content)
    return data.getvalue()


def damaged() -> bytes:
    """A workbook whose first sheet is not what its checksum says."""
    data = bytearray(workbook(["企业名称", "省份"], *([f"第{number}公司", "河北"] for number in range(300))))
    data[data.find(FIRST_SHEET.encode()) + 400] ^= 0xFF
    return bytes(data)


MERGED = b"</sheetData><mergeCells><mergeCell ref=%s/></mergeCells>"
HEADINGS = "企业名称,统一社会信用代码\n"
UNUSABLE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "macros by name": ("list.xlsm", lambda: b"PK", "list.xlsm: workbooks with macros are not taken"),
    "macros renamed": ("list.xlsx", lambda: zipped(xl__vbaProject_bin=b"x"), "workbooks with macros are not taken"),
    "bomb": ("list.xlsx", lambda: zipped(xl__worksheets__sheet1_xml=b"\0" * 210_000_000), "unpacks to more than 200"),
    "no workbook": ("list.xlsx", lambda: b"PK\x03\x04nonsense", "it is no XLSX workbook"),
    "no sheet": ("list.xlsx", lambda: zipped(hello_xml=b"<a/>"), "it holds no table that can be read"),
    "torn sheet": ("list.xlsx", lambda: workbook(["企业名称", "省份"])[:-90], "it is no XLSX workbook"),
    "damaged sheet": ("list.xlsx", damaged, "it holds no table that can be read"),
    "merged nowhere": (
        "list.xlsx",
        lambda: sheet_with(b"</sheetData>", MERGED % b'"A2:ZZZZZ5"'),
        "it cannot be read beyond row 2",
    ),
    "merged without end": (
        "list.xlsx",
        lambda: sheet_with(b"</sheetData>", MERGED % b'"A2:XFD2000"'),
        "it merges more cells",
    ),
    "entities": (
        "list.xlsx",
        lambda: sheet_with(b"<worksheet", b'<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>&a;<worksheet'),
        "it holds no table that can be read",
    ),
    "encoding": ("list.csv", lambda: b"\xe9\x81\xff\xff\x80", "neither UTF-8 nor GB18030"),
    "mojibake": ("list.csv", lambda: "企業名稱,省份\n甲公司,河北\n".encode("big5"), "no row names the columns"),
    "headings only": ("list.csv", HEADINGS.encode, "row 1 names the columns, and no row follows"),
    "a million empty rows": ("list.csv", (HEADINGS + ",\n" * 1_000_000).encode, "no row follows"),
    "only empty rows": ("list.csv", (",\n" * 3000).encode, "there are only empty rows"),
    "too many rows": ("list.csv", (HEADINGS + "甲,\n" * 200_001).encode, "more than 200000 rows"),
}


REFUSED: dict[str, tuple[str, tuple[str, str, str]]] = {
    "formula": ("企业名称,产能\n乙公司,=1+1\n", ("2", "产能", "is a formula")),
    "script": (
        "企业名称,省份\n<script>alert(1)</script>公司,河北\n",
        ("2", "企业名称", "holds markup of a web page"),
    ),
    "one firm twice by code": (
        f"企业名称,统一社会信用代码\n乙公司,{CODE}\n丙公司,{CODE}\n",
        ("3", "统一社会信用代码", "is the same firm as in row 2"),
    ),
    "one firm twice by name": (
        f"企业名称,统一社会信用代码\n乙公司,{CODE}\n乙公司,\n",
        ("3", "企业名称", "is the same firm as in row 2"),
    ),
    "withdrawal before listing": (
        "企业名称,事项,生效日期\n甲公司,撤销,2018-01-01\n",
        ("2", "生效日期", "would be withdrawn on 2018-01-01, before the listing took effect on 2019-03-01"),
    ),
    "overlapping days": (
        "企业名称,事项,生效日期,省份\n甲公司,变更,2019-06-01,山东\n",
        ("2", "生效日期", "2019-06-01 overlaps what the register says of this entry until 2020-01-01"),
    ),
    "step on nobody": ("企业名称,事项\n丁公司,撤销\n", ("2", "事项", "does not stand on the list")),
}
