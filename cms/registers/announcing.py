"""A batch as an announcement tells it: lines by action, each with what the list said before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, IntegerField, Prefetch, QuerySet, Value, When
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.pictures.figures import figure

from .models import Action, Batch, BatchState, Change, ChangeFact, EntryVersion, VersionFact
from .wording import ACTION_TITLES, ACTIONS

LINES_ON_A_PAGE = 200
# Beside name, number and province, which have columns of their own; each in the reader's language.
FACTS_TOLD = {
    "address": _("Address"),
    "scope": _("Scope"),
    "capacity_t_per_year": _("Capacity, t/year"),
    "remarks": _("Remarks"),
}


@dataclass(frozen=True)
class Difference:
    """One fact that a line changes, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """A change with what the list said of the entry until then."""

    change: Change
    before: EntryVersion | None

    @property
    def name(self) -> str:
        return self.change.name or (self.before.name if self.before else "") or self.change.entry.key

    @property
    def former_name(self) -> str:
        """The name until then, where the line gives another."""
        before = self.before.name if self.before else ""
        return before if self.change.action == Action.RENAME and before != self.name else ""

    @property
    def number(self) -> str:
        """What tells firms of the same name apart."""
        told = [each.reference or each.credit_code for each in (self.change, self.before) if each]
        return next(filter(None, told), "")

    @property
    def province(self) -> str:
        return self.change.province or (self.before.province if self.before else "")

    @property
    def held(self) -> bool:
        return self.change.state == Change.State.HELD

    @property
    def differences(self) -> list[Difference]:
        if self.change.action in (Action.RECTIFY, Action.RESTORE, Action.WITHDRAW):
            return []
        told = ((label, _text(self.before, name), _text(self.change, name)) for name, label in FACTS_TOLD.items())
        found = [Difference(str(label), before, after) for label, before, after in told if after]
        old = {fact.column_id: fact.value for fact in self.before.facts.all()} if self.before else {}
        found += [
            Difference(fact.column.name, old.get(fact.column_id, ""), fact.value) for fact in self.change.facts.all()
        ]
        return found

    @property
    def reason(self) -> str:
        return self.change.reason


def _text(said: Change | EntryVersion | None, name: str) -> str:
    value = getattr(said, name, None)
    return figure(value) if name == "capacity_t_per_year" and value is not None else value or ""


@dataclass(frozen=True)
class Group:
    action: str
    title: str | Promise
    count: int
    lines: list[Line]


def groups_of(batch: Batch, page: int) -> tuple[list[Group], Page]:
    """One page of the announcement's lines by action, and where it stands among the pages."""
    shown = Paginator(_ordered(batch), LINES_ON_A_PAGE).get_page(page)
    changes = list(shown.object_list)
    before = _before(batch, changes)
    counts = counts_of(batch)
    groups = [
        Group(action, ACTION_TITLES[action], counts[action], [Line(each, before.get(each.entry_id)) for each in some])
        for action, some in groupby(changes, key=lambda change: change.action)
    ]
    return groups, shown


def counts_of(batch: Batch) -> dict[str, int]:
    """Action → lines, in the order of an announcement."""
    counted = batch.changes.order_by().values_list("action").annotate(count=Count("pk"))
    found = dict(counted)
    return {action: found[action] for action in ACTIONS if action in found}


def _ordered(batch: Batch) -> QuerySet[Change]:
    whens = [When(action=action, then=Value(place)) for place, action in enumerate(ACTIONS)]
    changes = batch.changes.select_related("entry")
    facts = Prefetch("facts", ChangeFact.objects.select_related("column").order_by("column__position", "pk"))
    return changes.prefetch_related(facts).order_by(Case(*whens, output_field=IntegerField()), "position", "pk")


def _before(batch: Batch, changes: Iterable[Change]) -> dict[int, EntryVersion]:
    """Entry → what the list said of it the day before the batch took effect, or says now where it has not yet."""
    effective = batch.effective_on if batch.state == BatchState.EFFECTIVE else None
    day = effective - dt.timedelta(days=1) if effective else timezone.localdate()
    known = [change.entry_id for change in changes if change.action != Action.ADD]
    facts = Prefetch("facts", VersionFact.objects.order_by())
    said = EntryVersion.objects.valid_on(day).filter(entry__in=known).order_by().prefetch_related(facts)
    return {version.entry_id: version for version in said}
