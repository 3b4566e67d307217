"""Batches in the back office: what each one changes, and the steps from a draft to the day it takes effect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton

from marketplace.firms.models import Event, User

from .. import drafting, services
from ..models import Action, Batch, BatchState, Change, Entry
from ..querysets import may_decide, may_prepare
from .columns import day_column
from .forms import BatchForm, LineForm, NewBatchForm, NoticeForm, PublishForm, ReasonForm
from .pages import OfficeIndex, form_page, run, told_in_form
from .policies import KeepersPolicy
from .verbs import told

LINES_A_PAGE = 100


@dataclass(frozen=True)
class Step:
    """A button on the page of a batch: who sees it in which states, what it asks for, and which service it calls."""

    label: Any
    said: Any
    service: Callable[..., Any]
    may: Callable[[User], bool]
    states: tuple[str, ...]
    form: type[forms.Form] = forms.Form
    grave: bool = False

    def is_open_to(self, user: User, batch: Batch) -> bool:
        return batch.state in self.states and self.may(user)


STEPS = {
    "submit": Step(
        gettext_lazy("Submit for review"), gettext_lazy("The batch is under review."),
        services.submit_batch, may_prepare, (BatchState.DRAFT,),
    ),
    "notice": Step(
        gettext_lazy("Put on public notice"), gettext_lazy("The batch is on public notice."),
        services.put_on_notice, may_decide, (BatchState.REVIEW,), NoticeForm,
    ),
    "publish": Step(
        gettext_lazy("Let it take effect"), gettext_lazy("The batch is in effect."),
        services.publish_batch, may_decide, (BatchState.REVIEW, BatchState.NOTICE), PublishForm,
    ),
    "return": Step(
        gettext_lazy("Return to those who prepare"), gettext_lazy("The batch is a draft again."),
        services.return_batch, may_decide, (BatchState.REVIEW,), ReasonForm,
    ),
    "refuse": Step(
        gettext_lazy("Refuse for good"), gettext_lazy("The batch is refused."),
        services.refuse_batch, may_decide, (BatchState.DRAFT, BatchState.REVIEW, BatchState.NOTICE), ReasonForm,
        grave=True,
    ),
}  # fmt: skip


class BatchPage(generic.InspectView):
    template_name = "cms/office/batch.html"
    page_title = gettext_lazy("Batch")

    def get_object(self, queryset: QuerySet[Any] | None = None) -> Batch:
        return _visible(self.request, int(self.pk))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        batch = self.object
        steps = _steps(self.request.user, batch)
        changes = batch.changes.select_related("entry").prefetch_related("facts__column").order_by("action", "position")
        return super().get_context_data(**kwargs) | {
            "batch": batch,
            "counts": _counts(batch),
            "lines": Paginator(changes, LINES_A_PAGE).get_page(self.request.GET.get("page")),
            "objections": batch.objections.select_related("change"),
            "steps": steps,
            "media": sum((each["form"].media for each in steps), forms.Media()),
            "editable": batch.state == BatchState.DRAFT and may_prepare(self.request.user),
            "events": told(Event.objects.about(batch)),
        }


def _visible(request: HttpRequest, pk: int) -> Batch:
    """Batches that are not public are for the keepers of the registers, and so is this office."""
    if not (may_prepare(request.user) or may_decide(request.user)):
        raise PermissionDenied
    batches = Batch.objects.visible_to(request.user).select_related("regulated_list", "prepared_by")
    batch: Batch = get_object_or_404(batches, pk=pk)
    return batch


def _steps(user: User, batch: Batch) -> list[dict[str, Any]]:
    return [
        {"name": name, "step": step, "form": _form_of(step, name, batch)}
        for name, step in STEPS.items()
        if step.is_open_to(user, batch) and not _waits(name, batch)
    ]


def _waits(name: str, batch: Batch) -> bool:
    """While the notice runs nothing can take effect, so the button is not there either."""
    return name == "publish" and batch.notice_to is not None and batch.notice_to >= timezone.localdate()


def _form_of(step: Step, name: str, batch: Batch, posted: Any = None) -> forms.Form:
    """After a notice the day is fixed and nothing is left to ask."""
    wanted = forms.Form if name == "publish" and batch.state == BatchState.NOTICE else step.form
    return wanted(posted, prefix=name)


def _counts(batch: Batch) -> list[tuple[str, int]]:
    counted = batch.changes.order_by().values_list("action").annotate(number=Count("pk"))
    return [(str(Action(action).label), number) for action, number in counted]


@require_http_methods(["GET", "POST"])
def open_batch(request: HttpRequest) -> HttpResponse:
    if not may_prepare(request.user):
        raise PermissionDenied
    form = NewBatchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["regulated_list"]
        batch = told_in_form(
            form, lambda: drafting.open_batch(actor=request.user, regulated_list=chosen, values=form.values())
        )
        if batch:
            return redirect("register_batches:inspect", batch.pk)
    return form_page(request, form, title=_("New batch"), crumbs=_crumbs())


@require_http_methods(["GET", "POST"])
def change_batch(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _visible(request, pk)
    form = BatchForm(request.POST or None, instance=batch)
    if request.method == "POST" and form.is_valid():
        values, seen = form.changes()
        step = partial(drafting.change_batch, actor=request.user, batch=batch, values=values, seen=seen)
        if told_in_form(form, step):
            return redirect("register_batches:inspect", pk)
    return form_page(request, form, title=_("What is said of it"), crumbs=_crumbs(batch))


@require_http_methods(["GET", "POST"])
def add_line(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _visible(request, pk)
    columns = list(batch.regulated_list.columns.all())
    form = LineForm(request.POST or None, initial=request.GET.dict(), columns=columns)
    if request.method == "POST" and form.is_valid() and _propose(request, batch, form):
        messages.success(request, _("The line is added."))
        return redirect("register_batches:inspect", pk)
    return form_page(request, form, title=_("Add a line"), crumbs=_crumbs(batch), button=_("Add the line"))


def _propose(request: HttpRequest, batch: Batch, form: LineForm) -> Any:
    number = form.cleaned_data.get("entry_number")
    entry = Entry.objects.filter(regulated_list=batch.regulated_list_id, sequence=number).first() if number else None
    if number and entry is None:
        form.add_error("entry_number", _("There is no entry with this number on the list."))
        return None
    reasons = {name: form.cleaned_data[name] for name in ("reason_zh", "reason_en")}
    proposal = drafting.Proposal(form.cleaned_data["action"], entry, form.facts(), form.own(), **reasons)
    return told_in_form(form, lambda: drafting.propose_line(actor=request.user, batch=batch, proposal=proposal))


@require_POST
def drop_line(request: HttpRequest, pk: int, change: int) -> HttpResponse:
    batch = _visible(request, pk)
    run(
        request, drafting.drop_change, _("The line is taken out."),
        change=get_object_or_404(Change.objects.filter(batch=batch), pk=change),
    )  # fmt: skip
    return redirect("register_batches:inspect", pk)


@require_POST
def take_step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Back to the batch; a step that asks for something and is refused shows its form again, as it was filled in."""
    batch = _visible(request, pk)
    step = STEPS.get(name)
    if step is None:
        raise Http404
    form = _form_of(step, name, batch, request.POST)
    if not form.fields:
        run(request, step.service, str(step.said), batch=batch)
        return redirect("register_batches:inspect", pk)
    if form.is_valid() and told_in_form(
        form, lambda: step.service(actor=request.user, batch=batch, **form.cleaned_data)
    ):
        messages.success(request, str(step.said))
        return redirect("register_batches:inspect", pk)
    return form_page(request, form, title=str(step.label), crumbs=_crumbs(batch), button=step.label)


