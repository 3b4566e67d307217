"""The yearly self-check: what is due is opened in time, and the firm behind the entry is reminded by letter."""

from __future__ import annotations

import calendar
import datetime as dt

from django.db import transaction

from marketplace.firms.letters import Post, people_of, write_letter, write_to_each
from marketplace.firms.models import Event, Role
from marketplace.firms.services import record_event

from .models import Entry, RegulatedList, SelfCheck

OPENED_DAYS_AHEAD = 60
REMINDED_DAYS_AHEAD = (30, 7, 0)
ROWS_AT_ONCE = 500
VERB = "self_check.reminded"


def open_self_checks(day: dt.date) -> int:
    """One for each entry that stands on a list with a yearly self-check, two months ahead; returns how many are new."""
    return sum(_open(each, day) for each in RegulatedList.objects.filter(self_check_month__isnull=False))


def _open(regulated_list: RegulatedList, day: dt.date) -> int:
    due = due_day(regulated_list, day.year)
    if due < day:
        due = due_day(regulated_list, day.year + 1)
    if (due - day).days > OPENED_DAYS_AHEAD:
        return 0
    asked = SelfCheck.objects.filter(year=due.year, entry__regulated_list=regulated_list)
    entries = Entry.objects.active().filter(regulated_list=regulated_list).exclude(pk__in=asked.values("entry"))
    checks = [SelfCheck(entry=entry, year=due.year, due_on=due) for entry in entries]
    SelfCheck.objects.bulk_create(checks, batch_size=ROWS_AT_ONCE)
    return len(checks)


def due_day(regulated_list: RegulatedList, year: int) -> dt.date:
    """The last day of the list's month."""
    month = regulated_list.self_check_month or 12
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def remind_of_self_checks(day: dt.date) -> Post:
    """Letters to the owners of firms whose check is due in 30 or 7 days or today, each once."""
    last = day + dt.timedelta(days=max(REMINDED_DAYS_AHEAD))
    waiting = SelfCheck.objects.filter(received_on=None, due_on__range=(day, last), entry__active=True)
    waiting = waiting.filter(entry__firm__isnull=False).select_related("entry__firm", "entry__regulated_list")
    return sum((_remind(check, _step(check, day)) for check in waiting), Post())


def _step(check: SelfCheck, day: dt.date) -> int:
    """The reminder that is on: the nearest step not yet passed."""
    ahead = (check.due_on - day).days
    return min(step for step in REMINDED_DAYS_AHEAD if step >= ahead)


@transaction.atomic
def _remind(check: SelfCheck, step: int) -> Post:
    """Noted as an event, so that the next run does not repeat it. Where no letter went out it is tried again."""
    firm = check.entry.firm
    if firm is None or Event.objects.about(check).filter(verb=VERB, change=str(step)).exists():
        return Post()
    facts = {"check": check, "entry": check.entry, "list": check.entry.regulated_list, "firm": firm}
    owners = people_of(firm, Role.OWNER)
    post = write_to_each(owners, lambda person: write_letter(to=person, name="self_check", facts=facts))
    if post.is_done:
        record_event(actor=None, verb=VERB, subject=check, firm=firm, change=str(step))
    return post
