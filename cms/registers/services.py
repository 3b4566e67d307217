"""The write layer of the registers: a batch from its draft to the day it takes effect.

Who prepares does not decide: preparing, and deciding on notice, objections and publication are two permissions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.errors import Incomplete, NotAllowed, WrongState
from marketplace.firms.models import User
from marketplace.firms.services import record_event, save_clean

from .applying import apply_changes
from .fitting import require_fit, require_later_day
from .linking import link_by_numbers
from .models import Action, Batch, BatchState, Change, ChangeFact, Entry, EntryState, ListColumn, RegulatedList
from .models.entries import FACTS
from .naming import plain_name
from .querysets import may_decide, may_prepare
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
STATED = frozenset({"title_zh", "title_en", "announcement", "announcement_url", "announced_on", "without_notice"})
ROWS_AT_ONCE = 500


@dataclass(frozen=True)
class Proposal:
    """One line for a batch. `entry` is None for what is new; `facts` are fields of `EntryFacts`, `own` by column."""

    action: str
    entry: Entry | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    own: Mapping[ListColumn, str] = field(default_factory=dict)
    predecessor: Entry | None = None
    reason_zh: str = ""
    reason_en: str = ""


# --- drafting ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def open_batch(*, actor: User | None, regulated_list: RegulatedList, values: Mapping[str, Any]) -> Batch:
    """A new draft with the list's next number, or the one given."""
    _require_preparer(actor)
    RegulatedList.objects.select_for_update().get(pk=regulated_list.pk)
    newest = regulated_list.batches.aggregate(newest=Max("number"))["newest"] or 0
    batch = Batch(regulated_list=regulated_list, number=values.get("number") or newest + 1, prepared_by=actor)
    _state(batch, {name: value for name, value in values.items() if name != "number"})
    save_clean(batch)
    record_event(actor=actor, verb="batch.opened", subject=batch)
    return batch


@transaction.atomic
def change_batch(*, actor: User, batch: Batch, values: Mapping[str, Any]) -> Batch:
    """Correct what is said of a batch that is not yet on notice."""
    _require_preparer(actor)
    batch = _locked(batch, BatchState.DRAFT, BatchState.REVIEW)
    _state(batch, values)
    save_clean(batch)
    record_event(actor=actor, verb="batch.changed", subject=batch, change=", ".join(sorted(values)))
    return batch


@transaction.atomic
def propose(*, actor: User | None, batch: Batch, proposals: Sequence[Proposal]) -> list[Change]:
    """Add lines to a draft, all or none."""
    _require_preparer(actor)
    batch = _locked(batch, BatchState.DRAFT)
    fresh = iter(_new_entries(batch, [each for each in proposals if each.entry is None]))
    position = batch.changes.aggregate(last=Max("position"))["last"] or 0
    changes = [
        _change(batch, position + number, each, each.entry or next(fresh)) for number, each in enumerate(proposals, 1)
    ]
    Change.objects.bulk_create(changes, batch_size=ROWS_AT_ONCE)
    ChangeFact.objects.bulk_create(
        [
            ChangeFact(change=change, column=column, value=value)
            for change, each in zip(changes, proposals, strict=True)
            for column, value in each.own.items()
        ],
        batch_size=ROWS_AT_ONCE,
    )
    record_event(actor=actor, verb="batch.lines_added", subject=batch, change=str(len(changes)))
    return changes


@transaction.atomic
def propose_line(*, actor: User | None, batch: Batch, proposal: Proposal) -> Change:
    """Add one line to a draft, refused at its field where it does not fit the list as it stands."""
    require_fit(_locked(batch, BatchState.DRAFT), proposal, entry_key(proposal.facts))
    (change,) = propose(actor=actor, batch=batch, proposals=[proposal])
    return change


@transaction.atomic
def drop_change(*, actor: User, change: Change) -> None:
    """Take a line out of a draft, with the entry that only this line applied for."""
    _require_preparer(actor)
    _locked(change.batch, BatchState.DRAFT)
    entry = change.entry
    record_event(actor=actor, verb="batch.line_dropped", subject=change.batch, change=change.name)
    change.delete()
    if entry.state == EntryState.APPLIED and not entry.changes.exists():
        entry.delete()


