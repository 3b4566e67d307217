"""Rank things by how much a text sounds like what is written about them: shared words, word pairs, Chinese n-grams."""

from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from .text import normalise, respell, stems

_K1 = 0.9
_B = 0.5
_PAIR_PART = 0.8
_STEM_PART = 0.6
"""What a pair of words, and the beginning of a word, count beside a whole word."""
_STEM_LETTERS = 5
_LINKS = frozenset(
    "a an the of in on at to for from with and or by is are be we our as it its that this per into any can not no out"
    " up over under than after before about below above basis % mg g kg t mm cm m m3 nm3 l ppm ppb μm um mj kj"
    " kcal mpa bar h d y ha".split()
)
"""Words and units that stand in texts about anything."""

Document = Mapping[str, float]
"""Weight per gram."""
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def grams(tokens: Iterable[str]) -> list[str]:
    """English words, pairs of them and beginnings of long ones; runs of Chinese in twos and threes."""
    found: list[str] = []
    word, run = "", ""
    for token in tokens:
        if len(token) == 1 and not token.isascii():
            found.extend((run + token)[-length:] for length in (2, 3) if len(run) >= length - 1)
            word, run = "", (run + token)[-2:]
            continue
        run = ""
        if token in _LINKS or token[0].isdigit():
            word = ""
            continue
        found.append(token)
        if word:
            found.append(f"{word} {token}")
        if len(token) > _STEM_LETTERS + 1 and token.isalpha():
            found.append("~" + token[:_STEM_LETTERS])
        word = token
    return found


def grams_of_phrases(cell: str) -> Counter[str]:
    """In how many of the phrases of a cell, separated by `|`, each gram stands."""
    found: Counter[str] = Counter()
    for phrase in respell(normalise(cell)).split("|"):
        found.update(set(grams(stems(phrase))))
    return found


class LexicalIndex:
    """BM25 over weighted documents, one per slug.

    Weights are summed before they saturate, as in BM25F (Robertson and Zaragoza 2009, eq. 3.15 and 3.20).
    """

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._slugs = tuple(documents)
        self._number: dict[str, int] = {}
        told = [
            (self._number.setdefault(gram, len(self._number)), row, weight)
            for row, document in enumerate(documents.values())
            for gram, weight in document.items()
        ]
        gram, row = (np.array([each[column] for each in told], dtype=np.int64) for column in (0, 1))
        weight = np.array([each[2] for each in told], dtype=np.float64)
        value = self._rarity(gram) * weight * (_K1 + 1) / (weight + _norm(row, weight))
        order = np.argsort(gram, kind="stable")
        self._row, self._value = row[order], value[order]
        self._ends = np.searchsorted(gram[order], np.arange(len(self._number) + 1))

    def _rarity(self, gram: Longs) -> Floats:
        """What each gram counts: more if few documents have it."""
        spread = np.bincount(gram, minlength=len(self._number))
        part = np.array([_part(each) for each in self._number], dtype=np.float64)
        rarity: Floats = part * np.log(1 + (len(self._slugs) - spread + 0.5) / (spread + 0.5))
        return rarity[gram]

    def scores(self, tokens: Iterable[str]) -> dict[str, float]:
        """BM25 score per slug, without the slugs that share nothing."""
        known = sorted({self._number[gram] for gram in grams(tokens) if gram in self._number})
        if not known:
            return {}
        found = np.concatenate([np.arange(self._ends[number], self._ends[number + 1]) for number in known])
        total = np.bincount(self._row[found], weights=self._value[found], minlength=len(self._slugs))
        return {self._slugs[row]: float(total[row]) for row in np.flatnonzero(total)}


def _norm(row: Longs, weight: Floats) -> Floats:
    """At what weight a gram counts half: later in a long document."""
    lengths = np.bincount(row, weights=weight)
    norm: Floats = _K1 * (1 - _B + _B * lengths[row] / max(lengths.sum() / max(len(lengths), 1), 1.0))
    return norm


def _part(gram: str) -> float:
    if gram.startswith("~"):
        return _STEM_PART
    return _PAIR_PART if " " in gram else 1.0
