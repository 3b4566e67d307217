"""What a file would do to a register: added, changed, unchanged, refused. Looking changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ..models import Action, Change, Entry, EntryVersion, ListColumn, RegulatedList, Standing, VersionFact
from ..models.entries import FACTS
from ..naming import plain_name
from ..services import entry_key
from .reading import ListRow, Refusal, read_rows
from .tables import read_table

WAITING = ("draft", "review", "notice")


@dataclass(frozen=True)
class Difference:
    """What one row changes. `before` holds what the entry says now of every fact in `facts`."""

    row: ListRow
    action: str
    entry: Entry | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    own: Mapping[ListColumn, str] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)


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
    """An entry as the register has it: its newest version, whether that still stands, and its own columns."""

    entry: Entry
    version: EntryVersion | None
    own: dict[int, str]


def preview(path: Path, regulated_list: RegulatedList) -> Preview:
    """Read the file and compare it. `UnreadableFile` where it has no table at all."""
    table = read_table(path, list(regulated_list.columns.all()))
    result = Preview(regulated_list, ignored=table.ignored)
    register = _Register(regulated_list)
    seen: dict[str, int] = {}
    for row in read_rows(table, regulated_list, result.refused, result.passed_over):
        first = seen.setdefault(entry_key(row.facts), row.number)
        if first != row.number:
            reason = _("is the same firm as in row %(row)s") % {"row": first}
            result.refused.append(Refusal(row.number, _("name"), reason))
            continue
        _compare(row, register, result)
    result.refused.sort(key=lambda refusal: refusal.row)
    return result


class _Register:
    """All entries of a list by what they can be known by, read once."""

    def __init__(self, regulated_list: RegulatedList) -> None:
        self.by_key: dict[str, _Standing] = {}
        self.by_code: dict[str, _Standing] = {}
        self.by_name: dict[str, _Standing] = {}
        own = self._own(regulated_list)
        versions = EntryVersion.objects.of(regulated_list).select_related("entry").order_by("valid_from")
        newest = {version.entry_id: version for version in versions.iterator(chunk_size=2000)}
        for version in newest.values():
            self._keep(_Standing(version.entry, version, own.get(version.pk, {})), version)
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


def _compare(row: ListRow, register: _Register, result: Preview) -> None:
    found = register.find(row)
    refusal = _refusal(row, found)
    if refusal:
        result.refused.append(Refusal(row.number, row.name[:60], refusal))
    elif found is None:
        result.added.append(Difference(row, Action.ADD, facts=row.facts, own=row.own))
    elif found.version is None:
        result.unchanged += 1  # it waits in a batch
    elif found.version.valid_before is not None:
        _after_withdrawal(row, found, result)
    else:
        _against(row, found, found.version, result)


def _refusal(row: ListRow, found: _Standing | None) -> str:
    if found is None:
        needs_entry = row.action and row.action != Action.ADD
        return _("does not stand on the list, so it cannot be changed or withdrawn") if needs_entry else ""
    version = found.version
    if version is None:
        return ""
    code = row.facts.get("credit_code")
    if code and version.credit_code and code != version.credit_code and not row.facts.get("reference"):
        return _("has the name of an entry with another credit code")
    return ""


def _after_withdrawal(row: ListRow, found: _Standing, result: Preview) -> None:
    """The same file read again must not bring back what was withdrawn later."""
    version = found.version
    ended = version.valid_before if version else None
    came_back = row.action != Action.WITHDRAW and row.effective_on and ended and row.effective_on >= ended
    if came_back:
        result.added.append(Difference(row, Action.ADD, found.entry, row.facts, row.own))
    else:
        result.unchanged += 1


def _against(row: ListRow, found: _Standing, version: EntryVersion, result: Preview) -> None:
    facts = {name: value for name, value in row.facts.items() if value != getattr(version, name)}
    own = {column: value for column, value in row.own.items() if found.own.get(column.pk) != value}
    action = _action(row, version, facts)
    if action is None or (not facts and not own and action in (Action.CHANGE, Action.RENAME, Action.CORRECT)):
        result.unchanged += 1
        return
    if row.effective_on is not None and row.effective_on < version.valid_from:
        # The row tells of an earlier time; what was said since stands.
        result.unchanged += 1
        return
    before = {name: getattr(version, name) for name in facts}
    result.changed.append(Difference(row, action, found.entry, facts, own, before))


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
