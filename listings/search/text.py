"""What a typed question asks for, as plain data that every backend puts in its own terms.

All words must be met; a name of a material or use is met by any of its other names in either language.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..names import names_version
from .query import Level
from .results import Correction
from .spelling import Dictionary, dictionary
from .synonyms import Atoms, Synonyms, synonyms
from .tokens import GAP, atoms, index_tokens, is_run, phrase_of

__all__ = ["GAP", "Phrase", "Words", "index_tokens", "read_words"]

MOST_LETTERS_TYPED = 1_000
MOST_WORDS = 20
# They are in every text and tell nothing of what is wanted.
STOP_WORDS = frozenset("a an and are as at by for from in is it of on or the to with".split())
STOP_CHARACTERS = frozenset("的了和与及或在是之为")


@dataclass(frozen=True)
class Phrase:
    """Index tokens in a row. `prefix`: the last one need only begin like that."""

    tokens: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True)
class Words:
    """Every group must be met, by any of its phrases. No group: nothing was asked that can be looked for."""

    groups: tuple[tuple[Phrase, ...], ...] = ()
    corrections: tuple[Correction, ...] = ()


def read_words(text: str, level: Level = Level.VISITOR) -> Words:
    """The question in a text, at most 20 words of it; `level` says which words of listings one may know of."""
    if not text.strip():
        return Words()
    typed = atoms(text[:MOST_LETTERS_TYPED])[: 2 * MOST_WORDS]
    if not typed:
        return Words()
    version = names_version()
    meant = _corrections(typed, dictionary(version, level))
    reader = _Reader(synonyms(version), meant)
    groups = [_least(group) for group in reader.groups([_only(meant.get(atom, ()), atom) for atom in typed])]
    groups = list(dict.fromkeys(groups))
    return Words(tuple(groups[:MOST_WORDS]), tuple(Correction(*each) for each in meant.items()))


def _least(group: tuple[Phrase, ...]) -> tuple[Phrase, ...]:
    """Without phrases that hold another one of the group: who says `organic sludge` says `sludge` too.

    >>> _least((Phrase(("organic", "sludge")), Phrase(("sludge",)), Phrase(("污泥",))))
    (Phrase(tokens=('sludge',), prefix=False), Phrase(tokens=('污泥',), prefix=False))
    """
    wholes = {phrase.tokens for phrase in group if not phrase.prefix}
    return tuple(phrase for phrase in group if not any(part in wholes for part in _parts_within(phrase.tokens)))


def _parts_within(tokens: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Every shorter run of the tokens."""
    for length in range(1, len(tokens)):
        for start in range(len(tokens) - length + 1):
            yield tokens[start : start + length]


def _corrections(typed: list[str], dictionary: Dictionary) -> dict[str, tuple[str, ...]]:
    """Each word that nobody uses, in order, with the words that may be meant."""
    words = [atom for atom in dict.fromkeys(typed) if not is_run(atom)]
    return {word: meant for word in words if (meant := dictionary.meant_by(word))}


def _only(meant: tuple[str, ...], typed: str) -> str:
    """The one word that can be meant: it can then be part of a name of several words."""
    return meant[0] if len(meant) == 1 else typed


@dataclass(frozen=True)
class _Reader:
    synonyms: Synonyms
    meant: dict[str, tuple[str, ...]]

    def groups(self, typed: list[str]) -> Iterator[tuple[Phrase, ...]]:
        place = 0
        while place < len(typed):
            length = self._name_length(typed, place)
            if length:
                yield self._named(tuple(typed[place : place + length]))
            else:
                yield from self._unnamed(typed[place])
            place += max(length, 1)

    def _name_length(self, typed: list[str], place: int) -> int:
        """How many atoms from here are the longest known name; 0 for none."""
        for length in range(min(self.synonyms.longest, len(typed) - place), 0, -1):
            if tuple(typed[place : place + length]) in self.synonyms.others:
                return length
        return 0

    def _named(self, name: Atoms) -> tuple[Phrase, ...]:
        return tuple(Phrase(tokens) for tokens in self.synonyms.phrases_for(name))

    def _unnamed(self, atom: str) -> Iterator[tuple[Phrase, ...]]:
        if is_run(atom):
            for part in _parts(atom, self.synonyms):
                yield self._named((part,)) if (part,) in self.synonyms.others else (_run_phrase(part),)
        elif atom not in STOP_WORDS:
            yield self._spelt(atom)

    def _spelt(self, word: str) -> tuple[Phrase, ...]:
        if word not in self.meant:
            return tuple(Phrase(tokens) for tokens in self.synonyms.phrases_with(word))
        return tuple(dict.fromkeys(phrase for each in self.meant[word] for phrase in self._named((each,))))


def _run_phrase(run: str) -> Phrase:
    return Phrase(phrase_of([run]), prefix=len(run) == 1)


def _parts(run: str, synonyms: Synonyms) -> list[str]:
    """A run of Chinese cut at the names in it, the longest first found: 上海粉煤灰 is 上海 and 粉煤灰.

    Whoever says the whole run says each part too, so nothing is lost by cutting.
    """
    parts: list[str] = []
    rest = place = 0
    while place < len(run):
        name = _name_at(run, place, synonyms)
        if name:
            parts += [run[rest:place], name]
            rest = place = place + len(name)
        else:
            place += 1
    parts.append(run[rest:])
    return [part for part in parts if part and not STOP_CHARACTERS.issuperset(part)]


def _name_at(run: str, place: int, synonyms: Synonyms) -> str:
    for end in range(min(len(run), place + synonyms.longest_run), place + 1, -1):
        if (run[place:end],) in synonyms.others:
            return run[place:end]
    return ""
