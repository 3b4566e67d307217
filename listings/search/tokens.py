"""Text to tokens: the one cut that index and question share, on every backend.

A token holds no blank, so that a text is kept as its tokens with blanks between them and a backend has only to split
there. Runs of Chinese (also Japanese and Korean) characters become overlapping pairs and the last character alone:
a run in a question is then found anywhere inside a longer one, and a single character is the beginning of a pair.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise

from ..understanding.text import normalise, respell, stem

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
_LIGHTER = re.compile(r"[\u0300-\u036f]")


def atoms(text: str) -> list[str]:
    """The words, numbers, waste codes and whole runs of Chinese characters of a text, in one spelling.

    >>> atoms("Fly ashes 10 01 02*, 廢鋁屑 HW 08")
    ['fly', 'ash', '100102', '废铝屑', 'hw08']
    """
    return list(_atoms_of(respell(_plain(text))))


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
    """What the index keeps of a text."""
    return [token for atom in atoms(text) for token in tokens_of_atom(atom)]


def is_run(atom: str) -> bool:
    """Whether it is a run of Chinese characters."""
    return re.match(f"[{_HAN}]", atom) is not None


def _atoms_of(plain: str) -> Iterator[str]:
    for found in _ATOM.finditer(plain):
        if code := found["code"]:
            yield re.sub(r"[ *]", "", code) if code.count("-") == 2 and len(code) > 8 else re.sub(r"[ .*-]", "", code)
        elif han := found["han"]:
            yield han
        else:
            yield stem(found["word"])[:MOST_LETTERS]


def _plain(text: str) -> str:
    """Accents are dropped from Latin letters; `μ` and other letters stay."""
    folded = normalise(text)
    if folded.isascii():
        return folded
    return unicodedata.normalize("NFC", _LIGHTER.sub("", unicodedata.normalize("NFD", folded)))
