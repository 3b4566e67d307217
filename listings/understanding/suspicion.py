"""Which of many texts are worth reading for hazards: a look at their letters, some hundred times faster than reading.

It may suspect too many and must miss none: every word that can reveal a hazard leaves a trace here.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from .contaminants import Contaminant, contaminants
from .hazards import HAZARDS
from .knowledge import concept_words
from .text import TO_SIMPLIFIED

_TRADITIONAL = frozenset(map(chr, TO_SIMPLIFIED))
BETWEEN = "\0"  # in no text: no database takes it
SHORT = 3
"""Latin letters that are in too many words to be a trace."""
_LATIN_WORD = re.compile(r"[a-z]+[0-9]*")


def suspects(texts: Sequence[str]) -> list[int]:
    """Places of the texts that hold a trace of any hazard."""
    joined = _plain(BETWEEN.join(texts))
    present = [trace for trace in traces() if trace in joined]
    measured = _measured().search
    return [
        place
        for place, text in enumerate(joined.split(BETWEEN))
        if any(trace in text for trace in present) or measured(text)
    ]


@lru_cache(maxsize=1)
def traces() -> tuple[str, ...]:
    """For each word of a first group and of a contaminant a run of letters that is in every text with the word."""
    groups = {concept for hazard in HAZARDS for rule in hazard.rules for concept in rule.wanted[0]}
    words = [word for concept in groups for word in concept_words()[concept]]
    words += [word for each in contaminants().values() for word in each.words if _stands_alone(each, word)]
    found = {_trace_of(word.lower()) for word in words}
    return tuple(sorted(trace for trace in found if not any(other in trace for other in found - {trace})))


@lru_cache(maxsize=1)
def _measured() -> re.Pattern[str]:
    """Words that count beside a figure only, and symbols too short for a trace."""
    every = [(each, word) for each in contaminants().values() for word in each.words]
    words = sorted({word.lower().removesuffix("*") for each, word in every if not _stands_alone(each, word)})
    latin = "|".join(re.escape(word) for word in words if word.isascii())
    chinese = "|".join(word for word in words if not word.isascii())
    return re.compile(rf"(?<![a-z])(?:{latin})(?:s?(?![a-z])|\d)|(?:{chinese})(?=\D{{0,8}}\d)|\d.{{0,8}}(?:{chinese})")


def _stands_alone(contaminant: Contaminant, word: str) -> bool:
    return not contaminant.figure_only and not (word.isascii() and len(word) <= SHORT)


def _trace_of(word: str) -> str:
    if not word.isascii():
        return word
    longest: str = max(_LATIN_WORD.findall(word), key=len)
    return longest.removesuffix("s").removesuffix("y")


def _plain(text: str) -> str:
    plain: str = unicodedata.normalize("NFKC", text).lower()
    if _TRADITIONAL.isdisjoint(plain):
        return plain
    simplified: str = plain.translate(TO_SIMPLIFIED)
    return simplified
