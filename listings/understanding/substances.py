"""Substances that lists advise against, and where a text says that a thing contains them.

The table is our own compilation: names and words in both languages, CAS numbers, the properties that measure a
substance and the materials that hold it. `other_things` look like a word for it and are none (lead time, 铅笔).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .catalogue import read_rows, split_list
from .phrases import Match, PhraseIndex
from .reading import Reading
from .text import normalise, respell

_LATIN_WORD = re.compile(r"[a-z]+\d*")
SHORT = 3
"""Words of so few letters stand whole in a text: it has no plural of them."""
OTHER_THING = "-"
"""Key of the phrases that only look like a word for something."""


@dataclass(frozen=True, slots=True)
class Substance:
    slug: str
    name_en: str
    name_zh: str
    cas: tuple[str, ...]
    words: tuple[str, ...]
    other_things: tuple[str, ...]
    properties: tuple[str, ...]
    materials: tuple[str, ...]


@lru_cache(maxsize=1)
def substances() -> dict[str, Substance]:
    """By slug."""
    rows = read_rows(Path(__file__).parent / "substances.csv", required=True)
    return {
        row["slug"]: Substance(
            slug=row["slug"],
            name_en=row["name_en"],
            name_zh=row["name_zh"],
            cas=split_list(row["cas"]),
            words=split_list(row["words_en"]) + split_list(row["words_zh"]),
            other_things=split_list(row["other_things"]),
            properties=split_list(row["properties"]),
            materials=split_list(row["materials"]),
        )
        for row in rows
    }


@lru_cache(maxsize=1)
def _index() -> PhraseIndex:
    known = substances().values()
    words = [(each.slug, word) for each in known for word in (*each.words, *each.cas)]
    return PhraseIndex(words + [(OTHER_THING, word) for each in known for word in each.other_things])


def substances_in(reading: Reading) -> dict[str, str]:
    """Slug → the words that say so, for every substance the text speaks of as being there.

    >>> from .reading import read
    >>> substances_in(read("Leaded glass, cadmium free. Lead time two weeks."))
    {'lead': 'leaded'}
    >>> substances_in(read("含铅玻璃，不含汞，铅笔厂"))
    {'lead': '铅'}
    """
    return named_in(reading, _index())


def named_in(reading: Reading, index: PhraseIndex) -> dict[str, str]:
    """Keys of the phrases that the text says and does not deny, each with its longest words."""
    matches = [match for match in reading.find(index) if not _denied(match, reading)]
    others = [match for match in matches if match.key == OTHER_THING]
    found: dict[str, Match] = {}
    for match in matches:
        if match.key == OTHER_THING or any(_overlap(match, other) for other in others):
            continue
        if match.key not in found or match.length > found[match.key].length:
            found[match.key] = match
    return {key: _words(match, reading) for key, match in found.items()}


def _denied(match: Match, reading: Reading) -> bool:
    """ "Hexavalent chromium free" denies its second word only, and means both."""
    return not reading.muted.isdisjoint(range(match.start, match.end))


def _overlap(match: Match, other: Match) -> bool:
    return match.start < other.end and other.start < match.end


def _words(match: Match, reading: Reading) -> str:
    return reading.prepared[reading.spans[match.start][0] : reading.spans[match.end - 1][1]]


def phrase_index(entries: Iterable[tuple[str, str]]) -> PhraseIndex:
    """An index over words of one's own, beside what they must not be mistaken for."""
    others = [(OTHER_THING, word) for each in substances().values() for word in each.other_things]
    return PhraseIndex([*entries, *others])


def folded(text: str) -> str:
    """The text as `first_look` wants it."""
    return respell(normalise(text))


def first_look(words: Iterable[str]) -> re.Pattern[str]:
    """Finds in a `folded` text what makes it worth reading for these words: too often at times, and never too seldom.

    Of a phrase of several words only one is looked for, from the beginning of a word on.

    >>> look = first_look(["lead salt*", "contain* lead", "cr vi", "铅"])
    >>> [bool(look.search(text)) for text in ("leaded", "a salt", "pleading", "crushed", "cr(vi)", "含铅")]
    [True, False, False, False, True, True]
    """
    phrases = [folded(word) for word in words]
    shared = Counter(part for phrase in phrases for part in set(_LATIN_WORD.findall(phrase)))
    return re.compile("|".join(sorted({_trace(phrase, shared) for phrase in phrases})) or "(?!)")


def _trace(phrase: str, shared: Counter[str]) -> str:
    parts = _LATIN_WORD.findall(phrase)
    if not phrase.isascii() or not parts:
        return re.escape(phrase)
    most: str = max(parts, key=lambda part: (min(len(part), SHORT + 1), shared[part], len(part)))
    if len(most) <= SHORT:
        return rf"(?<![a-z\d]){most}(?![a-z\d])"
    return rf"(?<![a-z\d]){most.removesuffix('ies').removesuffix('s').removesuffix('y')}"


@lru_cache(maxsize=1)
def look_for_table() -> re.Pattern[str]:
    """The first look for everything in the table."""
    return first_look(word for each in substances().values() for word in (*each.words, *each.cas))
