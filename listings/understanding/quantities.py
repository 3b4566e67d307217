"""Numbers with comparison words and units, as traders write them in Chinese and English."""

import re
import unicodedata
from dataclasses import dataclass

from .text import PUNCTUATION, TO_SIMPLIFIED

_SAME = {"mg/kg": 1.0, "ppm": 1.0, "g/t": 1.0, "mg/l": 1.0, "g/kg": 1e3, "kg/t": 1e3, "g/l": 1e3, "%": 1e4, "ppb": 1e-3}
_BY_MASS = {**_SAME, "‰": 1e3, "μg/kg": 1e-3, "ug/kg": 1e-3, "μg/l": 1e-3, "ug/l": 1e-3, "mg/g": 1e3}

FACTORS: dict[str, dict[str, float]] = {
    "%": {unit: factor * 1e-4 for unit, factor in _BY_MASS.items()},
    "mg/kg": _BY_MASS,
    "g/t": _BY_MASS,
    "mg/l": _BY_MASS,
    "μg/kg": {unit: factor * 1e3 for unit, factor in _BY_MASS.items()},
    "°c": {"°c": 1.0, "度": 1.0, "摄氏度": 1.0},
    "bar": {
        "bar": 1.0, "barg": 1.0, "bara": 1.0, "mpa": 10.0, "kpa": 0.01, "psi": 0.0689476, "atm": 1.01325,
        "kg/cm2": 0.980665, "kgf/cm2": 0.980665,
    },
    "mj/kg": {
        "mj/kg": 1.0, "gj/t": 1.0, "kj/kg": 1e-3, "kcal/kg": 0.0041868, "cal/g": 0.0041868, "大卡": 0.0041868,
        "大卡/千克": 0.0041868, "大卡/公斤": 0.0041868, "千卡/公斤": 0.0041868, "大卡/kg": 0.0041868, "mwh/t": 3.6,
        "kwh/kg": 3.6, "btu/lb": 0.002326,
    },
    "mj/m3": {
        "mj/m3": 1.0, "mj/nm3": 1.0, "kj/m3": 1e-3, "kj/nm3": 1e-3, "kcal/m3": 0.0041868, "kcal/nm3": 0.0041868,
        "大卡/立方": 0.0041868,
    },
    "mm": {"mm": 1.0, "毫米": 1.0, "cm": 10.0, "厘米": 10.0, "μm": 1e-3, "um": 1e-3, "微米": 1e-3},
    "m2/kg": {"m2/kg": 1.0, "cm2/g": 0.1, "m2/g": 1e3},
    "m2/g": {"m2/g": 1.0, "m2/kg": 1e-3},
    "t/m3": {"t/m3": 1.0, "g/cm3": 1.0, "kg/l": 1.0, "kg/m3": 1e-3, "g/ml": 1.0},
    "g/cm3": {"g/cm3": 1.0, "t/m3": 1.0, "kg/l": 1.0, "kg/m3": 1e-3, "g/ml": 1.0},
    "μs/cm": {"μs/cm": 1.0, "us/cm": 1.0, "ms/cm": 1e3},
    "mw": {"mw": 1.0, "mwth": 1.0, "kw": 1e-3, "gw": 1e3, "gj/h": 1 / 3.6},
    "ntu": {"ntu": 1.0},
    "dl/g": {"dl/g": 1.0},
    "mg/m3": {"mg/m3": 1.0, "mg/nm3": 1.0, "g/m3": 1e3, "g/nm3": 1e3},
    "ng teq/kg": {"ng teq/kg": 1.0, "ng-teq/kg": 1.0, "ngteq/kg": 1.0, "pg teq/g": 1.0},
    "": {},
    "ratio": {},
}  # fmt: skip
"""Factor from the written unit to the canonical one. Per litre is taken as per kilogram (density of water)."""

_ALIASES = {
    "wt%": "%", "wt.%": "%", "wt %": "%", "%w/w": "%", "% w/w": "%", "vol%": "%", "vol %": "%",
    "%wt": "%", "percent": "%", "per cent": "%", "pct": "%", "℃": "°c", "deg c": "°c",
    "degrees c": "°c", "degc": "°c", "c": "°c", "mg/千克": "mg/kg", "毫克/千克": "mg/kg", "毫克/升": "mg/l",
    "克/吨": "g/t", "兆帕": "mpa", "千帕": "kpa", "公斤压力": "kg/cm2", "兆瓦": "mw", "千瓦": "kw", "micron": "μm",
    "microns": "μm", "mj / kg": "mj/kg", "个": "%", "kcal": "kcal/kg",
}  # fmt: skip
_OFFSET = {"°f": lambda value: (value - 32) / 1.8}


def _unit_pattern(unit: str) -> str:
    """A unit that ends in a letter ends there; "20%PVC" is a percentage, 水分12个 too, but not 12个月."""
    if unit == "个":
        return "个(?![月工人小星季年点厂])"
    tail = "(?![a-z0-9])" if unit[-1].isascii() and unit[-1].isalpha() else ""
    return re.escape(unit).replace(r"\ ", r"\s?") + tail


