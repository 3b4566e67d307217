"""One database table brought in line with its file: new rows are added, changed ones changed, the rest left alone."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import models

from listings.curation.identity import KEYS, key_of, key_text
from listings.curation.kept import Kept

from .rows import BadReference, Row

BATCH = 500
UPDATE_BATCH = 100  # an update of many rows is one CASE for each field, and its cost grows with the square

Record = TypeVar("Record", bound=models.Model)


@dataclass(frozen=True)
class Tally:
    """What a load did to one table, in rows. `gone` were in the table but are not, or no longer, in the files.

    `kept` are otherwise here because they were edited here; `news` says what the files say of them that they did not
    say at the load before, and `missing` names those that the files do not have any more.
    """

    label: str
    total: int
    added: int
    changed: int
    gone: int
    deleted: bool
    kept: int = 0
    news: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def is_quiet(self) -> bool:
        return not (self.added or self.changed or (self.gone and self.deleted))


class LeftOut(Exception):
    """A row of the files rests on one that was deleted here."""


class Table(Generic[Record]):
    """Compares in memory and writes only differences, so that a load without news costs two queries a table.

    Rows are known by the fields in `KEYS`. `columns` gives the column of a field where the names differ. Rows that
    only describe others (`follows_file`) are deleted when the files drop them; rows with a name of their own stay,
    because a listing may point to them. What was edited here stays as it is, see `Kept`.
    """

    def __init__(
        self,
        model: type[Record],
        *,
        label: str = "",
        columns: Mapping[str, str] | None = None,
        follows_file: bool = False,
    ) -> None:
        self.model = model
        self.label = label or str(model._meta.verbose_name_plural)
        self.columns = columns or {}
        self.follows_file = follows_file
        self.fields = [field for field in model._meta.concrete_fields if not field.primary_key]
        self.kept = Kept(model)
        self.records = {self.kept.key_of(record): record for record in model._default_manager.all()}
        self.claimed: dict[str, Row] = {}
        self.added = self.changed = 0

    def write(self, drafts: Iterable[tuple[Row, Callable[[], Record]]]) -> None:
        """Each row of a file with what makes a record of it."""
        added: list[Record] = []
        changed: list[Record] = []
        for row, make in drafts:
            record = self._draft(row, make)
            if record is None:
                continue
            key = key_of(record)
            old = self.records.get(key)
            if old is not None:
                self.kept.keep(old, record, self.fields)
            if old is not None and not self._differs(old, record):
                continue
            self._check(row, record)
            record.pk = None if old is None else old.pk
            (added if old is None else changed).append(record)
            self.records[key] = record
        self.model._default_manager.bulk_create(added, batch_size=BATCH)
        if changed:
            names = [field.name for field in self.fields]
            self.model._default_manager.bulk_update(changed, names, batch_size=UPDATE_BATCH)
        self.added += len(added)
        self.changed += len(changed)

    def find(self, row: Row, column: str, *key: Hashable) -> Record:
        """The record that a cell points to, for instance a material by the slug in `material_slug`."""
        found = self.records.get(key_text(*key))
        if found is not None:
            return found
        if self.kept.is_deleted(*key):
            raise LeftOut
        name = key[-1] if isinstance(key[-1], str) else row.text(column)
        raise row.bad(column, f"{name!r} is not among the {self.label}")

    def finish(self) -> Tally:
        """Call once all rows are written."""
        unclaimed = [record for key, record in self.records.items() if key not in self.claimed]
        staying = self.kept.stay(unclaimed)
        gone = [record.pk for record in unclaimed if record.pk not in staying]
        if self.follows_file:
            for start in range(0, len(gone), BATCH):
                self.model._default_manager.filter(pk__in=gone[start : start + BATCH]).delete()
        self.kept.finish(self.claimed)
        return Tally(
            self.label, len(self.claimed), self.added, self.changed, len(gone), self.follows_file,
            self.kept.count, tuple(self.kept.news), tuple(self.kept.missing),
        )  # fmt: skip

    def _draft(self, row: Row, make: Callable[[], Record]) -> Record | None:
        """None where the row, or what it rests on, was deleted here."""
        try:
            record = make()
        except LeftOut:
            return None
        key = self._claim(row, record)
        return None if key in self.kept.deleted else record

    def _claim(self, row: Row, record: Record) -> str:
        key = key_of(record)
        if key in self.claimed:
            first = self.claimed[key]
            column = self._column(self.model._meta.get_field(KEYS[self.model][-1]).attname)
            raise row.bad(column, f"the same entry stands in {first.file}, row {first.number}")
        self.claimed[key] = row
        return key

    def _differs(self, old: Record, new: Record) -> bool:
        return any(getattr(old, field.attname) != getattr(new, field.attname) for field in self.fields)

    def _check(self, row: Row, record: Record) -> None:
        """Relations were resolved by `find`; asking the database again would cost a query a row."""
        relations = [field.name for field in self.fields if field.is_relation]
        try:
            record.clean_fields(exclude=relations)
        except ValidationError as error:
            raise self._bad(row, error) from error

    def _bad(self, row: Row, error: ValidationError) -> BadReference:
        name, sentences = next(iter(error.message_dict.items()))
        return row.bad(self._column(name), " ".join(sentences))

    def _column(self, name: str) -> str:
        return self.columns.get(name, name)


def link(through: Any, label: str, column: str) -> Table[Any]:
    """The table behind a many-to-many field, whose entries all stand in one column. It follows its file."""
    ends = [field.attname for field in through._meta.concrete_fields if field.is_relation]
    return Table(through, label=label, columns=dict.fromkeys(ends, column), follows_file=True)
