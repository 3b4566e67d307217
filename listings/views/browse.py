"""The public list: newest first, narrowed by a few questions."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ..filters import ListingFilter
from ..models import Listing
from .rows import ListingRow, rows_for

ROWS_A_PAGE = 25
LAST_PAGE = 200


@dataclass(frozen=True)
class Slice:
    """A page that knows only whether there is another: counting everything would cost more than showing it."""

    rows: list[ListingRow]
    number: int
    has_next: bool

    @property
    def previous_number(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next_number(self) -> int | None:
        return self.number + 1 if self.has_next and self.number < LAST_PAGE else None


@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    found = Listing.objects.open_on(timezone.localdate()).for_rows().order_by("-published_at", "-pk")
    filtered = ListingFilter(request.GET, queryset=found)
    number = page_number(request.GET.get("page", ""))
    start = (number - 1) * ROWS_A_PAGE
    listings = list(filtered.qs[start : start + ROWS_A_PAGE + 1]) if filtered.form.is_valid() else []
    page = Slice(rows_for(listings[:ROWS_A_PAGE], request.user), number, len(listings) > ROWS_A_PAGE)
    context = {"page": page, "form": filtered.form, "kind": request.GET.get("kind", "")}
    return render(request, "listings/listing_browse.html", context)


def page_number(text: str) -> int:
    """1 for anything that is not a page."""
    return min(max(int(text), 1), LAST_PAGE) if text.isdecimal() and len(text) < 6 else 1
