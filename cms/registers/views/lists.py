from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..filters import AcrossFilter, RegisterFilter, page_number
from ..models import Batch, BatchState, ListKind, RegulatedList
from ..reading import lists_with_counts
from ..rows import table_of, table_of_all
from ..structured import dataset

SHOWN_BATCHES = 8


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All lists by kind, with how many stand on each today, and what is on public notice."""
    counted = lists_with_counts()
    kinds = [(label, [each for each in counted if each.list.kind == kind]) for kind, label in ListKind.choices]
    notices = Batch.objects.filter(state=BatchState.NOTICE).select_related("regulated_list").order_by("notice_to")
    context = {
        "kinds": [(label, lists) for label, lists in kinds if lists],
        "notices": notices,
        "form": AcrossFilter(None).form,
        "today": timezone.localdate(),
    }
    return render(request, "registers/register_index.html", context)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """A firm by any of its names, on any list, whether it still stands there or not."""
    asked = AcrossFilter(request.GET)
    context: dict[str, Any] = {"form": asked.form}
    if asked.form.is_valid() and asked.form.cleaned_data["q"].strip():
        page = page_number(request.GET.get("page", ""))
        context["table"] = table_of_all(asked.keys, timezone.localdate(), page=page)
        context["words"] = asked.form.cleaned_data["q"]
    return render(request, "registers/register_search.html", context)


@require_safe
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """What a list says on a day."""
    regulated_list = get_object_or_404(RegulatedList.objects.prefetch_related("columns"), slug=slug)
    asked = RegisterFilter(request.GET, regulated_list)
    batches = Batch.objects.filter(regulated_list=regulated_list).select_related("regulated_list")
    newest = batches.filter(state=BatchState.EFFECTIVE).order_by("-effective_on", "-number")[:SHOWN_BATCHES]
    context: dict[str, Any] = {
        "list": regulated_list,
        "form": asked.form,
        "crumbs": [(_("Registers"), reverse("registers:index")), (str(regulated_list), "")],
        "notices": batches.filter(state=BatchState.NOTICE),
        "batches": newest,
        "changes": sorted({batch.effective_on for batch in newest}, reverse=True),
        "first_day": asked.stamp.first_day,
        "today": asked.today,
        "structured": dataset(request, regulated_list),
    }
    if asked.form.is_valid():
        context |= _found(request, asked)
    return render(request, "registers/register_detail.html", context)


def _found(request: HttpRequest, asked: RegisterFilter) -> dict[str, Any]:
    page = page_number(request.GET.get("page", ""))
    return {
        "table": table_of(asked.regulated_list, asked.keys, asked.day, page=page),
        "day": asked.day,
        "narrowed": asked.narrowed,
        "rectifying": 0 if asked.narrowed else asked.rectifying,
        "asked": _asked(request),
    }


def _asked(request: HttpRequest) -> str:
    """The question without its page, for the downloads."""
    parameters = request.GET.copy()
    parameters.pop("page", None)
    return parameters.urlencode()
