"""Find measured values and limits in a text: "LOI 15 %", "含水率<10%", "SiO2 55-60 %", "95% pure"."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from .catalogue import PropertyTerm
from .quantities import Quantity, convert, find_quantities, fold
from .text import MAX_TEXT_CHARS

_LONE_SYMBOLS = frozenset("SCFN")
"""One-letter symbols that are read as properties; other letters mean too many things."""
_CONNECTOR = re.compile(
    r"(?:\s|[:=()~]|is|are|of|at|content|level|value|range|about|approx|with|a|the|from|in|by|dry|basis|kept|must|be"
    r"|should|limit|含量|约|为|是|在|达|达到|控制|要求|须|需|应|可|值|率|量|浓度|平均|范围|保持|的|干基"
    r"|湿基|收到基|指标|限值)*",
    re.IGNORECASE,
)
_BRIDGE = re.compile(r"\s*(?:of|as|的)?\s*", re.IGNORECASE)
_DENIED = re.compile(r"(?:\bno|\bwithout|\bfree of|\bfree from|无|不含)\s*$", re.IGNORECASE)
_DRY = re.compile(
    r"dry basis|on dry|dry matter basis|\(dry\)|\bd\.?b\.?\b|干基|绝干|\bdry\b(?! matter| solid)", re.IGNORECASE
)
_WET = re.compile(r"as received|as-received|wet basis|as is|收到基|湿基", re.IGNORECASE)
_LED = re.compile(
    r"(?:(?P<most>\bmax(?:imum)?\.?|最大|最高|最多)|(?P<least>\bmin(?:imum)?\.?|最低|最小|最少))\s*的?\s*$",
    re.IGNORECASE,
)
"""A comparison before the property: "max moisture 3 %", 最大含水率15%."""
_BARE_UNITS = frozenset({"", "ratio", "%", "dl/g", "g/cm3", "t/m3"})
"""What is usually written without its unit: "pH 8", "Fe 62", "IV 0.76", "specific gravity 2.7"."""
_GENERIC = "purity"
"""Its names (含量, 浓度) say nothing of their own right after another property: SiO2含量55%."""
_REACH = 24
"""Characters that may lie between a property and its figure."""
_UNIT_SPEAKS = {
    "°c": "temperature_c", "°f": "temperature_c", "bar": "pressure_bar", "barg": "pressure_bar", "bara": "pressure_bar",
    "mpa": "pressure_bar", "mj/kg": "calorific_value", "gj/t": "calorific_value", "kj/kg": "calorific_value",
    "kcal/kg": "calorific_value", "大卡": "calorific_value", "大卡/千克": "calorific_value",
    "大卡/公斤": "calorific_value",
    "mj/m3": "gas_calorific_value", "mj/nm3": "gas_calorific_value", "kcal/nm3": "gas_calorific_value",
    "kj/nm3": "gas_calorific_value", "mm": "particle_size_mm", "毫米": "particle_size_mm", "mw": "duty_mw",
    "mwth": "duty_mw", "m2/kg": "blaine",
}  # fmt: skip
"""Units that name their property when the text does not."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A property with its numbers in the canonical unit; `span` is in the original text.

    `typ` is a single value; `low` and `high` are a range, or one of them a limit. `kind` is `value` or `limit`.
    """

    property_slug: str
    low: float | None
    high: float | None
    typ: float | None
    unit: str
    kind: str
    basis: str
    text: str
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Mention:
    term: PropertyTerm
    start: int
    end: int
    lone: bool


class PropertyIndex:
    """One pattern for all names of some properties; short Latin symbols keep their case ("As" is not "as")."""

    def __init__(self, properties: Iterable[PropertyTerm]) -> None:
        self.owners: dict[str, PropertyTerm] = {}
        self.by_unit: list[_Mention] = []
        exact: set[str] = set()
        for term in properties:
            if term.slug in _UNIT_SPEAKS.values():
                self.by_unit.append(_Mention(term, -1, -1, False))
            self._add(term, exact)
        names = sorted(self.owners, key=lambda name: (-len(name), name))
        parts = [_bounded(name) if name in exact else f"(?i:{_bounded(name)})" for name in names]
        self.pattern = re.compile("|".join(parts) or "(?!)")

    def _add(self, term: PropertyTerm, exact: set[str]) -> None:
        for phrase in (fold(phrase)[0] for phrase in term.phrases if phrase):
            short = phrase.isascii() and len(phrase) <= 3
            if short and len(phrase) == 1 and phrase not in _LONE_SYMBOLS:
                continue
            self.owners.setdefault(phrase if short else phrase.lower(), term)
            if short:
                exact.add(phrase)

    def mentions(self, folded: str) -> list[_Mention]:
        """Names in the text; a mention at -1 stands for each property that a unit can speak for."""
        found = list(self.by_unit)
        last = -_REACH
        for match in self.pattern.finditer(folded):
            if _DENIED.search(folded, max(0, match.start() - 12), match.start()):
                continue
            term = self.owners.get(match.group()) or self.owners.get(match.group().lower())
            if term and term.slug == _GENERIC and 0 <= match.start() - last <= 1:
                continue
            if term:
                found.append(_Mention(term, match.start(), match.end(), len(match.group()) == 1))
                last = match.end()
        return found


def extract_figures(text: str, properties: PropertyIndex | Iterable[PropertyTerm]) -> tuple[Figure, ...]:
    """Figures in order of appearance; what breaks a property's physical bounds is left out."""
    text = text[:MAX_TEXT_CHARS]
    if not re.search(r"\d", text):
        return ()
    index = properties if isinstance(properties, PropertyIndex) else PropertyIndex(properties)
    folded, places = fold(text)
    mentions = index.mentions(folded)
    taken: set[int] = set()
    figures: list[Figure] = []
    for quantity in find_quantities(folded):
        if any(mention.start <= _digit(folded, quantity) < mention.end for mention in mentions):
            continue
        mention = _partner(folded, quantity, mentions, taken)
        figure = _figure(text, folded, places, _led(folded, quantity, mention), mention) if mention else None
        if mention and figure:
            taken.add(mention.start)
            figures.append(figure)
    return tuple(figures)


