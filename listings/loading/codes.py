"""The waste code lists with their trees and mirror entries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from listings.models import WasteCode
from marketplace.firms import waste_codes
from marketplace.firms.waste_codes import Scheme

from .rows import Row, generations, read_rows
from .tables import Table, Tally, link

COLUMNS = (
    "scheme", "code", "code_display", "name_en", "name_zh", "parent", "level", "hazardous", "entry_type", "mirror_of",
    "sepa_material", "basis", "source",
)  # fmt: skip
_HAZARDOUS_CN = re.compile(r"HW\d{2}|\d{3}-\d{3}-\d{2}")


def load_waste_codes(folder: Path) -> Iterator[Tally]:
    rows = read_rows(folder / "waste_codes.csv", COLUMNS)
    codes = Table(WasteCode, columns={"entry": "entry_type"})
    for generation in generations(rows, "code", "parent", "scheme"):
        codes.write((row, partial(_waste_code, row, codes)) for row in generation)
    yield codes.finish()
    yield _load_mirrors(rows, codes)


def find_code(row: Row, column: str, code: str, codes: Table[WasteCode]) -> WasteCode:
    """A code of the scheme that its column and look imply: `ewc_codes`, or one of the two Chinese lists."""
    scheme = Scheme.EWC
    if column == "cn_codes":
        scheme = Scheme.CN_HW if _HAZARDOUS_CN.fullmatch(code) else Scheme.CN_SW
    return codes.find(row, column, scheme, waste_codes.normalise(scheme, code))


def _waste_code(row: Row, codes: Table[WasteCode]) -> WasteCode:
    scheme, parent = row.required("scheme"), row.text("parent")
    code = waste_codes.normalise(scheme, row.required("code"))
    try:
        key = waste_codes.key(scheme, code)
    except ValueError as error:
        raise row.bad("code", str(error)) from None
    return WasteCode(
        scheme=scheme,
        code=code,
        code_display=row.text("code_display") or code,
        key=key,
        level=row.text("level"),
        parent=codes.find(row, "parent", scheme, waste_codes.normalise(scheme, parent)) if parent else None,
        hazardous=row.flag("hazardous"),
        entry=row.text("entry_type").lower().partition(" ")[0],
        name_en=row.text("name_en"),
        name_zh=row.text("name_zh"),
        sepa_material=row.text("sepa_material"),
        source=row.text("source"),
        to_verify=row.to_verify,
    )


def _load_mirrors(rows: list[Row], codes: Table[WasteCode]) -> Tally:
    """Mirroring is mutual: a pair named on one side, or on both, is stored in both directions."""
    through = WasteCode.mirrors.through
    pairs: dict[tuple[str, str], Row] = {}
    for row in rows:
        scheme = row.text("scheme")
        own = waste_codes.normalise(scheme, row.text("code"))
        for code in row.parts("mirror_of"):
            other = waste_codes.normalise(scheme, code)
            pairs |= {(own, other): row, (other, own): row}
    mirrors = link(through, "mirror entries (both directions)", "mirror_of")
    mirrors.write((row, partial(_mirror, row, codes, *pair)) for pair, row in pairs.items())
    return mirrors.finish()


def _mirror(row: Row, codes: Table[WasteCode], *pair: str) -> Any:
    start, end = (codes.find(row, "mirror_of", row.text("scheme"), code) for code in pair)
    return WasteCode.mirrors.through(from_wastecode=start, to_wastecode=end)
