"""Objections against what is on public notice, and their answers."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.errors import Incomplete, NotAllowed, WrongState
from marketplace.firms.models import User
from marketplace.firms.services import record_event, save_clean

from .models import Batch, BatchState, Change, Objection
from .querysets import may_decide


@transaction.atomic
def object_to(*, batch: Batch, change: Change | None, name: str, contact: str, text: str) -> Objection:
    """Anyone may object, without an account, while the notice runs."""
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    today = timezone.localdate()
    if batch.state != BatchState.NOTICE or batch.notice_from is None or batch.notice_to is None:
        raise WrongState(_("This batch is not on public notice."), code="no_notice")
    if not batch.notice_from <= today <= batch.notice_to:
        raise WrongState(_("The notice has ended; objections are no longer taken."), code="notice_over")
    if change is not None and change.batch_id != batch.pk:
        raise WrongState
    objection = Objection(batch=batch, change=change, name=name, contact=contact, text=text)
    save_clean(objection)
    record_event(actor=None, verb="objection.received", subject=batch)
    return objection


@transaction.atomic
def answer_objection(*, actor: User, objection: Objection, upheld: bool, answer: str) -> Objection:
    """Uphold it, which holds the line back, or dismiss it; either way with an answer that is published."""
    if not may_decide(actor):
        raise NotAllowed
    if not answer.strip():
        raise Incomplete(_("Give the answer."), field="answer")
    objection = Objection.objects.select_for_update().get(pk=objection.pk)
    if objection.state != Objection.State.OPEN or objection.batch.state != BatchState.NOTICE:
        raise WrongState
    _settle(objection, actor, upheld, answer)
    record_event(actor=actor, verb=f"objection.{objection.state}", subject=objection.batch, change=objection.name)
    return objection


def _settle(objection: Objection, actor: User, upheld: bool, answer: str) -> None:
    values: dict[str, Any] = {
        "state": Objection.State.UPHELD if upheld else Objection.State.DISMISSED,
        "answer": answer,
        "answered_by": actor,
        "answered_at": timezone.now(),
    }
    for name, value in values.items():
        setattr(objection, name, value)
    save_clean(objection)
    if upheld:
        held = Change.objects.filter(batch=objection.batch)
        if objection.change is not None:
            held = held.filter(pk=objection.change.pk)
        held.update(state=Change.State.HELD)
