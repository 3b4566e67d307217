"""What the pages, downloads and the API show of entries, gathered for a page of them in a few questions."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.safestring import SafeString

from marketplace.pictures.figures import figure
from marketplace.pictures.outcome import state

from .held import Ints
from .models import EntryState, EntryVersion, ListColumn, RegulatedList, VersionFact
from .wording import STANDING_WORDS, outcome_of

PAGE_SIZE = 50
FOR_PAGES, FOR_FILES = ("entry__firm", "regulated_list"), ("entry",)


@dataclass(frozen=True)
class Row:
    """One line of a register on one day. `since`: it stands there without a gap from that day on."""

    version: EntryVersion
    day: dt.date
    since: dt.date
    own: dict[int, str] = field(default_factory=dict)

    @property
    def standing(self) -> str:
        ended = self.version.valid_before is not None and self.version.valid_before <= self.day
        return str(EntryState.WITHDRAWN) if ended else self.version.standing

    @property
    def badge(self) -> SafeString:
        return _badge(outcome_of(self.standing), str(STANDING_WORDS[self.standing]))

    @property
    def number(self) -> str:
        """By which the list knows it, else everybody."""
        return self.version.reference or self.version.credit_code

    @property
    def shown_day(self) -> str:
        """Since when it stands there, or when it left."""
        left = self.version.valid_before if self.standing == EntryState.WITHDRAWN else None
        return (left or self.since).isoformat()

    @property
    def language(self) -> str:
        """Of the name shown."""
        return "zh-Hans" if self.version.name == self.version.name_zh else "en"


@lru_cache(maxsize=64)
def _badge(outcome: str, word: str) -> SafeString:
    """Drawn once for each word, not once for each row."""
    return state(outcome, word)


def rows_of(keys: Iterable[int], day: dt.date, related: Sequence[str] = FOR_PAGES) -> list[Row]:
    """The rows of some versions, in the order of the keys. Nothing more is read of them than `related` names."""
    keys = list(keys)
    by_key = EntryVersion.objects.select_related(*related).defer("search_text").in_bulk(keys)
    own = _own_values(keys)
    since = listed_since(by_key.values())
    return [Row(by_key[key], day, since[key], own[key]) for key in keys if key in by_key]


def _own_values(keys: list[int]) -> dict[int, dict[int, str]]:
    """Version → column → value."""
    own: dict[int, dict[int, str]] = {key: {} for key in keys}
    facts = VersionFact.objects.filter(version__in=keys).order_by()
    for version, column, value in facts.values_list("version", "column", "value"):
        own[version][column] = value
    return own


def listed_since(versions: Iterable[EntryVersion]) -> dict[int, dt.date]:
    """Version → the day from which on it and those before it stood without a gap."""
    versions = list(versions)
    spans: dict[int, dict[dt.date, dt.date]] = defaultdict(dict)
    entries = {version.entry_id for version in versions}
    before = EntryVersion.objects.filter(entry__in=entries, valid_before__isnull=False)
    for entry, first, end in before.order_by().values_list("entry", "valid_from", "valid_before"):
        spans[entry][end] = first
    return {version.pk: _first(spans[version.entry_id], version.valid_from) for version in versions}


def _first(spans: dict[dt.date, dt.date], day: dt.date) -> dt.date:
    while day in spans:
        day = spans[day]
    return day


@dataclass(frozen=True)
class Table:
    """A page of rows with the columns that any of them fills."""

    rows: list[Row]
    columns: list[ListColumn]
    page: Page

    @cached_property
    def has(self) -> dict[str, bool]:
        """Which of the shared columns to draw."""
        names = ("province", "scope", "capacity_t_per_year", "reference", "credit_code", "remarks")
        return {name: any(getattr(row.version, name) for row in self.rows) for name in names}

    @cached_property
    def lines(self) -> list[tuple[Row, list[tuple[ListColumn, str]]]]:
        """Each row with the values of the list's own columns."""
        return [(row, [(each, own_text(each, row.own.get(each.pk, ""))) for each in self.columns]) for row in self.rows]


def own_text(column: ListColumn, value: str) -> str:
    return figure(value) if column.type == ListColumn.Type.NUMBER and value else value


def table_of(regulated_list: RegulatedList, found: Ints, day: dt.date, *, page: int) -> Table:
    """One page of the versions found, with those of the list's own columns that any of its rows fills."""
    shown = Paginator(found, PAGE_SIZE).get_page(page)
    rows = rows_of(shown.object_list.tolist(), day)
    filled = {column for row in rows for column, value in row.own.items() if value}
    columns = [column for column in regulated_list.columns.all() if column.pk in filled]
    return Table(rows, columns, shown)


def table_of_all(found: Ints, day: dt.date, *, page: int) -> Table:
    """Rows of several lists, without the lists' own columns."""
    shown = Paginator(found, PAGE_SIZE).get_page(page)
    return Table(rows_of(shown.object_list.tolist(), day), [], shown)


def facts_of(row: Row, columns: Sequence[ListColumn]) -> dict[str, Any]:
    """A row under the stable names of the downloads and the API. Own columns come by their slug."""
    version = row.version
    names = ("name_zh", "name_en", "credit_code", "reference", "province", "address", "scope_zh", "scope_en")
    facts: dict[str, Any] = {"sequence": version.entry.sequence} | {name: getattr(version, name) for name in names}
    facts |= {
        "capacity_t_per_year": version.capacity_t_per_year,
        "standing": row.standing,
        "listed_since": row.since,
        "valid_from": version.valid_from,
        "valid_before": version.valid_before,
        "remarks_zh": version.remarks_zh,
        "remarks_en": version.remarks_en,
    }
    return {column.slug: row.own.get(column.pk, "") for column in columns} | facts
