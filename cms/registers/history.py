"""What happened to one entry: where it came from, what followed it, and its life line."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from marketplace.firms.models import Event
from marketplace.pictures import life_line

from .models import Change, Entry, SelfCheck
from .wording import HAPPENED

LONGEST_CHAIN = 20


def life_of(entry: Entry) -> list[life_line.Event]:
    """Newest first. The list's authority speaks; who sat at the desk stays in the events themselves."""
    authority = entry.regulated_list.authority or _("The authority")
    applied = entry.changes.filter(state=Change.State.APPLIED).select_related("batch__regulated_list")
    told = [
        life_line.Event(change.batch.published_at, authority, str(HAPPENED[change.action]), _detail(change))
        for change in applied.order_by("-batch__effective_on", "-batch__number", "-position")
        if change.batch.published_at
    ]
    told += [
        life_line.Event(event.at, _("The register"), _linking(event.verb), "")
        for event in Event.objects.about(entry).filter(verb__in=("entry.linked", "entry.unlinked"))
    ]
    return sorted(told, key=lambda event: event.when, reverse=True)


def _linking(verb: str) -> str:
    return _("found the firm on this market") if verb == "entry.linked" else _("took back which firm this is")


def _detail(change: Change) -> str:
    batch = change.batch
    day = _("in effect from %(day)s") % {"day": batch.effective_on}
    parts = (day, _("batch %(number)s") % {"number": batch.number}, batch.announcement, change.reason)
    return " · ".join(part for part in parts if part)


def predecessors(entry: Entry) -> list[Entry]:
    """The oldest first; a chain that bites its tail ends."""
    chain: list[Entry] = []
    each = entry.predecessor
    while each is not None and each not in chain and each != entry and len(chain) < LONGEST_CHAIN:
        chain.append(each)
        each = each.predecessor
    return chain[::-1]


@dataclass(frozen=True)
class Check:
    """A yearly self-check and how it stands."""

    check: SelfCheck
    day: dt.date

    @property
    def outcome(self) -> str:
        if self.check.received_on:
            return "passes"
        return "fails" if self.check.due_on < self.day else "unknown"

    @property
    def word(self) -> str:
        if self.check.received_on:
            return _("received on %(day)s") % {"day": self.check.received_on}
        return _("overdue") if self.check.due_on < self.day else _("awaited")