_UNITS = {unit for table in FACTORS.values() for unit in table} | set(_ALIASES) | set(_OFFSET)
_UNIT = "(?:" + "|".join(_unit_pattern(unit) for unit in sorted(_UNITS, key=lambda unit: (-len(unit), unit))) + ")"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?: \d{3})+(?![\d.,%])|\d+,\d{1,2}(?![\d~-])|\d+(?:[.]\d+)?"
_AT_MOST = (
    r"<=|<|≤|≦|≯|not more than|no more than|not exceeding|not (?:to )?exceed|not above|not over|no(?:t)? greater than"
    r"|no(?:t)? higher than|less than|lower than|at most|maximum(?: of)?|max\.?|below|under|up to|within"
    r"|不(?:得|能|应|可|允许)?(?:超过|大于|高于|多于|超出)|(?:小于|低于)(?:或?等于)?|少于|至多|最高|最大|最多|上限"
)
_AT_LEAST = (
    r">=|>|≥|≧|≮|not less than|no less than|not below|no(?:t)? lower than|more than|greater than|higher than|at least"
    r"|minimum(?: of)?|min\.?|above|over|exceeding|in excess of"
    r"|不(?:得|能|应|可|允许)?(?:低于|小于|少于)|(?:大于|高于)(?:或?等于)?|超过|至少|最低|最小|下限"
)
_ABOUT = r"about|approx\.?|approximately|around|circa|ca\.?|typically|average|约为|大约|约|平均|~"
_AFTER_MOST = r"max(?:imum)?|(?:or|and) (?:less|below|under|lower)|以下|以内|之内|及以下"
_AFTER_LEAST = r"min(?:imum)?|(?:or|and) (?:more|above|over|higher|greater)|以上|及以上|起"
_QUANTITY = re.compile(
    rf"(?P<compare>{_AT_MOST}|{_AT_LEAST}|{_ABOUT})?\s*(?:between\s*|在)?"
    rf"(?<![a-z\d.])(?P<minus>-)?(?P<first>{_NUMBER})\s*(?P<myriad1>万)?\s*(?P<unit1>{_UNIT})?"
    rf"(?:\s*(?:-|~|to|至|到|and(?=\s*\d))\s*(?P<second>{_NUMBER})\s*(?P<myriad2>万)?)?"
    rf"(?:\s*±\s*(?P<spread>{_NUMBER}))?\s*(?P<unit2>{_UNIT})?"
    rf"(?:\s*(?P<after_most>{_AFTER_MOST})|\s*(?P<after_least>{_AFTER_LEAST}))?(?![\d])"
)
_MOST = re.compile(_AT_MOST)
_LEAST = re.compile(_AT_LEAST)


@dataclass(frozen=True, slots=True)
class Quantity:
    """`low`/`high` in the written unit; `kind` is `value` or `limit`; positions are in the folded text.

    `myriads`: written with 万, as only large numbers are.
    """

    low: float | None
    high: float | None
    typ: float | None
    unit: str
    kind: str
    start: int
    end: int
    myriads: bool = False

    @property
    def numbers(self) -> tuple[float, ...]:
        return tuple(number for number in (self.low, self.high, self.typ) if number is not None)


def fold(text: str) -> tuple[str, list[int]]:
    """Half-width, simplified text with its case kept, and the place in `text` of each of its characters."""
    pieces: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for part in unicodedata.normalize("NFKC", char):
            plain = " " if unicodedata.category(part)[0] == "C" else part
            pieces.append(plain)
            places.append(place)
    folded = "".join(pieces).translate(PUNCTUATION).translate(TO_SIMPLIFIED)
    return folded, places


def find_quantities(folded: str) -> list[Quantity]:
    """All numbers of a folded text that could be a figure, in order."""
    return [_quantity(found) for found in _QUANTITY.finditer(_lower(folded))]


def convert(value: float, unit: str, canonical: str) -> float | None:
    """`value` in the canonical unit, or None if the two do not measure the same."""
    canonical = _lower(canonical).replace("µ", "μ")
    if unit in _OFFSET:
        return round(_OFFSET[unit](value), 6) if canonical == "°c" else None
    if not unit:
        return value
    factor = FACTORS.get(canonical, {}).get(unit)
    return None if factor is None else round(value * factor, 9)


def _lower(text: str) -> str:
    """Lower case of the ASCII letters only, so that no position moves."""
    return "".join(char.lower() if char.isascii() else char for char in unicodedata.normalize("NFC", text))


def _quantity(found: re.Match[str]) -> Quantity:
    myriads = bool(found["myriad1"] or found["myriad2"])
    scale = 1e4 if myriads else 1.0
    first = _number(found["first"]) * (-scale if found["minus"] else scale)
    written = re.sub(r"\s+", " ", found["unit2"] or found["unit1"] or "")
    unit = _ALIASES.get(written, written)
    low, high, typ, kind = _bounds(found, first, scale)
    return Quantity(low, high, typ, unit, kind, found.start(), found.end(), myriads)


def _bounds(found: re.Match[str], first: float, scale: float) -> tuple[float | None, float | None, float | None, str]:
    compare = found["compare"] or ""
    if found["second"]:
        second = _number(found["second"]) * scale
        return min(first, second), max(first, second), None, "value"
    if found["spread"]:
        return first - _number(found["spread"]), first + _number(found["spread"]), first, "value"
    if found["after_least"] or _LEAST.fullmatch(compare):
        return first, None, None, "limit"
    if found["after_most"] or _MOST.fullmatch(compare):
        return None, first, None, "limit"
    return None, None, first, "value"


def _number(written: str) -> float:
    """1,200 and 1 200 are a thousand and more; 0,5 is a half."""
    if re.fullmatch(r"\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?", written):
        return float(re.sub(r"[, ]", "", written))
    return float(written.replace(",", "."))
