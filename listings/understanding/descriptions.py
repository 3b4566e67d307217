"""How the trade describes each material and use, mostly without naming it: where it arises, how it looks, what for.

`descriptions/materials.csv` and `descriptions/uses.csv` have a row for each slug, language and aspect, with phrases.
General knowledge of industry, to be verified like the reference data.
"""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from .catalogue import read_rows
from .lexical import LexicalIndex, grams_of_phrases

_FOLDER = Path(__file__).parent / "descriptions"
_FILES = {"material": "materials.csv", "use": "uses.csv"}
ASPECT_WEIGHTS = {
    "offer": {
        "origin": 1.0,
        "appearance": 0.8,
        "composition": 0.8,
        "names": 1.0,
        "posted": 1.0,
        "wanted": 0.3,
        "sought": 0.3,
    },
    "need": {
        "origin": 0.4,
        "appearance": 0.4,
        "composition": 0.5,
        "names": 1.0,
        "posted": 0.3,
        "wanted": 1.0,
        "sought": 1.0,
    },
    "use": {"purpose": 1.0, "plant": 0.8, "requirement": 0.5, "replaces": 0.7, "posted": 0.8},
}
"""What the aspects of a description count for when an offer, a need, or the use in a need is read."""

Told = dict[str, dict[str, Counter[str]]]
"""Slug → aspect → in how many phrases each gram stands."""


@lru_cache(maxsize=2)
def told_of(sort: str) -> Told:
    """What is written of every `material` or `use`."""
    told: Told = {}
    for row in read_rows(_FOLDER / _FILES[sort], required=True):
        aspects = told.setdefault(row["slug"], {})
        aspects.setdefault(row["aspect"], Counter()).update(grams_of_phrases(row["phrases"]))
    return told


def index_of(kind: str, terms: Iterable[tuple[str, tuple[str, ...]]]) -> LexicalIndex:
    """What is written of these slugs together with the phrases by which they are called.

    `kind` says what will be read: an `offer`, a `need` (materials both), or the `use` in a need.
    """
    told, weights = told_of("use" if kind == "use" else "material"), ASPECT_WEIGHTS[kind]
    documents: dict[str, Counter[str]] = {}
    for slug, phrases in terms:
        aspects = {**told.get(slug, {}), "called": grams_of_phrases("|".join(phrases))}
        documents[slug] = _weighted(aspects, weights)
    return LexicalIndex(documents)


def _weighted(aspects: dict[str, Counter[str]], weights: dict[str, float]) -> Counter[str]:
    total: Counter[str] = Counter()
    for aspect, counts in aspects.items():
        weight = weights.get(aspect, 1.0)
        for gram, count in counts.items():
            total[gram] += weight * count  # type: ignore[assignment]
    return total
