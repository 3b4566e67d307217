"""The write layer of the registers: what becomes of a batch, from its draft to the day it takes effect.

Who prepares does not decide: preparing, and deciding on notice, objections and publication are two permissions.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.errors import Incomplete, NotAllowed, WrongState
from marketplace.firms.models import User
from marketplace.firms.services import record_event, save_clean

from .applying import apply_changes
from .drafting import locked_batch, require_preparer
from .fitting import require_later_day
from .linking import link_by_numbers
from .models import Action, Batch, BatchState, Entry, EntryState, RegulatedList
from .querysets import may_decide
from .rights import follow_rights

MOVES: dict[str, frozenset[str]] = {
    BatchState.DRAFT: frozenset({BatchState.REVIEW, BatchState.REFUSED}),
    BatchState.REVIEW: frozenset({BatchState.DRAFT, BatchState.NOTICE, BatchState.EFFECTIVE, BatchState.REFUSED}),
    BatchState.NOTICE: frozenset({BatchState.EFFECTIVE, BatchState.REFUSED}),
    BatchState.EFFECTIVE: frozenset(),
    BatchState.REFUSED: frozenset(),
}
# What an entry that is only applied for is called while its batch is in each state.
APPLICANT_STATES = {
    BatchState.DRAFT: EntryState.APPLIED,
    BatchState.REVIEW: EntryState.REVIEWED,
    BatchState.NOTICE: EntryState.NOTICE,
    BatchState.REFUSED: EntryState.REFUSED,
}


@transaction.atomic
def submit_batch(*, actor: User | None, batch: Batch) -> Batch:
    """Hand the draft to those who decide."""
    require_preparer(actor)
    batch = locked_batch(batch, BatchState.DRAFT)
    if not batch.changes.exists():
        raise Incomplete(_("The batch is empty: add at least one line."))
    return _move(actor, batch, BatchState.REVIEW)


@transaction.atomic
def return_batch(*, actor: User, batch: Batch, reason: str = "") -> Batch:
    """Back to those who prepare."""
    _require_decider(actor)
    return _move(actor, locked_batch(batch, BatchState.REVIEW), BatchState.DRAFT, reason)


@transaction.atomic
def refuse_batch(*, actor: User, batch: Batch, reason: str) -> Batch:
    """Not published, for good; the applications in it are refused."""
    _require_decider(actor)
    return _move(actor, locked_batch(batch), BatchState.REFUSED, reason)


@transaction.atomic
def put_on_notice(
    *, actor: User, batch: Batch, notice_from: dt.date, notice_to: dt.date, effective_on: dt.date
) -> Batch:
    """Public notice (公示) for at least the list's days; the batch takes effect by itself on its day.

    Nobody can object to a notice that is over: what took effect elsewhere before is published without one, with the
    reason stated.
    """
    _require_decider(actor)
    batch = locked_batch(batch, BatchState.REVIEW)
    _require_notice_days(batch.regulated_list, notice_from, notice_to)
    require_later_day(batch, effective_on)
    batch.notice_from, batch.notice_to, batch.effective_on = notice_from, notice_to, effective_on
    return _move(actor, batch, BatchState.NOTICE, f"{notice_from} – {notice_to}")


@transaction.atomic
def publish_batch(*, actor: User | None, batch: Batch, effective_on: dt.date | None = None) -> Batch:
    """Let the batch take effect: after its notice, or at once where the list or a stated reason needs none.

    Every line is applied or, where one cannot be, none. Rights follow in the same transaction. The actor is None
    where the clock publishes what was decided when the notice was given.
    """
    if actor is not None:
        _require_decider(actor)
    batch = locked_batch(batch, BatchState.REVIEW, BatchState.NOTICE)
    _require_notice_over(batch, effective_on)
    if batch.objections.filter(state="open").exists():
        raise WrongState(_("An objection waits for its answer."), code="open_objection")
    RegulatedList.objects.select_for_update().get(pk=batch.regulated_list_id)
    applied = apply_changes(batch)
    batch.published_at = timezone.now()
    batch = _move(actor, batch, BatchState.EFFECTIVE, str(batch.effective_on))
    _applicants(batch).update(state=EntryState.REFUSED)  # those held back after an objection
    link_by_numbers(applied)
    follow_rights(applied)
    return batch


def publish_due(day: dt.date) -> tuple[list[Batch], list[Batch]]:
    """For the clock: publish what is due, each for itself; returns what was published and what could not be."""
    published, stuck = [], []
    for batch in Batch.objects.due_on(day).select_related("regulated_list").order_by("effective_on", "pk"):
        try:
            published.append(publish_batch(actor=None, batch=batch))
        except WrongState:
            stuck.append(batch)
    return published, stuck


def _require_notice_days(regulated_list: RegulatedList, notice_from: dt.date, notice_to: dt.date) -> None:
    least, today = regulated_list.notice_days, timezone.localdate()
    if (notice_to - notice_from).days + 1 < least:
        text = _("This list asks for a notice of at least %(days)s days.") % {"days": least}
        raise Incomplete(text, field="notice_to")
    if notice_to < today:
        text = _(
            "This notice, from %(first)s to %(last)s, would be over before anybody reads it (today is %(today)s). For "
            "what took effect before, state the reason for leaving out the notice and let it take effect on its day."
        )
        days = {"first": notice_from, "last": notice_to, "today": today}
        raise Incomplete(text % days, field="notice_to", code="notice_past")


def _require_notice_over(batch: Batch, effective_on: dt.date | None) -> None:
    today = timezone.localdate()
    if batch.state == BatchState.NOTICE:
        if batch.notice_to is not None and batch.notice_to >= today:
            raise WrongState(_("The notice has not ended yet."), code="notice_runs")
    elif batch.regulated_list.notice_days and not batch.without_notice:
        raise WrongState(_("This list asks for a public notice first."), code="notice_missing")
    else:
        batch.effective_on = effective_on or batch.announced_on or today
    if batch.effective_on is None or batch.effective_on > today:
        raise WrongState(_("It takes effect by itself on its day."), code="too_early")


def _move(actor: User | None, batch: Batch, state: str, change: str = "") -> Batch:
    if state not in MOVES[batch.state]:
        raise WrongState
    batch.state = state
    save_clean(batch)
    if state in APPLICANT_STATES:
        _applicants(batch).update(state=APPLICANT_STATES[BatchState(state)])
    record_event(actor=actor, verb=f"batch.{state}", subject=batch, change=change)
    return batch


def _applicants(batch: Batch) -> QuerySet[Entry]:
    """What would stand on the list for the first time by this batch."""
    waiting = Entry.objects.filter(active=False).exclude(state=EntryState.WITHDRAWN)
    found: QuerySet[Entry] = waiting.filter(pk__in=batch.changes.filter(action=Action.ADD).values("entry"))
    return found


def _require_decider(actor: User) -> None:
    if not may_decide(actor):
        raise NotAllowed(_("Only those who decide on the registers may do this."))
