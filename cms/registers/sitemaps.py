"""What search engines are told: every public page of the registers, and where not to look."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.sitemaps import Sitemap, views
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from .models import Batch, EntryVersion, RegulatedList


class Lists(Sitemap):
    def items(self) -> QuerySet[RegulatedList]:
        return RegulatedList.objects.order_by("pk")


class Batches(Sitemap):
    limit = 5000

    def items(self) -> QuerySet[Batch]:
        return Batch.objects.public().select_related("regulated_list").order_by("pk")

    def lastmod(self, batch: Batch) -> dt.datetime:
        return batch.published_at or batch.created_at


class Entries(Sitemap):
    limit = 5000

    def items(self) -> QuerySet[EntryVersion]:
        return EntryVersion.objects.newest().order_by("pk").values_list("regulated_list__slug", "entry", "valid_from")

    def location(self, item: tuple[str, int, dt.date]) -> str:
        return reverse("registers:entry", args=item[:2])

    def lastmod(self, item: tuple[str, int, dt.date]) -> dt.date:
        return item[2]


# Doors and desks: of no use to anybody who seeks, and empty without an account.
CLOSED = ("/accounts/", "/admin/", "/cms/", "/i18n/", "/documents/")
SECTIONS: dict[str, Any] = {"lists": Lists, "batches": Batches, "entries": Entries}


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    return views.index(
        request, SECTIONS, template_name="registers/sitemap_index.xml", sitemap_url_name="registers:sitemap"
    )


@require_safe
def section(request: HttpRequest, section: str) -> HttpResponseBase:
    return views.sitemap(request, SECTIONS, section=section, template_name="registers/sitemap.xml")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Which addresses crawlers leave alone, and where the sitemap is."""
    sitemap = request.build_absolute_uri(reverse("registers:sitemaps"))
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), "", f"Sitemap: {sitemap}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
