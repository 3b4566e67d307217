"""The write layer of imports: started with a file, made a draft of, resumed after a break, cancelled."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketplace.errors import NotAllowed, WrongState
from marketplace.firms.models import User

from ..models import ImportRun, ImportState, RegulatedList
from ..querysets import may_prepare
from .background import begin
from .keeping import forget_all
from .working import folder_of

STEM_BYTES = 180
"""File systems count bytes, of which a Chinese character takes three; most allow 255 for the whole name."""


@transaction.atomic
def start_run(*, actor: User, regulated_list: RegulatedList, file: File[Any], name: str) -> ImportRun:
    """Keep the file and begin to look at it. The register stays as it is."""
    _require_preparer(actor)
    run = ImportRun(regulated_list=regulated_list, name=_short(name))
    run.file.save(run.name, file, save=False)
    _set_going(actor, run)
    return run


@transaction.atomic
def make_draft(*, actor: User, run: ImportRun) -> ImportRun:
    """Begin to make a draft batch of what was found."""
    run = _locked(actor, run)
    if run.state != ImportState.READY:
        raise WrongState
    run.state, run.rows_done, run.rows_total, run.message = ImportState.DRAFTING, 0, run.differences, ""
    run.attempts += 1
    _set_going(actor, run)
    return run


@transaction.atomic
def resume_run(*, actor: User, run: ImportRun) -> ImportRun:
    """Go on with a run whose process is gone: the step that was cut off begins again."""
    run = _locked(actor, run)
    if not run.is_broken_off:
        raise WrongState(_("This import is being worked on."))
    if run.state != ImportState.DRAFTING:
        run.state = ImportState.WAITING
    run.rows_done = 0
    run.attempts += 1
    _set_going(actor, run)
    return run


@transaction.atomic
def cancel_run(*, actor: User, run: ImportRun) -> ImportRun:
    """End it and forget its file. The register has not changed; what is done stays done."""
    run = _locked(actor, run)
    if run.state in (ImportState.DONE, ImportState.CANCELLED):
        raise WrongState
    folder = folder_of(run) if run.file else None
    run.state, run.file = ImportState.CANCELLED, ""
    run.save()
    if folder:
        transaction.on_commit(lambda: forget_all(folder))
    return run


def _set_going(actor: User, run: ImportRun) -> None:
    run.actor, run.language, run.heartbeat_at, run.job = actor, get_language() or "", timezone.now(), ""
    run.save()
    transaction.on_commit(lambda: begin(run))


def _short(name: str) -> str:
    """The name without its folder; a long one keeps its end, which says what kind of file it is."""
    path = PurePath(name.replace("\\", "/"))
    return f"{path.stem.encode()[:STEM_BYTES].decode(errors='ignore')}{path.suffix[:10]}"


def _locked(actor: User, run: ImportRun) -> ImportRun:
    _require_preparer(actor)
    locked: ImportRun = ImportRun.objects.select_for_update().get(pk=run.pk)
    return locked


def _require_preparer(actor: User) -> None:
    if not may_prepare(actor):
        raise NotAllowed(_("Only those who keep the registers may do this."))
