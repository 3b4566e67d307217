"""Search structures over a catalogue, built once per catalogue."""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from .catalogue import Catalogue
from .descriptions import index_of
from .figures import PropertyIndex
from .lexical import LexicalIndex
from .phrases import Match, PhraseIndex, longest
from .reading import Reading
from .text import tokens_of

Term = tuple[str, tuple[str, ...]]
"""A slug with its phrases."""
Sharing = Counter[tuple[str, ...]]
"""How many slugs own a phrase, by its tokens."""
SIMILAR = "similar words"
"""Reason of a score that rests on how the text sounds alone."""
FAMILY_SHARE = 0.35
"""A word for a whole family ("slag") says less than a word for one material."""

PHASES = {
    "solid": "solid", "powder": "solid", "granule": "solid", "lump": "solid", "sludge": "solid", "paste": "solid",
    "liquid": "liquid", "gas": "gas", "heat": "heat", "water": "liquid",
}  # fmt: skip


class Vocabulary:
    """Words, fallback ranking, code and use tables of one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.families = frozenset(term.slug for term in catalogue.materials if not term.parent)
        self.material_words = _index((term.slug, term.phrases) for term in catalogue.materials)
        self.use_words = _index((term.slug, term.phrases) for term in catalogue.uses)
        self._described: dict[str, LexicalIndex] = {}
        self.shared = _sharing((term.slug, term.phrases) for term in catalogue.materials)
        self.phases = {term.slug: PHASES.get(term.form, "") for term in catalogue.materials}
        self.children = _children(catalogue)
        self.shared_uses = _sharing((term.slug, term.phrases) for term in catalogue.uses)
        self.slugs = frozenset(term.slug for term in catalogue.materials)
        self.codes = _codes(catalogue)
        self.use_slugs = frozenset(term.slug for term in catalogue.uses)
        self.properties = PropertyIndex(catalogue.properties)
        self.fits = _fits(catalogue)
        self.barred = _barred(catalogue)
        self.fits_of = _fits_of(catalogue)

    def described(self, kind: str) -> LexicalIndex:
        """What is written of materials for an `offer` or a `need`, of uses for a `use`; made when it is first asked."""
        if kind not in self._described:
            terms = self.catalogue.uses if kind == "use" else [term for term in self.catalogue.materials if term.parent]
            self._described[kind] = index_of(kind, ((term.slug, term.phrases) for term in terms))
        return self._described[kind]

    def code_scores(self, code: str | None) -> dict[str, float]:
        """Materials that a waste code suggests: exact entry, same subchapter."""
        digits = "".join(char for char in code or "" if char.isdigit())
        if len(digits) != 6:
            return {}
        scores = dict.fromkeys(self.codes.get(digits[:4], ()), 0.4)
        scores.update(dict.fromkeys(self.codes.get(digits, ()), 1.6))
        return scores


@lru_cache(maxsize=4)
def vocabulary_of(catalogue: Catalogue) -> Vocabulary:
    return Vocabulary(catalogue)


def word_scores(
    matches: list[Match], reading: Reading, shared: Sharing, side: str = "offer"
) -> dict[str, tuple[float, list[str]]]:
    """Best weight and the words found, per slug: longer, rarer and more central words weigh more."""
    found: dict[str, tuple[float, list[str]]] = {}
    for match in longest(matches):
        weight = _length_weight(match, reading) * reading.position_weight(match, side)
        weight /= max(shared[tuple(tokens_of(match.phrase))], 1) ** 0.5
        best, words = found.get(match.key, (0.0, []))
        gained = max(best, weight) + 0.12 * min(best, weight)
        found[match.key] = (gained, words + [match.phrase])
    return found


def _length_weight(match: Match, reading: Reading) -> float:
    """Chinese characters count half an English word."""
    words = sum(1.0 if token.isascii() else 0.5 for token in reading.tokens[match.start : match.end])
    return 1.9 + 0.75 * min(words, 4.0)


def _index(terms: Iterable[Term]) -> PhraseIndex:
    entries = [(slug, phrase) for slug, phrases in terms for phrase in phrases if len(phrase) > 1]
    return PhraseIndex(entries)


def _sharing(terms: Iterable[Term]) -> Sharing:
    """How many materials own each phrase."""
    owners: dict[tuple[str, ...], set[str]] = {}
    for slug, phrases in terms:
        for phrase in phrases:
            owners.setdefault(tuple(tokens_of(phrase)), set()).add(slug)
    return Counter({phrase: len(slugs) for phrase, slugs in owners.items()})


def _children(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    table: dict[str, list[str]] = {}
    for term in catalogue.materials:
        if term.parent:
            table.setdefault(term.parent, []).append(term.slug)
    return {family: tuple(slugs) for family, slugs in table.items()}


def _codes(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    table: dict[str, list[str]] = {}
    for term in catalogue.materials:
        for code in term.ewc_codes:
            for key in {code, code[:4]}:
                table.setdefault(key, []).append(term.slug)
    return {key: tuple(dict.fromkeys(slugs)) for key, slugs in table.items()}


def _fits(catalogue: Catalogue) -> dict[str, tuple[tuple[str, float], ...]]:
    """Materials that may serve each use, with their suitability."""
    table: dict[str, list[tuple[str, float]]] = {}
    for fit in catalogue.fits:
        if not fit.prohibited:
            table.setdefault(fit.use, []).append((fit.material, fit.suitability))
    return {use: tuple(rows) for use, rows in table.items()}


def _fits_of(catalogue: Catalogue) -> dict[str, tuple[tuple[str, float, bool], ...]]:
    """Use, suitability and whether prohibited, by material, in order."""
    table: dict[str, list[tuple[str, float, bool]]] = {}
    for fit in catalogue.fits:
        table.setdefault(fit.material, []).append((fit.use, fit.suitability, fit.prohibited))
    return {material: tuple(sorted(rows)) for material, rows in table.items()}


def _barred(catalogue: Catalogue) -> dict[str, frozenset[str]]:
    """Materials that each use must not take."""
    table: dict[str, set[str]] = {}
    for fit in catalogue.fits:
        if fit.prohibited:
            table.setdefault(fit.use, set()).add(fit.material)
    return {use: frozenset(slugs) for use, slugs in table.items()}
