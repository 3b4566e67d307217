"""Which listings say the words asked for: FTS5 on SQLite, `tsvector` with GIN on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np
import numpy.typing as npt
from django.db import connection

from .query import Level
from .storing import marked
from .text import Phrase, Words

Keys = npt.NDArray[np.int64]

# One text with all keys: a row for each would take longer than finding them.
_FTS5 = "SELECT group_concat(rowid) FROM listings_searchwords WHERE listings_searchwords MATCH %s"
_TSVECTOR = "SELECT string_agg(listing_id::text, ',') FROM listings_searchtext WHERE lexemes @@ %s::tsquery"


def listings_that_say(words: Words, level: Level) -> Keys:
    """Their keys, rising."""
    if connection.vendor == "postgresql":
        return _keys(_TSVECTOR, tsquery(words, level))
    return _keys(_FTS5, fts5_query(words, level))


def _keys(sql: str, question: str) -> Keys:
    with connection.cursor() as cursor:
        cursor.execute(sql, [question])
        (joined,) = cursor.fetchone()
    found = np.fromstring(joined or "", dtype=np.int64, sep=",")
    found.sort()
    return found


def fts5_query(words: Words, level: Level) -> str:
    """
    >>> fts5_query(Words(((Phrase(("fly", "ash")), Phrase(("灰",))), (Phrase(("铝",), prefix=True),))), Level.VISITOR)
    '("fly ash" OR "灰") AND ("铝" *)'
    """
    return _query(words, level, _fts5_phrase, " AND ", " OR ")


def tsquery(words: Words, level: Level) -> str:
    """
    >>> tsquery(Words(((Phrase(("fly", "ash")), Phrase(("铝",), prefix=True)),)), Level.VISITOR)
    "('fly' <-> 'ash' | '铝':*)"
    """
    return _query(words, level, _tsquery_phrase, " & ", " | ")


def _query(words: Words, level: Level, render: Callable[[list[str], bool], str], and_: str, or_: str) -> str:
    groups = (or_.join(_rendered(group, level, render)) for group in words.groups)
    return and_.join(f"({group})" for group in groups)


def _rendered(group: Iterable[Phrase], level: Level, render: Callable[[list[str], bool], str]) -> Iterator[str]:
    """Each phrase in what everybody may read, and in the names that are known from each level up to this one."""
    for phrase in group:
        for known in range(level + 1):
            yield render([marked(token, known) for token in phrase.tokens], phrase.prefix)


def _fts5_phrase(tokens: list[str], prefix: bool) -> str:
    """Tokens are letters, digits, dots and dashes, so that nothing in them could end the quotation."""
    return f'"{" ".join(tokens)}"' + (" *" if prefix else "")


def _tsquery_phrase(tokens: list[str], prefix: bool) -> str:
    return " <-> ".join(f"'{token}'" for token in tokens) + (":*" if prefix else "")
