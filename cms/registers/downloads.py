"""A list on a day as a file: the page's own question, every row of the answer."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from .filters import RegisterFilter
from .formats import CONTENT_TYPES, as_csv, as_json, as_xlsx
from .models import ListColumn, RegulatedList
from .rows import FOR_FILES, facts_of, rows_of

ROWS_AT_ONCE = 2000
LAYOUT = "1"
"""Raise it when the columns or their order change: files that readers keep are then fetched anew."""
HEADINGS = {
    "sequence": _("No."),
    "name_zh": _("name in Chinese"),
    "name_en": _("name in English"),
    "credit_code": _("unified social credit code"),
    "reference": _("reference"),
    "province": _("province or region"),
    "address": _("address"),
    "scope_zh": _("scope in Chinese"),
    "scope_en": _("scope in English"),
    "capacity_t_per_year": _("capacity, t/year"),
    "standing": _("standing"),
    "listed_since": _("listed since"),
    "valid_from": _("valid from"),
    "valid_before": _("no longer valid from"),
    "remarks_zh": _("remarks in Chinese"),
    "remarks_en": _("remarks in English"),
}


@require_safe
def download(request: HttpRequest, slug: str, kind: str) -> HttpResponseBase:
    """`headings=zh-hans` or `headings=en` writes the first row for readers; without it the names are stable."""
    if kind not in CONTENT_TYPES:
        raise Http404
    regulated_list = get_object_or_404(RegulatedList.objects.prefetch_related("columns"), slug=slug)
    asked = RegisterFilter(request.GET, regulated_list)
    if not asked.form.is_valid():
        return HttpResponse(_refusal(asked), status=400, content_type="text/plain; charset=utf-8")
    changed = asked.stamp.published_at
    etag = _etag(request, asked, kind, changed)
    # What the list says “today” bears another day tomorrow; on a named day only a publication changes it.
    modified = int(changed.timestamp()) if changed and asked.day_named else None
    response = get_conditional_response(request, etag=etag, last_modified=modified) or _file(request, asked, kind)
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"  # kept, but asked for each time
    if modified:
        response["Last-Modified"] = http_date(modified)
    return response


def _refusal(asked: RegisterFilter) -> str:
    return "\n".join(f"{name}: {problem}" for name, problems in asked.form.errors.items() for problem in problems)


def _etag(request: HttpRequest, asked: RegisterFilter, kind: str, changed: dt.datetime | None) -> str:
    """Changes with the question, the day, the newest publication and the names; that is all a file depends on."""
    regulated_list = asked.regulated_list
    names = [(each.slug, each.name_zh, each.name_en, each.unit) for each in regulated_list.columns.all()]
    names.append((regulated_list.slug, regulated_list.name_zh, regulated_list.name_en, ""))
    parts = [LAYOUT, kind, regulated_list.pk, asked.day, changed, sorted(request.GET.lists()), names]
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def _file(request: HttpRequest, asked: RegisterFilter, kind: str) -> HttpResponseBase:
    name = f"{asked.regulated_list.slug}-{asked.day}.{kind}"
    if request.method == "HEAD":
        response: HttpResponseBase = HttpResponse(content_type=CONTENT_TYPES[kind])
    else:
        response = _WRITERS[kind](request, asked)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _csv(request: HttpRequest, asked: RegisterFilter) -> HttpResponseBase:
    columns = list(asked.regulated_list.columns.all())
    text = as_csv(_headings(columns, request.GET.get("headings", "")), _lines(asked, columns))
    return StreamingHttpResponse(text, content_type=CONTENT_TYPES["csv"])


def _xlsx(request: HttpRequest, asked: RegisterFilter) -> HttpResponseBase:
    columns = list(asked.regulated_list.columns.all())
    headings = _headings(columns, request.GET.get("headings", ""))
    file = as_xlsx(asked.regulated_list.slug, headings, _lines(asked, columns))
    return FileResponse(file, content_type=CONTENT_TYPES["xlsx"])


def _json(request: HttpRequest, asked: RegisterFilter) -> HttpResponseBase:
    regulated_list = asked.regulated_list
    head = {"list": regulated_list.slug, "name_zh": regulated_list.name_zh, "name_en": regulated_list.name_en}
    rows = facts(asked, list(regulated_list.columns.all()))
    text = as_json(head | {"as_of": asked.day}, rows)
    return StreamingHttpResponse(text, content_type=CONTENT_TYPES["json"])


_WRITERS: dict[str, Callable[[HttpRequest, RegisterFilter], HttpResponseBase]] = {
    "csv": _csv, "xlsx": _xlsx, "json": _json,
}  # fmt: skip


def facts(asked: RegisterFilter, columns: list[ListColumn]) -> Iterator[dict[str, Any]]:
    """All that was found under its stable names, read some hundred rows at a time."""
    for start in range(0, len(asked.keys), ROWS_AT_ONCE):
        for row in rows_of(asked.keys[start : start + ROWS_AT_ONCE].tolist(), asked.day, FOR_FILES):
            yield facts_of(row, columns)


def _lines(asked: RegisterFilter, columns: list[ListColumn]) -> Iterator[Iterable[Any]]:
    names = _names(columns)
    return ([row[name] for name in names] for row in facts(asked, columns))


def _names(columns: list[ListColumn]) -> list[str]:
    return [*HEADINGS, *(column.slug for column in columns if column.slug not in HEADINGS)]


def _headings(columns: list[ListColumn], language: str) -> list[str]:
    if language not in dict(settings.LANGUAGES):
        return _names(columns)
    with override(language):
        own = {column.slug: _with_unit(column) for column in columns}
        return [str(HEADINGS.get(name) or own[name]) for name in _names(columns)]


def _with_unit(column: ListColumn) -> str:
    return f"{column.name} ({column.unit})" if column.unit else column.name