def _crumbs(batch: Batch | None = None) -> list[tuple[str, str]]:
    crumbs = [(_("Batches"), reverse("register_batches:index"))]
    return [*crumbs, (str(batch), reverse("register_batches:inspect", args=[batch.pk]))] if batch else crumbs


class BatchIndex(OfficeIndex):
    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("regulated_list")

    @property
    def header_buttons(self) -> list[HeaderButton]:
        if not may_prepare(self.request.user):
            return []
        return [HeaderButton(_("New batch"), url=reverse("register_batches:open"), icon_name="plus")]


class BatchViewSet(ModelViewSet):
    model = Batch
    name = "register_batches"
    url_prefix = "registers/batches"
    icon = "list-ul"
    menu_label = gettext_lazy("Batches")
    permission_policy = KeepersPolicy(Batch)
    index_view_class = BatchIndex
    inspect_view_class = BatchPage
    inspect_view_enabled = True
    copy_view_enabled = False
    form_fields = ("title_zh",)
    list_display = ("__str__", "state", day_column(Batch, "notice_to"), day_column(Batch, "effective_on"))
    list_filter = ("regulated_list", "state")
    search_fields = ("title_zh", "title_en", "announcement")
    ordering = "-pk"

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("open/", open_batch, name="open"),
            path("<int:pk>/change/", change_batch, name="change"),
            path("<int:pk>/lines/add/", add_line, name="add_line"),
            path("<int:pk>/lines/<int:change>/drop/", drop_line, name="drop_line"),
            path("<int:pk>/<slug:name>/", take_step, name="step"),
        ]
