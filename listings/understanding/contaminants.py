"""Substances and states that spoil a thing for many uses, found by name where a text says that they are there.

`contaminants.csv` is our own compilation. `least_mg_per_kg` is what is still a trace; words with `figure_only` mean
something else without a figure ("lead time", "ferrous chloride").
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .catalogue import read_rows, split_list
from .phrases import Match, PhraseIndex, longest
from .quantities import Quantity, convert, find_quantities
from .reading import Reading

_NEAR = re.compile(
    r"\s*\)?(?: content| concentration| level|含量|浓度|总量)?(?:\s|[:=()~]|is|are|of|at|about|approx|约|为|达|均|总)*"
)
_BEFORE = re.compile(r"\s*(?:of|的)?\s*")
_PER_M3 = {"mg/m3": 1.0, "mg/nm3": 1.0, "g/m3": 1e3, "g/nm3": 1e3}
LIMIT_SLACK = 5.0
"""A figure that is only an upper limit reassures, unless it is so many times what is a trace."""


@dataclass(frozen=True, slots=True)
class Contaminant:
    """`group` is the slug of the hazard it is one of."""

    name: str
    group: str
    words: tuple[str, ...]
    least_mg_per_kg: float
    figure_only: bool


@lru_cache(maxsize=1)
def contaminants() -> dict[str, Contaminant]:
    """By name."""
    rows = read_rows(Path(__file__).parent / "contaminants.csv", required=True)
    return {
        row["contaminant"]: Contaminant(
            name=row["contaminant"],
            group=row["group"],
            words=split_list(row["words_en"]) + split_list(row["words_zh"]),
            least_mg_per_kg=float(row["least_mg_per_kg"] or 0),
            figure_only=row["figure_only"] == "true",
        )
        for row in rows
    }


@lru_cache(maxsize=1)
def _index() -> PhraseIndex:
    return PhraseIndex((each.name, word) for each in contaminants().values() for word in each.words)


def contaminants_in(reading: Reading) -> tuple[frozenset[str], frozenset[str]]:
    """Groups that the text says are there in more than a trace, and those it only names to say that they are not.

    >>> from .reading import read
    >>> present, dismissed = contaminants_in(read("Acid, mercury under 0.5 ppm, nitrotoluene 0.8 %, no pesticides"))
    >>> sorted(present), sorted(dismissed)
    (['nitroaromatics'], ['mercury', 'pesticide'])
    """
    known = contaminants()
    matches = longest(_index().find(list(reading.tokens)))
    quantities = find_quantities(reading.prepared) if matches else []
    judged = [(known[match.key].group, _matters(match, reading, quantities)) for match in matches]
    present = frozenset(group for group, matters in judged if matters)
    return present, frozenset(group for group, matters in judged if matters is False) - present


def _matters(match: Match, reading: Reading, quantities: list[Quantity]) -> bool | None:
    """None where the words alone do not say."""
    if reading.crosses_phrases(match):
        return None
    if not reading.denied.isdisjoint(range(match.start, match.end)):
        return False
    contaminant = contaminants()[match.key]
    amount = _amount_mg_per_kg(match, reading, quantities)
    if amount is None:
        return None if contaminant.figure_only else True
    return amount > contaminant.least_mg_per_kg


def _amount_mg_per_kg(match: Match, reading: Reading, quantities: list[Quantity]) -> float | None:
    """The figure right after the words, else right before them; a mere upper limit counts for less."""
    start, end = reading.spans[match.start][0], reading.spans[match.end - 1][1]
    after = (each for each in quantities if each.start >= end and _NEAR.fullmatch(reading.prepared, end, each.start))
    before = (each for each in quantities if each.end <= start and _BEFORE.fullmatch(reading.prepared, each.end, start))
    for quantity in (*after, *before):
        per_unit = _mg_per_kg(quantity.unit)
        if per_unit is not None:
            return max(quantity.numbers) * per_unit / (LIMIT_SLACK if _only_upper(quantity) else 1.0)
    return None


def _mg_per_kg(unit: str) -> float | None:
    if unit in _PER_M3:
        return _PER_M3[unit]
    return convert(1.0, unit, "mg/kg") if unit else None


def _only_upper(quantity: Quantity) -> bool:
    return quantity.kind == "limit" and quantity.low is None
