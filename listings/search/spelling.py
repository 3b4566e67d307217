"""Which known word a misspelt one was meant to be. One dictionary serves every backend, and none guesses by itself."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ..models import SearchWord
from ..names import Version
from .changes import WORDS, stamps
from .query import Level
from .synonyms import synonyms

LEAST_LETTERS = 4
LONG_LETTERS = 8
MOST_SUGGESTIONS = 3
Letters = npt.NDArray[np.uint8]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Dictionary:
    """The words of at least four letters a to z that a searcher may know of, by length, as rows of letters."""

    known: frozenset[str]
    by_length: dict[int, tuple[Letters, Counts]]

    def meant_by(self, word: str) -> tuple[str, ...]:
        """The nearest words, by distance and then by how often they are used; nothing for a word that is in use.

        >>> Dictionary.of({"gypsum": 9, "gypsy": 1}).meant_by("gypsun")
        ('gypsum',)
        """
        if word in self.known or not is_spellable(word):
            return ()
        farthest = 2 if len(word) >= LONG_LETTERS else 1
        found = [near for length in self.by_length for near in self._near(word, length, farthest)]
        if not found:
            return ()
        nearest = min(distance for distance, _count, _word in found)
        return tuple(name for distance, _count, name in sorted(found) if distance == nearest)[:MOST_SUGGESTIONS]

    def _near(self, word: str, length: int, farthest: int) -> Iterable[tuple[int, int, str]]:
        if abs(length - len(word)) > farthest:
            return []
        letters, counts = self.by_length[length]
        distances = edit_distances(word, letters)
        rows = np.flatnonzero(distances <= farthest)
        return [(int(distances[row]), -int(counts[row]), letters[row].tobytes().decode("ascii")) for row in rows]

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> Dictionary:
        lengths: defaultdict[int, list[str]] = defaultdict(list)
        for word in sorted(filter(is_spellable, counts)):
            lengths[len(word)].append(word)
        by_length = {length: (_letters(words), _counts(words, counts)) for length, words in lengths.items()}
        return cls(frozenset(counts), by_length)


def dictionary(version: Version, level: Level) -> Dictionary:
    """Of the names at that version and all that listings say now, as far as the level may know it."""
    return _dictionary(version, stamps().get(WORDS, 0), level)


@lru_cache(maxsize=2 * len(Level))
def _dictionary(version: Version, _stamp: int, level: Level) -> Dictionary:
    counts = Counter(synonyms(version).latin_words)
    for word, listings in SearchWord.objects.filter(level__lte=level).values_list("word", "listings"):
        counts[word] += listings
    return Dictionary.of(counts)


def is_spellable(word: str) -> bool:
    return len(word) >= LEAST_LETTERS and word.isascii() and word.isalpha()


def edit_distances(word: str, words: Letters) -> npt.NDArray[np.int16]:
    """From one word to each row: Damerau–Levenshtein, no letters moved twice (optimal string alignment).

    Wagner and Fischer's table with the transposition of Lowrance and Wagner, one cell at a time for all words at
    once: `len(word) × words.shape[1]` array operations.
    """
    number, length = words.shape
    before_last = last = np.broadcast_to(np.arange(length + 1, dtype=np.int16), (number, length + 1))
    for i, letter in enumerate(word.encode("ascii"), start=1):
        row = np.empty((number, length + 1), dtype=np.int16)
        row[:, 0] = i
        for j in range(1, length + 1):
            differs = words[:, j - 1] != letter
            cell = np.minimum(last[:, j - 1] + differs, np.minimum(last[:, j], row[:, j - 1]) + 1)
            if i > 1 and j > 1:
                swapped = (words[:, j - 2] == letter) & (words[:, j - 1] == ord(word[i - 2]))
                cell = np.where(swapped, np.minimum(cell, before_last[:, j - 2] + 1), cell)
            row[:, j] = cell
        before_last, last = last, row
    return last[:, length]


def _letters(words: list[str]) -> Letters:
    return np.frombuffer("".join(words).encode("ascii"), dtype=np.uint8).reshape(len(words), -1)


def _counts(words: list[str], counts: Mapping[str, int]) -> Counts:
    return np.array([counts[word] for word in words], dtype=np.int64)
