"""Which of many texts are worth reading for hazards: a look at their letters, some hundred times faster than reading.

It may suspect too many and must miss none: every word that can reveal a hazard leaves a trace here.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from .hazards import HAZARDS
from .knowledge import concept_words
from .text import TO_SIMPLIFIED

_TRADITIONAL = frozenset(map(chr, TO_SIMPLIFIED))
BETWEEN = "\0"  # in no text: no database takes it
_LATIN_WORD = re.compile(r"[a-z]+[0-9]*")


def suspects(texts: Sequence[str]) -> list[int]:
    """Places of the texts that hold a trace of any hazard."""
    joined = _plain(BETWEEN.join(texts))
    present = [trace for trace in traces() if trace in joined]
    if not present:
        return []
    return [place for place, text in enumerate(joined.split(BETWEEN)) if any(trace in text for trace in present)]


@lru_cache(maxsize=1)
def traces() -> tuple[str, ...]:
    """For each word of a rule's first group a run of letters that is in every text where the word is found."""
    groups = {concept for hazard in HAZARDS for rule in hazard.rules for concept in rule.wanted[0]}
    found = {_trace_of(word.lower()) for concept in groups for word in concept_words()[concept]}
    return tuple(sorted(trace for trace in found if not any(other in trace for other in found - {trace})))


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
