"""The work on an import: reading and comparing its file, and making the draft of what was found.

It runs in the background and may be cut off at any moment. Each step begins anew without harm: looking changes
nothing, and a draft becomes one in the transaction that says it is done. Until then nobody sees its lines.
"""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from marketplace.errors import DomainError
from marketplace.firms.models import Event
from matching.spreadsheets import UnreadableFile

from ..drafting import Proposal
from ..models import Batch, ImportRun, ImportState, RegulatedList
from .comparing import preview
from .keeping import forget_all, forget_lines, keep, kept_proposals
from .portions import TakenAway, finish, take_away, write_unfinished
from .telling import DRAFTING, SAY_EVERY_S


class Stopped(Exception):
    """The run was cancelled, or another has taken it over."""


class RegisterChanged(Exception):
    """What was found by comparing no longer holds."""


class Beat:
    """Writes how far the work is, at most once a second, and by that learns whether it is still wanted."""

    def __init__(self, run: ImportRun) -> None:
        self.run = run
        self._beaten_at, self._stage = 0.0, ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if stage == self._stage and now - self._beaten_at < SAY_EVERY_S:
            return
        self._beaten_at, self._stage = now, stage
        self.write(state=stage, rows_done=done, rows_total=total)

    def write(self, **values: Any) -> None:
        mine = ImportRun.objects.filter(pk=self.run.pk, attempts=self.run.attempts, state__in=ImportRun.WORKING)
        if not mine.update(**{"heartbeat_at": timezone.now()} | values):
            raise Stopped


def work_on(run: ImportRun) -> None:
    """One step of the run: the draft, where that was asked for, else the look at the file."""
    beat = Beat(run)
    try:
        with translation.override(run.language):
            _draft(run, beat) if run.state == ImportState.DRAFTING else _look(run, beat)
    except Stopped:
        return
    finally:
        # What ended in an error says so at once instead of after a silence.
        ImportRun.objects.filter(pk=run.pk, attempts=run.attempts, state__in=ImportRun.WORKING).update(
            heartbeat_at=None
        )


def _look(run: ImportRun, beat: Beat, message: str = "") -> None:
    stamp = register_stamp(run.regulated_list)
    try:
        found = preview(Path(run.file.path), run.regulated_list, beat)
    except (UnreadableFile, DomainError) as error:
        beat.write(state=ImportState.FAILED, message=str(error), file="")
        forget_all(folder_of(run))
        return
    beat.write()
    keep(folder_of(run), found)
    counts = {**found.counts(), "passed_over": len(found.passed_over), "unused_columns": ", ".join(found.ignored)}
    state = ImportState.READY if found.differences else ImportState.DONE
    beat.write(state=state, register_stamp=stamp, message=message, **counts)


def _draft(run: ImportRun, beat: Beat) -> None:
    try:
        batch = write_unfinished(run, _proposals(run, beat), partial(_say_written, run, beat))
        with transaction.atomic():
            _require_unchanged(run)
            beat.write(state=ImportState.DONE, batch=finish(run, batch), message="")
    except (Stopped, TakenAway):
        _take_away_if_unwanted(run)
        raise Stopped from None
    except RegisterChanged:
        take_away(run)
        said = _("The register has changed since the file was compared. It was compared again; look once more.")
        _look(run, beat, said)
    except DomainError as error:
        take_away(run)
        beat.write(state=ImportState.READY, message=str(error.message))
    else:
        forget_lines(folder_of(run))


def _proposals(run: ImportRun, beat: Beat) -> list[Proposal]:
    proposals = []
    for proposal in kept_proposals(folder_of(run), run.regulated_list):
        proposals.append(proposal)
        beat(DRAFTING, 0, run.differences)
    if len(proposals) != run.differences or register_stamp(run.regulated_list) != run.register_stamp:
        raise RegisterChanged
    return proposals


def _say_written(run: ImportRun, beat: Beat, number: int) -> None:
    """With every portion, so that work which is wanted no more ends with the portion and leaves none of it."""
    beat.write(rows_done=number, rows_total=run.differences)


def _require_unchanged(run: ImportRun) -> None:
    RegulatedList.objects.select_for_update().get(pk=run.regulated_list_id)
    if register_stamp(run.regulated_list) != run.register_stamp:
        raise RegisterChanged


def _take_away_if_unwanted(run: ImportRun) -> None:
    """Of a cancelled run; another attempt at it takes away by itself what it finds."""
    if not ImportRun.objects.filter(pk=run.pk, state__in=ImportRun.WORKING).exists():
        take_away(run)


def register_stamp(regulated_list: RegulatedList) -> str:
    """Another one after every step of any batch of the list, because each step writes an event."""
    batches = Batch.objects.filter(regulated_list=regulated_list)
    events = Event.objects.filter(
        content_type=ContentType.objects.get_for_model(Batch), object_id__in=batches.order_by().values("pk")
    )
    said = events.order_by().aggregate(newest=Max("pk"), number=Count("pk"))
    return f"{said['number']}:{said['newest'] or 0}"


def folder_of(run: ImportRun) -> Path:
    return Path(run.file.path).parent
