"""The registers for machines: the page's own parameters in, JSON out."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from .filters import RegisterFilter, page_number
from .models import ListColumn, RegulatedList
from .reading import lists_with_counts
from .rows import Row, facts_of, table_of

READABLE = {"ensure_ascii": False}
TOLD_OF_A_LIST = (
    "name_zh", "name_en", "kind", "country", "authority_zh", "authority_en", "legal_basis_zh", "legal_basis_en",
    "standard", "gives_right",
)  # fmt: skip


@require_safe
def lists(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"results": [_list(request, each) for each in lists_with_counts()]}, json_dumps_params=READABLE)


@require_safe
def entries(request: HttpRequest, slug: str) -> JsonResponse:
    """What the list says on `as_of`, today where it is left out. A parameter that cannot be read is named in a 400."""
    regulated_list = get_object_or_404(RegulatedList.objects.prefetch_related("columns"), slug=slug)
    asked = RegisterFilter(request.GET, regulated_list)
    problems: dict[str, Any] = dict(asked.form.errors) | _bad_page(request)
    if problems:
        return JsonResponse({"errors": problems}, status=400, json_dumps_params=READABLE)
    number = page_number(request.GET.get("page", ""))
    table = table_of(regulated_list, asked.qs, asked.day, sought=asked.sought, page=number)
    columns = list(regulated_list.columns.all())
    answer = {
        "list": regulated_list.slug,
        "as_of": asked.day,
        "total": table.page.paginator.count,
        "page": table.page.number,
        "pages": table.page.paginator.num_pages,
        "next": _address(request, table.page.number + 1) if table.page.has_next() else None,
        "previous": _address(request, table.page.number - 1) if table.page.has_previous() else None,
        "results": [_entry(request, row, columns) for row in table.rows],
    }
    return JsonResponse(answer, json_dumps_params=READABLE)


def _bad_page(request: HttpRequest) -> dict[str, list[str]]:
    text = request.GET.get("page", "1")
    return {} if text.isascii() and text.isdecimal() and text.strip("0") else {"page": ["A whole number from 1 on."]}


def _address(request: HttpRequest, number: int) -> str:
    parameters = request.GET.copy()
    parameters["page"] = str(number)
    return request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")


def _list(request: HttpRequest, regulated_list: Any) -> dict[str, object]:
    slug = regulated_list.slug
    return {
        "list": slug,
        **{name: getattr(regulated_list, name) for name in TOLD_OF_A_LIST},
        "standing_today": regulated_list.standing_count or 0,
        "changed_on": regulated_list.changed_on,
        "url": request.build_absolute_uri(regulated_list.get_absolute_url()),
        "entries": request.build_absolute_uri(reverse("registers:api_entries", args=[slug])),
    }


def _entry(request: HttpRequest, row: Row, columns: list[ListColumn]) -> dict[str, Any]:
    capacity = row.version.capacity_t_per_year
    facts = facts_of(row, columns) | {"capacity_t_per_year": None if capacity is None else float(capacity)}
    firm = row.version.entry.firm
    return facts | {
        "id": row.version.entry_id,
        "url": request.build_absolute_uri(row.version.get_absolute_url()),
        "firm": request.build_absolute_uri(firm.get_absolute_url()) if firm else None,
    }
