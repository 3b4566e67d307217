"""Queries that Django writes once and that are asked many times: writing one takes ten times as long as asking it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from matching.statements import fetched, one_of

# Stand-ins for the values of a call while the query is written; no real value equals them.
DAY, KEY, WORD, OTHER_WORD = dt.date(1, 2, 3), -77_001, "\x01first", "\x01second"
KEYS = [KEY]


@dataclass
class Prepared:
    """A query over `KEYS` and stand-ins, of plain columns; `write` makes it when it is first asked on a database."""

    write: Callable[[], QuerySet[Any, Any]]
    written: dict[str, tuple[str, tuple[Any, ...]]] = field(default_factory=dict)

    def rows(self, keys: Sequence[int], *, day: dt.date = DAY, words: Sequence[str] = ()) -> list[tuple[Any, ...]]:
        """The rows for these keys on a day; `words` take the places of `WORD` and `OTHER_WORD`."""
        if not keys:
            return []
        statement, values = self._written()
        given = {_stored(DAY): _stored(day), **dict(zip((WORD, OTHER_WORD), words, strict=False))}
        named, among = one_of("", keys)
        spread = [each for value in values for each in (among if value == KEY else (given.get(value, value),))]
        return fetched(statement.replace(" IN (%s)", named, 1), spread)

    def _written(self) -> tuple[str, tuple[Any, ...]]:
        if connection.vendor not in self.written:
            self.written[connection.vendor] = self.write().query.sql_with_params()
        return self.written[connection.vendor]


def _stored(day: dt.date) -> Any:
    return connection.ops.adapt_datefield_value(day)