def entry_key(facts: Mapping[str, Any]) -> str:
    """What tells entries of one list apart: the reference (a permit), else the credit code, else the plain name."""
    name = plain_name(facts.get("name_zh") or facts.get("name_en") or "")
    return str(facts.get("reference") or facts.get("credit_code") or name)[:250]


def _new_entries(batch: Batch, proposals: Sequence[Proposal]) -> list[Entry]:
    strangers = [each for each in proposals if each.action != Action.ADD]
    if strangers:
        raise Incomplete(_("Say which entry is meant; only what is added is new."), field="entry")
    regulated_list = batch.regulated_list
    last = regulated_list.entries.aggregate(last=Max("sequence"))["last"] or 0
    entries = [
        Entry(
            regulated_list=regulated_list, key=entry_key(each.facts), sequence=last + number,
            predecessor=each.predecessor, one_per_firm=regulated_list.one_per_firm,
        )
        for number, each in enumerate(proposals, 1)
    ]  # fmt: skip
    return list(Entry.objects.bulk_create(entries, batch_size=ROWS_AT_ONCE))


def _change(batch: Batch, position: int, proposal: Proposal, entry: Entry) -> Change:
    if foreign := proposal.facts.keys() - set(FACTS):
        raise ValueError(f"not facts of an entry: {sorted(foreign)}")
    if entry.regulated_list_id != batch.regulated_list_id:
        raise ValueError("entry: stands on another list")
    if proposal.action == Action.ADD and not (proposal.facts.get("name_zh") or proposal.facts.get("name_en")):
        raise Incomplete(_("Give the name."), field="name_zh")
    return Change(
        batch=batch, position=position, action=proposal.action, entry=entry,
        reason_zh=proposal.reason_zh, reason_en=proposal.reason_en, **proposal.facts,
    )  # fmt: skip


# --- deciding ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def submit_batch(*, actor: User | None, batch: Batch) -> Batch:
    """Hand the draft to those who decide."""
    _require_preparer(actor)
    batch = _locked(batch, BatchState.DRAFT)
    if not batch.changes.exists():
        raise Incomplete(_("The batch is empty: add at least one line."))
    return _move(actor, batch, BatchState.REVIEW)


@transaction.atomic
def return_batch(*, actor: User, batch: Batch, reason: str = "") -> Batch:
    """Back to those who prepare."""
    _require_decider(actor)
    return _move(actor, _locked(batch, BatchState.REVIEW), BatchState.DRAFT, reason)


@transaction.atomic
def refuse_batch(*, actor: User, batch: Batch, reason: str) -> Batch:
    """Not published, for good; the applications in it are refused."""
    _require_decider(actor)
    return _move(actor, _locked(batch), BatchState.REFUSED, reason)


@transaction.atomic
def put_on_notice(
    *, actor: User, batch: Batch, notice_from: dt.date, notice_to: dt.date, effective_on: dt.date
) -> Batch:
    """Public notice (公示) for at least the list's days; the batch takes effect by itself on its day."""
    _require_decider(actor)
    batch = _locked(batch, BatchState.REVIEW)
    least = batch.regulated_list.notice_days
    if (notice_to - notice_from).days + 1 < least:
        text = _("This list asks for a notice of at least %(days)s days.") % {"days": least}
        raise Incomplete(text, field="notice_to")
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
    batch = _locked(batch, BatchState.REVIEW, BatchState.NOTICE)
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


def _locked(batch: Batch, *states: str) -> Batch:
    locked: Batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if states and locked.state not in states:
        raise WrongState
    return locked


def _state(batch: Batch, values: Mapping[str, Any]) -> None:
    if foreign := values.keys() - STATED:
        raise ValueError(f"not for the caller to write: {sorted(foreign)}")
    for name, value in values.items():
        setattr(batch, name, value)


def _require_preparer(actor: User | None) -> None:
    """Nobody is the operator at the console."""
    if actor is not None and not may_prepare(actor):
        raise NotAllowed(_("Only those who keep the registers may do this."))


def _require_decider(actor: User) -> None:
    if not may_decide(actor):
        raise NotAllowed(_("Only those who decide on the registers may do this."))
