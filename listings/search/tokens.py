"""Text to tokens: the one cut that index and question share, on every backend.

A token holds no blank, so that a text is kept as its tokens with blanks between them and a backend has only to split
there. Runs of Chinese (also Japanese and Korean) characters become overlapping pairs and the last character alone:
a run in a question is then found anywhere inside a longer one, and a single character is the beginning of a pair.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from ..understanding.text import MAX_TEXT_CHARS, PUNCTUATION, TO_SIMPLIFIED, normalise, respell, stem

MOST_LETTERS = 40
"""A longer word is cut: it is no word, and PostgreSQL takes none beyond 2 kB."""
GAP = "."
"""Stands between two texts, so that no phrase is found across their border."""

_HAN = "\u3400-\u9fff\uf900-\ufaff\u3041-\u30ff\uac00-\ud7a3\U00020000-\U0003ffff"
_CODE = (
    r"(?<![\d.])\d{3}-\d{3}-(?:s?\d{2})(?!\d)"  # 900-249-08, 900-001-s17
    r"|(?<![\w.])\d{2}(?P<by>[ .-]?)\d{2}(?P=by)\d{2}(?![\d.,%])\*?"  # 10 01 02, 10-01-02, 100102*
    r"|(?<![a-z0-9])[sh]w[ -]?\d{2}(?!\d)"  # hw08
)
_ATOM = re.compile(
    rf"(?P<code>{_CODE})"
    rf"|(?P<han>[{_HAN}]+)"
    rf"|(?P<word>\d+(?:\.\d+)?(?:[^\W_{_HAN}])*|[^\W_{_HAN}]+)"
)
_RUN = re.compile(f"[{_HAN}]")
_ACCENTED = re.compile(r"[\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff]")
_ACCENTS = re.compile(r"[\u0300-\u036f]")
_BREAKS = re.compile(r"[\t\n\r]")
_SIMPLE: dict[int, str | int | None] = {**PUNCTUATION, **TO_SIMPLIFIED}


def atoms(text: str) -> list[str]:
    """The words, numbers, waste codes and whole runs of Chinese characters of a text, in one spelling.

    >>> atoms("Fly ashes 10 01 02*, 廢鋁屑 HW 08")
    ['fly', 'ash', '100102', '废铝屑', 'hw08']
    """
    return [_atom(found) for found in _ATOM.finditer(respell(_plain(text)))]


def tokens_of_atom(atom: str) -> list[str]:
    """
    >>> tokens_of_atom("废铝屑"), tokens_of_atom("铝"), tokens_of_atom("gypsum")
    (['废铝', '铝屑', '屑'], ['铝'], ['gypsum'])
    """
    if not is_run(atom):
        return [atom]
    return [*(first + second for first, second in pairwise(atom)), atom[-1]]


def phrase_of(atoms_in_a_row: Iterable[str]) -> tuple[str, ...]:
    """The tokens that stand in a row wherever the atoms do. The last run may go on in the text, so its end is left out.

    >>> phrase_of(["废铝屑"]), phrase_of(["fly", "ash"])
    (('废铝', '铝屑'), ('fly', 'ash'))
    """
    row = list(atoms_in_a_row)
    tokens = [token for atom in row for token in tokens_of_atom(atom)]
    return tuple(tokens[:-1] if is_run(row[-1]) and len(row[-1]) > 1 else tokens)


def index_tokens(text: str) -> list[str]:
    """What the index keeps of a text: `tokens_of_atom` of all its `atoms`."""
    tokens: list[str] = []
    for found in _ATOM.finditer(respell(_plain(text))):
        if found.lastgroup == "han":
            run = found.group()
            tokens += [run[place : place + 2] for place in range(len(run))]
        else:
            tokens.append(_atom(found))
    return tokens


def is_run(atom: str) -> bool:
    """Whether it is a run of Chinese characters."""
    return not atom.isascii() and _RUN.match(atom) is not None


def _atom(found: re.Match[str]) -> str:
    piece = found.group()
    if found.lastgroup == "word":
        return _stemmed(piece[:MOST_LETTERS])
    return _code(piece) if found.lastgroup == "code" else piece


def _code(piece: str) -> str:
    """Codes of the Chinese catalogues keep their dashes, the others are only digits."""
    return piece if piece[3] == "-" and piece.count("-") == 2 else re.sub(r"[ .*-]", "", piece)


_stemmed = lru_cache(maxsize=20_000)(stem)


def _plain(text: str) -> str:
    """Accents are dropped from Latin letters; `μ` and other letters stay."""
    if text.isascii() and text.isprintable():
        return text[:MAX_TEXT_CHARS].lower()
    folded = _normalised(text)
    if _ACCENTED.search(folded) is None:
        return folded
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", folded)))


def _normalised(text: str) -> str:
    """What `normalise` does, in a fraction of its time where no control character is in the text."""
    folded = unicodedata.normalize("NFKC", _BREAKS.sub(" ", text[:MAX_TEXT_CHARS])).lower()
    return folded.translate(_SIMPLE) if folded.isprintable() else normalise(text)
