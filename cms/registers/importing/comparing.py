"""What a file would do to a register: added, changed, unchanged, refused. Looking changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from matching.spreadsheets import UnreadableFile

from ..drafting import entry_key
from ..models import Action, Change, Entry, EntryVersion, ListColumn, RegulatedList, Standing, VersionFact
from ..models.entries import FACTS
from ..naming import plain_name
from .headings import Heading
from .opening import rows_expected
from .reading import ListRow, Refusal, read_rows
from .tables import Table, read_table
from .telling import COMPARING, READING, Tell, untold

WAITING = ("draft", "review", "notice")


@dataclass(frozen=True)
class Difference:
    """What one row changes. `before` and `own_before` hold what the entry says now of the same facts and columns."""

    row: ListRow
    action: str
    entry: Entry | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    own: Mapping[ListColumn, str] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    own_before: Mapping[ListColumn, str] = field(default_factory=dict)


@dataclass
class Preview:
    """The file against the register. `passed_over`: rows of other lists. `ignored`: columns nobody knows."""

    regulated_list: RegulatedList
    added: list[Difference] = field(default_factory=list)
    changed: list[Difference] = field(default_factory=list)
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)
    passed_over: list[int] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)

    @property
    def differences(self) -> list[Difference]:
        return [*self.added, *self.changed]

    def counts(self) -> dict[str, int]:
        return {
            "added": len(self.added),
            "changed": len(self.changed),
            "unchanged": self.unchanged,
            "refused": len(self.refused),
        }


@dataclass
class _Standing:
    """An entry as the register has it: its newest version, its own columns, and the days on which it was told of."""

    entry: Entry
    version: EntryVersion | None
    own: dict[int, str]
    days: frozenset[dt.date] = frozenset()


def preview(path: Path, regulated_list: RegulatedList, tell: Tell = untold) -> Preview:
    """Read the file and compare it. `UnreadableFile` where it has no table at all."""
    tell(READING, 0, 0)
    table = read_table(path, list(regulated_list.columns.all()))
    result = Preview(regulated_list, ignored=table.ignored, headings=list(table.headings.values()))
    rows = _read(table, result, tell, rows_expected(path))
    if not (rows or result.refused or result.passed_over):
        reason = _("%(file)s: row %(row)s names the columns, and no row follows")
        raise UnreadableFile(reason % {"file": path.name, "row": table.header_row})
    tell(COMPARING, 0, len(rows))
    comparison = _Comparison(table, _Register(regulated_list), result)
    for number, row in enumerate(rows, start=1):
        comparison.add(row)
        tell(COMPARING, number, len(rows))
    result.refused.sort(key=lambda refusal: refusal.row)
    return result


def _read(table: Table, result: Preview, tell: Tell, total: int) -> list[ListRow]:
    rows = []
    for row in read_rows(table, result.regulated_list, result.refused, result.passed_over):
        rows.append(row)
        tell(READING, row.number, max(total, row.number) if total else 0)
    return rows


class _Register:
    """All entries of a list by what they can be known by, read once."""

    def __init__(self, regulated_list: RegulatedList) -> None:
        self.by_key: dict[str, _Standing] = {}
        self.by_code: dict[str, _Standing] = {}
        self.by_name: dict[str, _Standing] = {}
        own = self._own(regulated_list)
        versions = EntryVersion.objects.of(regulated_list).select_related("entry").order_by("valid_from")
        newest: dict[int, EntryVersion] = {}
        days: dict[int, set[dt.date]] = {}
        for version in versions.iterator(chunk_size=2000):
            newest[version.entry_id] = version
            days.setdefault(version.entry_id, set()).update(_days_of(version))
        for key, version in newest.items():
            self._keep(_Standing(version.entry, version, own.get(version.pk, {}), frozenset(days[key])), version)
        waiting: QuerySet[Change] = Change.objects.filter(
            batch__regulated_list=regulated_list, batch__state__in=WAITING, action=Action.ADD
        )
        for change in waiting.select_related("entry").iterator(chunk_size=2000):
            if change.entry_id not in newest:
                self._keep(_Standing(change.entry, None, {}), change)

    def _own(self, regulated_list: RegulatedList) -> dict[int, dict[int, str]]:
        found: dict[int, dict[int, str]] = {}
        facts = VersionFact.objects.filter(column__regulated_list=regulated_list)
        for version, column, value in facts.values_list("version", "column", "value").iterator(chunk_size=5000):
            found.setdefault(version, {})[column] = value
        return found

    def _keep(self, standing: _Standing, said: EntryVersion | Change) -> None:
        self.by_key[standing.entry.key] = standing
        self.by_key.setdefault(entry_key({name: getattr(said, name) for name in FACTS}), standing)
        if said.credit_code:
            self.by_code[said.credit_code] = standing
        for name in (said.name_zh, said.name_en):
            if name:
                self.by_name[plain_name(name)] = standing

    def find(self, row: ListRow) -> _Standing | None:
        """By reference, by credit code, by former name, by name: the surest first."""
        facts = row.facts
        for table, value in (
            (self.by_key, facts.get("reference")),
            (self.by_code, facts.get("credit_code")),
            (self.by_name, plain_name(row.former_name)),
            (self.by_key, entry_key(facts)),
        ):
            if value and value in table:
                return table[str(value)]
        return None if facts.get("reference") else self._same_name(row)

    def _same_name(self, row: ListRow) -> _Standing | None:
        return self.by_name.get(plain_name(row.name))


def _days_of(version: EntryVersion) -> set[dt.date]:
    return {day for day in (version.valid_from, version.valid_before) if day is not None}


class _Refused(ValueError):
    """A row that the register contradicts; `means` is the column that says so."""

    def __init__(self, means: str, reason: str) -> None:
        self.means = means
        super().__init__(reason)


class _Comparison:
    """Takes the rows one by one; what each means for the register goes into the preview."""

    def __init__(self, table: Table, register: _Register, result: Preview) -> None:
        self.table, self.register, self.result = table, register, result
        self.seen: dict[tuple[str, str], int] = {}

    def add(self, row: ListRow) -> None:
        try:
            self._refuse_double(row)
            self._compare(row, self.register.find(row))
        except _Refused as refused:
            named = (self.table.named(means) for means in (refused.means, "name_zh", "name_en"))
            self.result.refused.append(Refusal(row.number, next(filter(None, named)), str(refused), row.cells))

    def _refuse_double(self, row: ListRow) -> None:
        """One entry a firm: rows that share a reference, or where the list is one of firms a code or a name."""
        known_by = [(self._name_column(row), entry_key(row.facts))]
        if self.result.regulated_list.one_per_firm:
            known_by.append(("credit_code", str(row.facts.get("credit_code") or "")))
            known_by += [("name_zh", plain_name(row.facts.get("name_zh") or ""))]
            known_by += [("name_en", plain_name(row.facts.get("name_en") or ""))]
        for means, value in known_by:
            first = self.seen.setdefault((means, value), row.number) if value else row.number
            if first != row.number:
                raise _Refused(means, _("is the same firm as in row %(row)s") % {"row": first})

    def _refuse_second_step(self, row: ListRow, entry: Entry, action: str) -> None:
        """Rows may call an entry by its Chinese, English or former name; a batch has one line for a step of it."""
        first = self.seen.setdefault(("entry", f"{entry.pk} {action}"), row.number)
        if first != row.number:
            raise _Refused(self._name_column(row), _("is the same firm as in row %(row)s") % {"row": first})

    def _name_column(self, row: ListRow) -> str:
        facts = row.facts
        return next((means for means in ("reference", "credit_code", "name_zh") if facts.get(means)), "name_en")

    def _compare(self, row: ListRow, found: _Standing | None) -> None:
        if found is None:
            if row.action and row.action != Action.ADD:
                raise _Refused("action", _("does not stand on the list, so it cannot be changed or withdrawn"))
            self.result.added.append(Difference(row, Action.ADD, facts=row.facts, own=row.own))
        elif found.version is None:
            self.result.unchanged += 1  # it waits in a batch
        else:
            _refuse_other_code(row, found.version)
            if found.version.valid_before is not None:
                self._after_withdrawal(row, found, found.version.valid_before)
            else:
                self._against(row, found, found.version)

    def _after_withdrawal(self, row: ListRow, found: _Standing, ended: dt.date) -> None:
        """The same file read again must not bring back what was withdrawn later."""
        if row.action != Action.WITHDRAW and row.effective_on and row.effective_on >= ended:
            self._refuse_second_step(row, found.entry, Action.ADD)
            self.result.added.append(Difference(row, Action.ADD, found.entry, row.facts, row.own))
            return
        if row.action != Action.WITHDRAW:
            _refuse_overlap(row, found, ended)
        self.result.unchanged += 1

    def _against(self, row: ListRow, found: _Standing, version: EntryVersion) -> None:
        facts = {name: value for name, value in row.facts.items() if value != getattr(version, name)}
        own = {column: value for column, value in row.own.items() if found.own.get(column.pk) != value}
        action = _action(row, version, facts)
        says_nothing = not facts and not own and action in (Action.CHANGE, Action.RENAME, Action.CORRECT)
        if action is None or says_nothing or _is_past(row, found, version):
            self.result.unchanged += 1
            return
        self._refuse_second_step(row, found.entry, action)
        before = {name: getattr(version, name) for name in facts}
        own_before = {column: found.own.get(column.pk, "") for column in own}
        self.result.changed.append(Difference(row, action, found.entry, facts, own, before, own_before))


def _refuse_other_code(row: ListRow, version: EntryVersion) -> None:
    code = row.facts.get("credit_code")
    if code and version.credit_code and code != version.credit_code and not row.facts.get("reference"):
        raise _Refused("credit_code", _("has the name of an entry with another credit code"))


def _is_past(row: ListRow, found: _Standing, version: EntryVersion) -> bool:
    """Whether the row tells of an earlier time, of which what was said since stands. A step must fit the days."""
    day, withdraws = row.effective_on, row.action == Action.WITHDRAW
    if day is None or day > version.valid_from or (day == version.valid_from and not withdraws):
        return False
    if withdraws and day <= min(found.days):
        text = _("would be withdrawn on %(day)s, before the listing took effect on %(from)s")
        raise _Refused("effective_on", text % {"day": day, "from": min(found.days)})
    _refuse_overlap(row, found, version.valid_from)
    return True


def _refuse_overlap(row: ListRow, found: _Standing, until: dt.date) -> None:
    """A step on a day of which the register already tells something else."""
    day = row.effective_on
    if row.action and day is not None and min(found.days) < day <= until and day not in found.days - {until}:
        text = _("%(day)s overlaps what the register says of this entry until %(until)s; days run forward")
        raise _Refused("effective_on", text % {"day": day, "until": until})


def _action(row: ListRow, version: EntryVersion, facts: Mapping[str, Any]) -> str | None:
    """What the row does to an entry that stands; None where it says only that it stands."""
    if row.action == Action.RECTIFY:
        return None if version.standing == Standing.RECTIFY else Action.RECTIFY
    if row.action == Action.RESTORE:
        return None if version.standing == Standing.LISTED else Action.RESTORE
    if row.action == Action.WITHDRAW:
        return Action.WITHDRAW
    if row.action in (Action.CHANGE, Action.CORRECT, Action.RENAME):
        return row.action
    return Action.RENAME if {"name_zh", "name_en"} & facts.keys() else Action.CHANGE
