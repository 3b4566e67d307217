"""What a batch does to a register on the day it takes effect: versions end and begin, all rows in a few statements.

A list says one thing of an entry on one day. Days run forward: nothing takes effect before the entry's newest version
began, so what the list said on any past day stays what it was.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils.translation import gettext as _

from marketplace.errors import WrongState
from marketplace.firms.models import Event

from .hinting import follow_cautions
from .models import Action, Batch, Change, Entry, EntryState, EntryVersion, Standing, VersionFact
from .models.entries import FACTS
from .naming import plain_name

ROWS_AT_ONCE = 500
STANDINGS = {
    Action.ADD: Standing.LISTED,
    Action.RECTIFY: Standing.RECTIFY,
    Action.RESTORE: Standing.LISTED,
}
VERBS = {
    Action.ADD: "entry.listed",
    Action.CHANGE: "entry.changed",
    Action.RENAME: "entry.renamed",
    Action.CORRECT: "entry.corrected",
    Action.RECTIFY: "entry.rectify",
    Action.RESTORE: "entry.restored",
    Action.WITHDRAW: "entry.withdrawn",
}


@dataclass
class _Row:
    """An entry with its open version (None: it does not stand on the list) as the lines of the batch leave it."""

    entry: Entry
    open: EntryVersion | None
    own: dict[int, str] = field(default_factory=dict)
    ended: EntryVersion | None = None


def apply_changes(batch: Batch) -> list[Entry]:
    """Apply every line that is not held back, in order; returns the entries touched. Call it inside a transaction."""
    day = batch.effective_on
    if day is None:
        raise ValueError("effective_on: not set")
    changes = list(batch.changes.filter(state=Change.State.PROPOSED).select_related("entry").prefetch_related("facts"))
    rows = _rows(changes)
    for change in changes:
        _apply(rows[change.entry_id], change, batch, day)
    _require_each_once(batch, rows.values())
    _write(rows.values())
    batch.changes.filter(pk__in=[change.pk for change in changes]).update(state=Change.State.APPLIED)
    _record(changes, batch)
    entries = [row.entry for row in rows.values()]
    follow_cautions(batch.regulated_list, entries)
    return entries


def _rows(changes: Sequence[Change]) -> dict[int, _Row]:
    entries = {change.entry_id: change.entry for change in changes}
    rows = {key: _Row(entry, None) for key, entry in entries.items()}
    open_now = EntryVersion.objects.filter(
        entry__changes__batch=changes[0].batch_id if changes else None, valid_before=None
    )
    for version in open_now.prefetch_related("facts").distinct():
        row = rows.get(version.entry_id)
        if row is not None:
            row.open = version
            row.own = {fact.column_id: fact.value for fact in version.facts.all()}
    return rows


def _apply(row: _Row, change: Change, batch: Batch, day: dt.date) -> None:
    if change.action == Action.ADD:
        _require(row.open is None, change, _("It already stands on the list."))
        gone = row.entry.versions.order_by("valid_from").last() if row.entry.state == EntryState.WITHDRAWN else None
        free = gone is None or (gone.valid_before is not None and gone.valid_before <= day)
        _require(free, change, _("It stood on the list until later than this day."))
    else:
        _require(row.open is not None, change, _("It does not stand on the list."))
    _APPLIED.get(Action(change.action), _say)(row, change, batch, day)
    row.entry.active = row.open is not None
    row.entry.state = EntryState.WITHDRAWN if row.open is None else EntryState(row.open.standing)


def _say(row: _Row, change: Change, batch: Batch, day: dt.date) -> None:
    """The open version ends and a new one says what changed; on the day it began it is rewritten instead."""
    row.own |= {fact.column_id: fact.value for fact in change.facts.all()}
    version = _version_of(row, change, day)
    version.valid_from, version.batch = day, batch
    version.standing = STANDINGS.get(Action(change.action), Standing(version.standing))
    for name in FACTS:
        value = getattr(change, name)
        if value not in ("", None):
            setattr(version, name, value)
    version.search_text = search_text(version, row.own.values())
    row.open = version


def _version_of(row: _Row, change: Change, day: dt.date) -> EntryVersion:
    """The version that begins on the day; the one that stood until then ends."""
    current = row.open
    if current is None:
        return EntryVersion(entry=row.entry, regulated_list_id=row.entry.regulated_list_id)
    if current.valid_from == day:
        return current
    _require(current.valid_from < day, change, _("A later version stands already; effective days run forward."))
    row.ended, current.valid_before = current, day
    return _copy(current)


def _withdraw(row: _Row, change: Change, _batch: Batch, day: dt.date) -> None:
    if row.open is None:
        raise ValueError("no open version")
    _require(row.open.valid_from < day, change, _("It cannot be withdrawn before or on the day it was listed."))
    row.open.valid_before, row.ended, row.open = day, row.open, None


_APPLIED: dict[Action, Callable[[_Row, Change, Batch, dt.date], None]] = {Action.WITHDRAW: _withdraw}


def search_text(version: EntryVersion, own: Iterable[str]) -> str:
    """All by which a version is found, each part in its plain shape."""
    parts = [version.name_zh, version.name_en, version.credit_code, version.reference, version.province]
    parts += [version.address, version.scope_zh, version.scope_en, *own]
    return " ".join(plain_name(part) for part in parts if part)


def _copy(version: EntryVersion) -> EntryVersion:
    copied = {name: getattr(version, name) for name in FACTS}
    return EntryVersion(
        entry=version.entry, regulated_list_id=version.regulated_list_id, standing=version.standing, **copied
    )


def _require(holds: bool, change: Change, problem: str) -> None:
    if not holds:
        text = _("Line %(line)s (%(name)s): %(problem)s")
        name = change.name or change.entry
        raise WrongState(text % {"line": change.position, "name": name, "problem": problem}, code="line_refused")


def _require_each_once(batch: Batch, rows: Iterable[_Row]) -> None:
    """One active entry for a key, and for a firm where the list has at most one, told with the lines concerned."""
    touched = {row.entry.pk: row.entry for row in rows}
    active = [entry for entry in touched.values() if entry.active]
    others = Entry.objects.active().filter(regulated_list=batch.regulated_list_id).exclude(pk__in=touched)
    for name in ("key", "firm_id") if batch.regulated_list.one_per_firm else ("key",):
        holders: dict[object, list[str]] = defaultdict(list)
        for entry in active:
            if getattr(entry, name):
                holders[getattr(entry, name)].append(str(entry.sequence))
        wanted = set(holders)
        for value, sequence in others.values_list(name, "sequence"):
            if value in wanted:
                holders[value].append(str(sequence))
        double = next((value for value, sequences in holders.items() if len(sequences) > 1), None)
        if double is not None:
            text = _("Two entries would stand for the same firm: numbers %(numbers)s.")
            raise WrongState(text % {"numbers": ", ".join(holders[double])}, code="listed_twice")


def _write(rows: Iterable[_Row]) -> None:
    rows = list(rows)
    _update(EntryVersion, ((row.ended.pk, {"valid_before": row.ended.valid_before}) for row in rows if row.ended))
    standing = [row.open for row in rows if row.open is not None]
    begun = [version for version in standing if version.pk is None]
    for version in standing:
        if version.pk is not None:
            version.save()
            version.facts.all().delete()
    EntryVersion.objects.bulk_create(begun, batch_size=ROWS_AT_ONCE)
    VersionFact.objects.bulk_create(
        [
            VersionFact(version=row.open, column_id=column, value=value)
            for row in rows
            if row.open is not None
            for column, value in row.own.items()
        ],
        batch_size=ROWS_AT_ONCE,
    )
    _update(Entry, ((row.entry.pk, {"state": row.entry.state, "active": row.entry.active}) for row in rows))


def _update(model: type[Model], rows: Iterable[tuple[int, dict[str, object]]]) -> None:
    """Few different values for many rows: one statement for each, a portion of keys at a time."""
    keys: dict[tuple[tuple[str, object], ...], list[int]] = defaultdict(list)
    for key, values in rows:
        keys[tuple(values.items())].append(key)
    for same, each in keys.items():
        for start in range(0, len(each), ROWS_AT_ONCE):
            portion = model._default_manager.filter(pk__in=each[start : start + ROWS_AT_ONCE])
            portion.update(**dict(same))


def _record(changes: Iterable[Change], batch: Batch) -> None:
    """An event an entry: what its life line tells."""
    about = ContentType.objects.get_for_model(Entry)
    same = {"actor": batch.prepared_by, "content_type": about, "change": str(batch)}
    Event.objects.bulk_create(
        [Event(verb=VERBS[Action(change.action)], object_id=change.entry_id, **same) for change in changes],
        batch_size=ROWS_AT_ONCE,
    )
