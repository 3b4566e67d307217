"""The write layer of drafts: a batch is opened and filled with lines, by those who prepare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from marketplace.errors import Incomplete, NotAllowed, WrongState
from marketplace.firms.models import User
from marketplace.firms.services import record_event, save_clean

from .fitting import require_fit
from .meanwhile import require_seen
from .models import Action, Batch, BatchState, Change, ChangeFact, Entry, EntryState, ListColumn, RegulatedList
from .models.entries import FACTS
from .naming import plain_name
from .querysets import may_prepare

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


@transaction.atomic
def open_batch(*, actor: User | None, regulated_list: RegulatedList, values: Mapping[str, Any]) -> Batch:
    """A new draft with the list's next number, or the one given."""
    require_preparer(actor)
    RegulatedList.objects.select_for_update().get(pk=regulated_list.pk)
    number = values.get("number") or next_number(regulated_list)
    batch = Batch(regulated_list=regulated_list, number=number, prepared_by=actor)
    _state(batch, {name: value for name, value in values.items() if name != "number"})
    save_clean(batch)
    record_event(actor=actor, verb="batch.opened", subject=batch)
    return batch


def next_number(regulated_list: RegulatedList) -> int:
    """Lock the list first."""
    newest: int = regulated_list.batches.aggregate(newest=Max("number"))["newest"] or 0
    return newest + 1


@transaction.atomic
def change_batch(
    *, actor: User, batch: Batch, values: Mapping[str, Any], seen: Mapping[str, Any] | None = None
) -> Batch:
    """Correct what is said of a batch that is not yet on notice; `seen` is what the page showed of it."""
    require_preparer(actor)
    batch = locked_batch(batch, BatchState.DRAFT, BatchState.REVIEW)
    require_seen(batch, values, seen or {})
    _state(batch, values)
    save_clean(batch)
    record_event(actor=actor, verb="batch.changed", subject=batch, change=", ".join(sorted(values)))
    return batch


@transaction.atomic
def propose(*, actor: User | None, batch: Batch, proposals: Sequence[Proposal]) -> list[Change]:
    """Add lines to a draft, all or none."""
    require_preparer(actor)
    batch = locked_batch(batch, BatchState.DRAFT)
    RegulatedList.objects.select_for_update().get(pk=batch.regulated_list_id)  # two drafts would give the same numbers
    last = batch.regulated_list.entries.aggregate(last=Max("sequence"))["last"] or 0
    position = batch.changes.aggregate(last=Max("position"))["last"] or 0
    changes = write_lines(batch, proposals, position=position, sequence=last)
    record_event(actor=actor, verb="batch.lines_added", subject=batch, change=str(len(changes)))
    return changes


def write_lines(
    batch: Batch, proposals: Sequence[Proposal], *, position: int, sequence: int, state: str = EntryState.APPLIED
) -> list[Change]:
    """The rows of these lines, which follow the last `position` in the batch and `sequence` in the list."""
    new = [each for each in proposals if each.entry is None]
    fresh = iter(_new_entries(batch, new, sequence, state))
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
    return changes


@transaction.atomic
def propose_line(*, actor: User | None, batch: Batch, proposal: Proposal) -> Change:
    """Add one line to a draft, refused at its field where it does not fit the list as it stands."""
    require_fit(locked_batch(batch, BatchState.DRAFT), proposal, entry_key(proposal.facts))
    (change,) = propose(actor=actor, batch=batch, proposals=[proposal])
    return change


@transaction.atomic
def drop_change(*, actor: User, change: Change) -> None:
    """Take a line out of a draft, with the entry that only this line applied for."""
    require_preparer(actor)
    locked_batch(change.batch, BatchState.DRAFT)
    entry = change.entry
    record_event(actor=actor, verb="batch.line_dropped", subject=change.batch, change=change.name)
    change.delete()
    if entry.state == EntryState.APPLIED and not entry.changes.exists():
        entry.delete()


def entry_key(facts: Mapping[str, Any]) -> str:
    """What tells entries of one list apart: the reference (a permit), else the credit code, else the plain name."""
    name = plain_name(facts.get("name_zh") or facts.get("name_en") or "")
    return str(facts.get("reference") or facts.get("credit_code") or name)[:250]


def _new_entries(batch: Batch, proposals: Sequence[Proposal], sequence: int, state: str) -> list[Entry]:
    strangers = [each for each in proposals if each.action != Action.ADD]
    if strangers:
        raise Incomplete(_("Say which entry is meant; only what is added is new."), field="entry")
    regulated_list = batch.regulated_list
    entries = [
        Entry(
            regulated_list=regulated_list, key=entry_key(each.facts), sequence=sequence + number, state=state,
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


def _state(batch: Batch, values: Mapping[str, Any]) -> None:
    if foreign := values.keys() - STATED:
        raise ValueError(f"not for the caller to write: {sorted(foreign)}")
    for name, value in values.items():
        setattr(batch, name, value)


def locked_batch(batch: Batch, *states: str) -> Batch:
    locked: Batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if states and locked.state not in states:
        raise WrongState
    return locked


def require_preparer(actor: User | None) -> None:
    """Nobody is the operator at the console."""
    if actor is not None and not may_prepare(actor):
        raise NotAllowed(_("Only those who keep the registers may do this."))
