"""What every list ever said, as columns in this process: any day, word or province is one pass over arrays.

Versions are written only by a batch that takes effect, and the publications of one list follow each other. So the
number of a list's batches in effect and the time of the newest tell whether its columns are current; that is asked
before every question. Stamps are read before the rows, so rows are never older than their stamp says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from threading import Lock
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import Count, Max, Min

from .models import Batch, BatchState, EntryVersion, RegulatedList, Standing
from .naming import plain_name

Ints: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]
MOST_WORDS = 8
ROWS_AT_ONCE = 10_000
NO_LAST_DAY = np.datetime64("9999-12-31") + 1
_FIELDS = (
    "pk", "entry_id", "valid_from", "valid_before", "standing", "province", "scope_zh", "scope_en", "search_text",
)  # fmt: skip


@dataclass(frozen=True)
class Stamp:
    """How many batches of a list are in effect, when the newest was published, and the first and last of their days."""

    batches: int = 0
    published_at: dt.datetime | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None


@dataclass(frozen=True)
class Columns:
    """One value a version, in the order of a page: by entry, then by first day.

    `end` is the first day on which it no longer held, `place` numbers the entries from 0. Provinces and scopes are few,
    so rows hold their numbers.
    """

    version: Ints
    entry: Ints
    place: Ints
    first: npt.NDArray[np.datetime64]
    end: npt.NDArray[np.datetime64]
    rectifying: Mask
    province: Ints
    provinces: list[str]
    scope: Ints
    scopes: list[str]
    texts: list[str]

    @cached_property
    def newest(self) -> Mask:
        """The last that was said of each entry, whether it still stands or not."""
        return np.append(self.place[1:] != self.place[:-1], len(self.place) > 0)[: len(self.place)]

    def on(self, day: dt.date) -> Mask:
        """What was said on that day."""
        return (self.first <= np.datetime64(day)) & (self.end > np.datetime64(day))

    def gone_by(self, day: dt.date) -> Mask:
        """The last that was said of entries that had left the list by that day."""
        began = self.first <= np.datetime64(day)
        followed = np.append(began[1:], np.False_)[: len(began)] & ~self.newest
        return (self.end <= np.datetime64(day)) & ~followed

    def known_as(self, words: str) -> Mask:
        """All versions of entries that at any one time had all these words in a name, code, reference or scope."""
        sought = [plain for plain in map(plain_name, words.split()[:MOST_WORDS]) if plain]
        said: Iterable[int] = range(len(self.texts)) if sought or not words.strip() else ()
        for word in sought:
            said = [row for row in said if word in self.texts[row]]
        known = np.zeros(len(self.texts), dtype=np.bool_)
        known[self.place[list(said)]] = True
        return known[self.place]

    def in_province(self, name: str) -> Mask:
        return self.province == (self.provinces.index(name) if name in self.provinces else -1)

    def of_scope(self, words: str) -> Mask:
        wanted = words.lower()
        return np.array([wanted in scope for scope in self.scopes], dtype=np.bool_)[self.scope]


@dataclass
class Held:
    """The columns of this process, by list."""

    columns: dict[int, tuple[Stamp, Columns]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def current(self, key: int, stamp: Stamp) -> Columns:
        with self.lock:
            held = self.columns.get(key)
            if held is None or held[0] != stamp:
                held = self.columns[key] = stamp, read_columns(key)
            return held[1]


_HELD = Held()


def columns_of(regulated_list: RegulatedList) -> tuple[Columns, Stamp]:
    """The list's versions, and what is known of its batches."""
    stamp = stamps(regulated_list.pk).get(regulated_list.pk, Stamp())
    return _HELD.current(regulated_list.pk, stamp), stamp


def columns_of_all() -> dict[int, tuple[Columns, Stamp]]:
    """Of every list that ever published anything, by the list's key."""
    return {key: (_HELD.current(key, stamp), stamp) for key, stamp in stamps().items()}


def stamps(*lists: int) -> dict[int, Stamp]:
    """Of these lists, or of all that have a batch in effect."""
    effective = Batch.objects.filter(state=BatchState.EFFECTIVE).order_by()
    asked = effective.filter(regulated_list__in=lists) if lists else effective
    told = asked.values_list("regulated_list").annotate(
        Count("pk"), Max("published_at"), Min("effective_on"), Max("effective_on")
    )
    return {key: Stamp(*facts) for key, *facts in told}


def read_columns(regulated_list: int) -> Columns:
    """As the database driver gives them: Django would make a date of each day only for it to become a number."""
    versions = EntryVersion.objects.filter(regulated_list=regulated_list).order_by("entry", "valid_from")
    with connection.cursor() as cursor:
        cursor.execute(*versions.values_list(*_FIELDS).query.sql_with_params())
        rows = [row for chunk in iter(partial(cursor.fetchmany, ROWS_AT_ONCE), []) for row in chunk]
    return _columns(*(zip(*rows, strict=True) if rows else [()] * len(_FIELDS)))


def _columns(
    versions: Sequence[int],
    entries: Sequence[int],
    firsts: Sequence[Any],
    ends: Sequence[Any],
    standings: Sequence[str],
    provinces: Sequence[str],
    scopes_zh: Sequence[str],
    scopes_en: Sequence[str],
    texts: Sequence[str],
) -> Columns:
    entry = np.array(entries, dtype=np.int64)
    end = np.array(ends, dtype="datetime64[D]")
    province, names = _numbered(provinces)
    scope, scopes = _numbered([f"{zh}\n{en}".lower() for zh, en in zip(scopes_zh, scopes_en, strict=True)])
    return Columns(
        version=np.array(versions, dtype=np.int64),
        entry=entry,
        place=np.unique(entry, return_inverse=True)[1],
        first=np.array(firsts, dtype="datetime64[D]"),
        end=np.where(np.isnat(end), NO_LAST_DAY, end),
        rectifying=np.array([standing == Standing.RECTIFY for standing in standings], dtype=np.bool_),
        province=province,
        provinces=names,
        scope=scope,
        scopes=scopes,
        texts=list(texts),
    )


def _numbered(values: Iterable[str]) -> tuple[Ints, list[str]]:
    """Each value as the number of its place among the different ones."""
    numbers: dict[str, int] = {}
    rows = [numbers.setdefault(value, len(numbers)) for value in values]
    return np.array(rows, dtype=np.int64), list(numbers)
