"""Find many phrases in one pass over a text's tokens (a trie over tokens, not letters)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from .text import normalise, respell, stem, tokenise


class Match(NamedTuple):
    """A phrase found at tokens `start` to `end` (end excluded)."""

    key: str
    phrase: str
    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start


@dataclass(slots=True)
class _Node:
    branches: dict[str, "_Node"] = field(default_factory=dict)
    keys: list[tuple[str, str]] = field(default_factory=list)


class PhraseIndex:
    """Phrases to keys. A word that ends in `*` stands for every word that begins so."""

    def __init__(self, entries: Iterable[tuple[str, str]]) -> None:
        self._root = _Node()
        self._prefixes: set[str] = set()
        for key, phrase in entries:
            self._add(key, phrase)

    def _add(self, key: str, phrase: str) -> None:
        words = list(_phrase_tokens(respell(normalise(phrase))))
        if not words:
            return
        node = self._root
        for word in words:
            if word.endswith("*"):
                self._prefixes.add(word[:-1])
            node = node.branches.setdefault(word, _Node())
        if (key, phrase) not in node.keys:
            node.keys.append((key, phrase))

    def find(self, tokens: list[str]) -> list[Match]:
        """Every occurrence of every phrase, in order of start then length."""
        aliases = [self._aliases(token) for token in tokens]
        found: list[Match] = []
        for start in range(len(tokens)):
            found.extend(self._walk(aliases, start))
        return found

    def _walk(self, aliases: list[list[str]], start: int) -> Iterator[Match]:
        front = [self._root]
        for position in range(start, len(aliases)):
            front = [node.branches[word] for node in front for word in aliases[position] if word in node.branches]
            if not front:
                return
            for node in front:
                for key, phrase in node.keys:
                    yield Match(key, phrase, start, position + 1)

    def _aliases(self, token: str) -> list[str]:
        if len(token) < 3:
            return [token]
        heads = (token[:length] for length in range(3, len(token) + 1))
        return [token, *(head + "*" for head in heads if head in self._prefixes)]


def _phrase_tokens(prepared: str) -> Iterator[str]:
    """Tokens of a phrase of the vocabulary, keeping a trailing `*` with its word; "neutralis*" is "neutraliz…" too."""
    for token, start, end in tokenise(prepared):
        if prepared[end : end + 1] == "*":
            yield re.sub("(?<=[a-z]{4}i)[sz]$", "", prepared[start:end]) + "*"
        else:
            yield stem(token)


def longest(matches: Iterable[Match]) -> list[Match]:
    """Drop matches that lie strictly inside a longer one: "incinerator fly ash" is not "fly ash"."""
    kept: list[Match] = []
    for match in sorted(matches, key=lambda found: (-found.length, found.start, found.key)):
        if not any(_covers(other, match) for other in kept):
            kept.append(match)
    return sorted(kept, key=lambda found: (found.start, -found.length, found.key))


def _covers(longer: Match, match: Match) -> bool:
    return longer.start <= match.start and match.end <= longer.end and longer.length > match.length
