"""The first page of the back office: what waits for the person who looks at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from cms.registers.models import Batch, BatchState, Objection
from cms.registers.querysets import may_decide, may_prepare
from marketplace.firms.models import Permit, PermitState, User
from marketplace.firms.querysets import acts_for_all


@dataclass(frozen=True)
class Waiting:
    """One kind of work: how much of it there is, and where it is done."""

    label: str
    count: int
    url: str


def waiting_for(user: User) -> list[Waiting]:
    """Everything the person may do something about, also where nothing waits at the moment."""
    return [*_of_registers(user), *_of_permits(user)]


def _of_registers(user: User) -> Iterator[Waiting]:
    batches = reverse("register_batches:index")
    if may_prepare(user):
        drafts = Batch.objects.filter(state=BatchState.DRAFT).count()
        yield Waiting(_("Batches in preparation"), drafts, f"{batches}?state={BatchState.DRAFT}")
    if may_decide(user):
        reviewed = Batch.objects.filter(state=BatchState.REVIEW).count()
        yield Waiting(_("Batches to decide on"), reviewed, f"{batches}?state={BatchState.REVIEW}")
        noticed = Batch.objects.filter(state=BatchState.NOTICE).count()
        yield Waiting(_("Batches on public notice"), noticed, f"{batches}?state={BatchState.NOTICE}")
        asked = Objection.objects.filter(state=Objection.State.OPEN).count()
        objections = reverse("register_objections:index")
        yield Waiting(_("Objections without an answer"), asked, f"{objections}?state={Objection.State.OPEN}")


def _of_permits(user: User) -> Iterator[Waiting]:
    if acts_for_all(user):
        drafts = Permit.objects.filter(state=PermitState.DRAFT).count()
        url = reverse("permits:index")
        yield Waiting(_("Permits to verify"), drafts, f"{url}?state={PermitState.DRAFT}")


class WaitingPanel(Component):
    name = "waiting"
    template_name = "cms/office/waiting.html"
    order = 50

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        request = (parent_context or {})["request"]
        return {"waiting": waiting_for(request.user)}
