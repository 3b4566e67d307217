from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.errors import DomainError
from marketplace.form_errors import add_domain_error

from ..announcing import counts_of, groups_of
from ..filters import page_number
from ..forms import ObjectionForm
from ..limiting import require_room
from ..models import Batch, BatchState, Objection
from ..objecting import object_to
from ..wording import ACTION_TITLES, initials


@require_safe
def batch(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The announcement of a batch, to read, to print, and while its notice runs to object to."""
    shown = _visible(request, slug, number)
    line = request.GET.get("line", "")[:8]
    return _page(request, shown, ObjectionForm(initial={"line": line if line.isdecimal() else ""}, batch=shown))


@require_POST
def object_to_batch(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    shown = _visible(request, slug, number)
    form = ObjectionForm(request.POST, batch=shown)
    if not form.is_valid() or not _taken(request, shown, form):
        return _page(request, shown, form)
    messages.success(request, _("Your objection has been received. It is answered before anything takes effect."))
    return redirect(shown)


def _visible(request: HttpRequest, slug: str, number: int) -> Batch:
    batches = Batch.objects.visible_to(request.user).select_related("regulated_list")
    return get_object_or_404(batches, regulated_list__slug=slug, number=number)


def _taken(request: HttpRequest, batch: Batch, form: ObjectionForm) -> bool:
    """What fell into the trap is told the same as everybody, and is not kept."""
    if form.is_trapped:
        return True
    try:
        require_room(request, batch)
        object_to(batch=batch, **form.values())
    except DomainError as error:
        add_domain_error(form, error)
        return False
    return True


def _page(request: HttpRequest, batch: Batch, form: ObjectionForm) -> HttpResponse:
    groups, page = groups_of(batch, page_number(request.GET.get("page", "")))
    regulated_list = batch.regulated_list
    context: dict[str, Any] = {
        "batch": batch,
        "list": regulated_list,
        "crumbs": [
            (_("Registers"), reverse("registers:index")),
            (str(regulated_list), regulated_list.get_absolute_url()),
            (_("Batch %(number)s") % {"number": batch.number}, ""),
        ],
        "groups": groups,
        "counts": [(ACTION_TITLES[action], count) for action, count in counts_of(batch).items()],
        "page": page,
        "answered": _answered(batch),
        "waiting": batch.objections.filter(state=Objection.State.OPEN).count(),
        "open": _is_open(batch),
        "form": form,
    }
    return render(request, "registers/batch_detail.html", context)


def _answered(batch: Batch) -> list[tuple[Objection, str]]:
    """Objections with their answers, and the initials of who objected."""
    answered = batch.objections.exclude(state=Objection.State.OPEN).select_related("change")
    return [(objection, initials(objection.name)) for objection in answered.order_by("received_at")]


def _is_open(batch: Batch) -> bool:
    first, last = batch.notice_from, batch.notice_to
    on_notice = batch.state == BatchState.NOTICE and first is not None and last is not None
    return on_notice and first <= timezone.localdate() <= last
