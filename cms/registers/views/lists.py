from __future__ import annotations

from typing import Any

from django.db.models import Count, Max, Min, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..filters import AcrossFilter, RegisterFilter, page_number
from ..models import Batch, BatchState, EntryVersion, ListKind, RegulatedList, Standing
from ..reading import lists_with_counts
from ..rows import table_of, table_of_all
from ..structured import dataset

SHOWN_BATCHES = 8


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All lists by kind, with how many stand on each today, and what is on public notice."""
    counted = lists_with_counts()
    kinds = [(label, [each for each in counted if each.kind == kind]) for kind, label in ListKind.choices]
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
        context["table"] = table_of_all(asked.qs, timezone.localdate(), page=page)
        context["words"] = asked.form.cleaned_data["q"]
    return render(request, "registers/register_search.html", context)


@require_safe
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """What a list says on a day."""
    regulated_list = get_object_or_404(RegulatedList.objects.prefetch_related("columns"), slug=slug)
    asked = RegisterFilter(request.GET, regulated_list)
    batches = Batch.objects.filter(regulated_list=regulated_list).select_related("regulated_list")
    effective = batches.filter(state=BatchState.EFFECTIVE)
    context: dict[str, Any] = {
        "list": regulated_list,
        "form": asked.form,
        "crumbs": [(_("Registers"), reverse("registers:index")), (str(regulated_list), "")],
        "notices": batches.filter(state=BatchState.NOTICE),
        "batches": effective.order_by("-effective_on", "-number")[:SHOWN_BATCHES],
        "days": effective.aggregate(first=Min("effective_on"), last=Max("effective_on")),
        "today": timezone.localdate(),
        "structured": dataset(request, regulated_list),
    }
    if asked.form.is_valid():
        context |= _found(request, asked)
    return render(request, "registers/register_detail.html", context)


def _found(request: HttpRequest, asked: RegisterFilter) -> dict[str, Any]:
    page = page_number(request.GET.get("page", ""))
    counts = {} if asked.narrowed else _counts(asked)
    table = table_of(
        asked.regulated_list, asked.qs, asked.day, sought=asked.sought, page=page, count=counts.get("total")
    )
    return {
        "table": table,
        "day": asked.day,
        "narrowed": asked.narrowed,
        "rectifying": counts.get("rectifying"),
        "asked": _asked(request),
    }


def _counts(asked: RegisterFilter) -> dict[str, int]:
    """How many stood on the whole list on the day, and how many of them were to rectify: from the index alone."""
    on_the_day = EntryVersion.objects.of(asked.regulated_list).on(asked.day).order_by()
    to_rectify = Count("entry", filter=Q(standing=Standing.RECTIFY))
    return on_the_day.aggregate(total=Count("entry"), rectifying=to_rectify)


def _asked(request: HttpRequest) -> str:
    """The question without its page, for the downloads."""
    parameters = request.GET.copy()
    parameters.pop("page", None)
    return parameters.urlencode()
