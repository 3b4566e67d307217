"""Names that several materials bear in the trade ("steel slag", 废酸), and whether a text tells which one is meant."""

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from .catalogue import read_rows, split_list
from .knowledge import concept_index, rule_book
from .phrases import Match, PhraseIndex, longest
from .reading import Reading, read
from .vocabulary import Vocabulary

TELLING = 2.5
"""A rule of at least this weight that rests on other words of the text tells which material is meant."""


class UnclearName(NamedTuple):
    """The words as they stand in the text, and the materials they may mean, the most common first."""

    words: str
    materials: tuple[str, ...]


@lru_cache(maxsize=1)
def ambiguous_names() -> PhraseIndex:
    """Each ambiguous name with its materials, joined by `|`, as key."""
    rows = read_rows(Path(__file__).parent / "ambiguities.csv", required=True)
    return PhraseIndex((row["materials"], name) for row in rows for name in split_list(row["words"]))


def is_ambiguous(name: str) -> bool:
    """Whether the whole of `name` is such a name."""
    reading = read(name)
    return any(match.length == len(reading.tokens) for match in reading.find(ambiguous_names()))


def unclear_name(reading: Reading, vocabulary: Vocabulary, leader: str = "") -> UnclearName | None:
    """The first ambiguous name that nothing else in the text explains, where the answer makes a difference.

    `leader` is the material that the text surely speaks of, as far as words can tell.
    """
    found = reading.find(ambiguous_names())
    if not found:
        return None
    names = longest([*found, *reading.find(vocabulary.material_words)])
    for match in found:
        materials = tuple(slug for slug in split_list(match.key) if slug in vocabulary.slugs)
        if match not in names or (leader and leader not in materials) or _is_named(match, materials, names):
            continue
        likely = _spoken_for(match, materials, reading)
        if len(likely) == 1 or leader in likely:
            continue
        options = likely or materials
        if len(options) > 1 and _differ(options, vocabulary):
            left, right = reading.spans[match.start][0], reading.spans[match.end - 1][1]
            return UnclearName(reading.prepared[left:right], options)
    return None


def _is_named(match: Match, materials: tuple[str, ...], names: list[Match]) -> bool:
    """Another name in the text is that of one of them."""
    same_place = (match.start, match.end)
    return any(name.key in materials and (name.start, name.end) != same_place for name in names)


def _spoken_for(match: Match, materials: tuple[str, ...], reading: Reading) -> tuple[str, ...]:
    """Those that words outside the ambiguous name speak for."""
    others = (idea for idea in reading.find(concept_index()) if idea.end <= match.start or match.end <= idea.start)
    outside = frozenset(idea.key for idea in others)
    book = rule_book("material")
    return tuple(slug for slug in materials if book.rests_on(slug, reading.concepts, outside, least=TELLING))


def _differ(materials: tuple[str, ...], vocabulary: Vocabulary) -> bool:
    """Whether any use takes one of them otherwise than another."""
    fits = (tuple(vocabulary.fits_of.get(slug, ())) for slug in materials)
    return len(set(fits)) > 1
