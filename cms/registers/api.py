"""The registers for machines: the page's own parameters in, JSON out."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from .filters import RegisterFilter, page_number
from .models import ListColumn, RegulatedList
from .reading import CountedList, lists_with_counts
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
    regulated_list = RegulatedList.objects.prefetch_related("columns").filter(slug=slug).first()
    if regulated_list is None:
        return _refused({"list": [_("There is no list %(slug)s.") % {"slug": slug}]}, status=404)
    asked = RegisterFilter(request.GET, regulated_list)
    problems: dict[str, Any] = dict(asked.form.errors) | _unknown(request, asked) | _bad_page(request)
    if problems:
        return _refused(problems)
    number = page_number(request.GET.get("page", ""))
    table = table_of(regulated_list, asked.keys, asked.day, page=number)
    if number > table.page.paginator.num_pages:
        return _refused({"page": [_("There are only %(pages)s pages.") % {"pages": table.page.paginator.num_pages}]})
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


def _refused(problems: dict[str, Any], status: int = 400) -> JsonResponse:
    return JsonResponse({"errors": problems}, status=status, json_dumps_params=READABLE)


def _unknown(request: HttpRequest, asked: RegisterFilter) -> dict[str, list[str]]:
    """A day under a misspelt name would be answered with today's list."""
    strangers = request.GET.keys() - asked.form.fields.keys() - {"page"}
    return {name: [_("There is no such parameter.")] for name in sorted(strangers)}


def _bad_page(request: HttpRequest) -> dict[str, list[str]]:
    text = request.GET.get("page", "1")
    return {} if text.isascii() and text.isdecimal() and text.strip("0") else {"page": [_("A whole number from 1 on.")]}


def _address(request: HttpRequest, number: int) -> str:
    parameters = request.GET.copy()
    parameters["page"] = str(number)
    return request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")


def _list(request: HttpRequest, counted: CountedList) -> dict[str, object]:
    slug = counted.list.slug
    return {
        "list": slug,
        **{name: getattr(counted.list, name) for name in TOLD_OF_A_LIST},
        "standing_today": counted.standing,
        "changed_on": counted.changed_on,
        "url": request.build_absolute_uri(counted.list.get_absolute_url()),
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
