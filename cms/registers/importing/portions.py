"""A draft of many lines, written in portions, so that nobody else waits long for the database.

Until the last portion the batch and its new entries are unfinished: only the run that writes them knows of them, by
the number that the batch has until then. At the end they become a draft in one short transaction, or they are taken
away again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from django.db import connection, transaction
from django.db.models import F, Max

from marketplace.firms.services import record_event

from ..drafting import Proposal, next_number, require_preparer, write_lines
from ..models import Action, Batch, BatchState, Change, Entry, EntryState, ImportRun, RegulatedList
from ..querysets import UNFINISHED

LINES_AT_ONCE = 250
FIRST_UNFINISHED = 1_000_000_000
"""Beyond any batch number; the run's key is added."""
Written = Callable[[int], None]


class TakenAway(Exception):
    """Another attempt has taken away what this one has written."""


def write_unfinished(run: ImportRun, proposals: Sequence[Proposal], written: Written) -> Batch:
    """Write all lines. `written` is called in the transaction of each portion, with the lines so far."""
    require_preparer(run.actor)
    take_away(run)
    batch = Batch.with_unfinished.create(
        regulated_list=run.regulated_list, number=FIRST_UNFINISHED + run.pk, state=UNFINISHED,
        title_zh=run.name, title_en=run.name, prepared_by=run.actor,
    )  # fmt: skip
    sequence = 0
    for start in range(0, len(proposals), LINES_AT_ONCE):
        portion = proposals[start : start + LINES_AT_ONCE]
        begun = time.monotonic()
        with transaction.atomic():
            _lock(batch)
            write_lines(batch, portion, position=start, sequence=sequence, state=UNFINISHED)
            written(start + len(portion))
        sequence += sum(each.entry is None for each in portion)
        _let_others_write(time.monotonic() - begun)
    return batch


def finish(run: ImportRun, batch: Batch) -> Batch:
    """The unfinished batch becomes a draft. Call it inside a transaction, in which the list is locked."""
    _lock(batch)
    regulated_list: RegulatedList = batch.regulated_list
    last = regulated_list.entries.aggregate(last=Max("sequence"))["last"] or 0
    added = Change.objects.filter(batch=batch, action=Action.ADD).order_by()
    new = Entry.with_unfinished.filter(state=UNFINISHED, pk__in=added.values("entry"))
    new.update(state=EntryState.APPLIED, sequence=F("sequence") + last)
    batch.state, batch.number = BatchState.DRAFT, next_number(regulated_list)
    batch.save(update_fields=["state", "number"])
    record_event(actor=run.actor, verb="batch.opened", subject=batch)
    record_event(actor=run.actor, verb="batch.lines_added", subject=batch, change=str(batch.changes.count()))
    return batch


def take_away(run: ImportRun) -> None:
    """What an attempt of this run has left unfinished, if any."""
    for batch in Batch.with_unfinished.filter(state=UNFINISHED, number=FIRST_UNFINISHED + run.pk):
        _delete(batch)


def take_away_forgotten() -> int:
    """For the clock: what runs left that were cancelled or ended in an error; returns how many batches."""
    unfinished = list(Batch.with_unfinished.filter(state=UNFINISHED))
    runs = ImportRun.objects.filter(state__in=ImportRun.WORKING).values_list("pk", flat=True)
    kept = {FIRST_UNFINISHED + key for key in runs}
    return sum(_delete(batch) for batch in unfinished if batch.number not in kept)


def _lock(batch: Batch) -> None:
    if Batch.with_unfinished.select_for_update().filter(pk=batch.pk, state=UNFINISHED).first() is None:
        raise TakenAway


def _delete(batch: Batch) -> bool:
    """The lines in portions, the batch with the last: who is still writing notices at the next portion.

    False where it was gone, or had become a draft, before.
    """
    try:
        while True:
            begun = time.monotonic()
            if _delete_portion(batch):
                return True
            _let_others_write(time.monotonic() - begun)
    except TakenAway:
        return False


@transaction.atomic
def _delete_portion(batch: Batch) -> bool:
    """Whether the batch itself went, because no line of it was left."""
    _lock(batch)
    keys = list(batch.changes.order_by("pk").values_list("pk", "entry")[:LINES_AT_ONCE])
    if not keys:
        batch.delete()
        return True
    Change.objects.filter(pk__in=[key for key, _entry in keys]).delete()
    Entry.with_unfinished.filter(pk__in=[entry for _key, entry in keys], state=UNFINISHED).delete()
    return False


def _let_others_write(took_s: float) -> None:
    """Who waits for SQLite asks again ten times a second: leave as long as was taken."""
    if connection.vendor == "sqlite":
        time.sleep(took_s)