def _led(folded: str, quantity: Quantity, mention: _Mention) -> Quantity:
    """The quantity as a limit where the comparison stands before its property."""
    led = _LED.search(folded, max(0, mention.start - 10), mention.start) if mention.start >= 0 else None
    if led is None or quantity.kind != "value" or quantity.typ is None:
        return quantity
    if led["most"]:
        return replace(quantity, low=None, high=quantity.typ, typ=None, kind="limit")
    return replace(quantity, low=quantity.typ, high=None, typ=None, kind="limit")


def _digit(folded: str, quantity: Quantity) -> int:
    """Place of the first digit, past any comparison word."""
    found = re.search(r"\d", folded[quantity.start : quantity.end])
    return quantity.start + (found.start() if found else 0)


def _partner(folded: str, quantity: Quantity, mentions: list[_Mention], taken: set[int]) -> _Mention | None:
    """The property just before the figure, else just after it, else the one its unit speaks of."""
    for mention in reversed(mentions):
        if mention.end <= quantity.start <= mention.end + _REACH and mention.start not in taken:
            if _CONNECTOR.fullmatch(folded, mention.end, quantity.start) and _measures(quantity, mention.term):
                return mention
            break
    for mention in mentions:
        if mention.start >= quantity.end and quantity.unit and _follows(folded, quantity, mention):
            return mention
    return _spoken_by_unit(quantity, mentions)


def _follows(folded: str, quantity: Quantity, mention: _Mention) -> bool:
    if mention.lone and re.match(r"[\u4e00-\u9fff]", folded[mention.end : mention.end + 1]):
        return False
    near = _BRIDGE.fullmatch(folded, quantity.end, mention.start)
    return bool(near) and _measures(quantity, mention.term) and not _owns_next(folded, mention)


def _owns_next(folded: str, mention: _Mention) -> bool:
    """ "Fe 12%, Zn 8%": the property after a figure may have its own figure."""
    return bool(re.match(r"\s*(?:[:=<>≤≥]|含量|为)?\s*\d", folded[mention.end : mention.end + 8]))


def _spoken_by_unit(quantity: Quantity, mentions: list[_Mention]) -> _Mention | None:
    slug = _UNIT_SPEAKS.get(quantity.unit)
    if slug is None:
        return None
    return next((mention for mention in mentions if mention.start < 0 and mention.term.slug == slug), None)


def _measures(quantity: Quantity, term: PropertyTerm) -> bool:
    """The unit fits, or there is none and the property is usually written bare."""
    if quantity.unit:
        return convert(1.0, quantity.unit, term.unit) is not None
    if quantity.myriads:
        return term.unit == "mg/L"
    return term.unit in _BARE_UNITS


def _figure(text: str, folded: str, places: list[int], quantity: Quantity, mention: _Mention) -> Figure | None:
    term = mention.term
    low, high, typ = (_converted(number, quantity, term) for number in (quantity.low, quantity.high, quantity.typ))
    if not all(_possible(number, term) for number in (low, high, typ) if number is not None):
        return None
    start = min(quantity.start, mention.start) if mention.start >= 0 else quantity.start
    end = max(quantity.end, mention.end)
    left, right = _trimmed(folded, start, end)
    span = (places[left], places[right - 1] + 1)
    basis = _basis(folded, start, end, term)
    return Figure(term.slug, low, high, typ, term.unit, quantity.kind, basis, text[span[0] : span[1]], span)


def _converted(number: float | None, quantity: Quantity, term: PropertyTerm) -> float | None:
    return None if number is None else convert(number, quantity.unit, term.unit)


def _possible(number: float, term: PropertyTerm) -> bool:
    low, high = term.min_value, term.max_value
    return (low is None or number >= low) and (high is None or number <= high)


def _trimmed(folded: str, start: int, end: int) -> tuple[int, int]:
    while start < end and folded[start].isspace():
        start += 1
    while end > start and folded[end - 1].isspace():
        end -= 1
    return start, end


def _basis(folded: str, start: int, end: int, term: PropertyTerm) -> str:
    """Said beside the figure, in the same clause; else the property's usual one."""
    if term.basis_default == "-":
        return "-"
    before = re.split(r"[,;.:](?!\d)", folded[max(0, start - 16) : start])[-1]
    after = re.split(r"[,;.](?!\d)", folded[end : end + 20])[0]
    near = before + folded[start:end] + after
    if _WET.search(near):
        return "as_received"
    return "dry" if _DRY.search(near) else term.basis_default


def _bounded(name: str) -> str:
    left = r"(?<![A-Za-z0-9])" if name[0].isascii() and name[0].isalnum() else ""
    right = r"(?![A-Za-z0-9])" if name[-1].isascii() and name[-1].isalnum() else ""
    return left + re.escape(name).replace(r"\ ", r"[\s-]") + right
