"""The other words for what a searcher calls a material or a use, in both languages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from ..models import Material, Use
from ..names import NAME_FIELDS, Version
from .tokens import atoms, is_run, phrase_of

Atoms: TypeAlias = tuple[str, ...]
MOST_ALTERNATIVES = 40
OFFICIAL = 2
"""Every subject's first names, one in each language: its listings carry them."""
MOST_SUBJECTS = 8
"""A word in the names of more is too common to tell what is meant."""
LEAST_RUN = 2
"""A single Chinese character names nothing for sure: 灰 is in the names of a hundred materials."""


@dataclass(frozen=True)
class Synonyms:
    """`others` holds, for each name as atoms, all names of those so called, the official ones first.

    `named_with` holds the official names of the few subjects in whose names a Latin word occurs.
    """

    others: dict[Atoms, tuple[Atoms, ...]]
    named_with: dict[str, tuple[Atoms, ...]]
    latin_words: dict[str, int]
    longest: int
    longest_run: int

    def phrases_for(self, name: Atoms) -> list[tuple[str, ...]]:
        """The typed name as a phrase, then its synonyms."""
        known = self.others.get(name, ())
        return list(dict.fromkeys(phrase_of(each) for each in (name, *known)))[:MOST_ALTERNATIVES]

    def phrases_with(self, word: str) -> list[tuple[str, ...]]:
        """The word, then what is meant where it is a part of a name that listings need not state."""
        return list(dict.fromkeys(phrase_of(each) for each in ((word,), *self.named_with.get(word, ()))))


@lru_cache(maxsize=2)
def synonyms(_version: Version) -> Synonyms:
    """Of the names as they are at the version that `listings.names.names_version` told."""
    subjects = [_names_of(texts) for model in (Material, Use) for texts in model.objects.values_list(*NAME_FIELDS)]
    holders: defaultdict[Atoms, list[int]] = defaultdict(list)
    for number, names in enumerate(subjects):
        for name in names:
            holders[name].append(number)
    others = {name: _others(numbers, subjects, holders) for name, numbers in holders.items()}
    runs = [len(name[0]) for name in others if len(name) == 1 and is_run(name[0])]
    return Synonyms(
        others=others,
        named_with=_named_with(subjects),
        latin_words=_latin_words(subjects),
        longest=max(map(len, others), default=0),
        longest_run=max(runs, default=0),
    )


def _names_of(texts: Iterable[str]) -> list[Atoms]:
    """Without repeats, the two official names first."""
    names = (tuple(atoms(name)) for text in texts for name in text.split("|"))
    return [name for name in dict.fromkeys(names) if name and len("".join(name)) >= LEAST_RUN]


def _others(
    numbers: Sequence[int], subjects: Sequence[list[Atoms]], holders: dict[Atoms, list[int]]
) -> tuple[Atoms, ...]:
    """All names of those so called, but no by-name that somebody else has too: `ash` would bring in everything."""
    official = [name for number in numbers for name in subjects[number][:OFFICIAL]]
    others = [name for number in numbers for name in subjects[number][OFFICIAL:] if len(holders[name]) == 1]
    return (*official, *others)


def _named_with(subjects: Iterable[list[Atoms]]) -> dict[str, tuple[Atoms, ...]]:
    """By each Latin word of by-names: whatever says an official name already says its words."""
    found: defaultdict[str, list[Atoms]] = defaultdict(list)
    for names in subjects:
        for word in _words_of(names[OFFICIAL:]) - _words_of(names[:OFFICIAL]):
            found[word] += names[:OFFICIAL]
    return {word: tuple(names) for word, names in found.items() if len(names) <= OFFICIAL * MOST_SUBJECTS}


def _words_of(names: Iterable[Atoms]) -> set[str]:
    return {atom for name in names for atom in name if not is_run(atom)}


def _latin_words(subjects: Iterable[list[Atoms]]) -> dict[str, int]:
    """How many subjects use each word."""
    counts: defaultdict[str, int] = defaultdict(int)
    for names in subjects:
        for word in _words_of(names):
            counts[word] += 1
    return dict(counts)
