"""The search page: filters, rows and map. With htmx only what was found is drawn anew."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from marketplace.pictures.hits_map import HitsMap

from ..filters import SearchFilter, measured_from, page_number, search_query
from ..forms.searching import MOST_VALUES, place_labels
from ..match_facts import WITHOUT_MATCHING, MatchFacts
from ..search import search
from ..search.facets import BY_NAME
from ..search.query import SearchQuery
from ..search.results import Found
from .asked import advice_for, chips_of, sorts_of
from .found import facets_of, pages_of, points_of, rows_of

OUTSIDE = ("site", "region")  # drawn by their widgets, outside the element of the form


@require_safe
def search_listings(request: HttpRequest, matches: MatchFacts = WITHOUT_MATCHING) -> HttpResponse:
    filterset = SearchFilter(request.GET, viewer=request.user)
    form = filterset.form
    for name in OUTSIDE:
        form.fields[name].widget.attrs["form"] = "search"
    context: dict[str, Any] = {"form": form, "kind": request.GET.get("kind", "")}
    context |= _answer(request, filterset, matches) if form.is_valid() else _kept(request)
    part = request.htmx and not request.htmx.history_restore_request
    response = render(request, "listings/_search_part.html" if part else "listings/search.html", context)
    patch_vary_headers(response, ("HX-Request",))
    return response


@require_safe
def suggest_places(request: HttpRequest) -> HttpResponse:
    """Options for the place field while it is typed in."""
    text = request.GET.get("place", "").replace("\0", "").strip()[:100]
    return render(request, "firms/_suggestions.html", {"labels": place_labels(text) if text else []})


def find_page(query: SearchQuery, number: int) -> tuple[SearchQuery, Found]:
    """The page asked for, or the last one where there are fewer."""
    asked = replace(query, page=number)
    found = search(asked)
    if found.hits or not found.total or number == 1:
        return asked, found
    last = replace(query, page=min(number - 1, -(-found.total // query.page_size)))
    return last, search(last)


def _answer(request: HttpRequest, filterset: SearchFilter, matches: MatchFacts) -> dict[str, Any]:
    asked = filterset.form.cleaned_data
    first = search_query(filterset, request.user, matches)
    query, found = find_page(first, page_number(request.GET.get("page", "")))
    rows = rows_of(found, query, request.user)
    chips = chips_of(asked, request.GET)
    return {
        "found": found,
        "rows": rows,
        "page": pages_of(found, query),
        "facets": facets_of(found, query.chosen),
        "chips": chips,
        "sorts": sorts_of(asked, request.user),
        "advice": [] if found.total else advice_for(query, asked, request.GET, search),
        "near": measured_from(asked),
        "hidden": len(query.hidden_firms),
        "map": _map(query, asked, rows),
        "base_currency": settings.LOOPYARD_BASE_CURRENCY,
    }


def _kept(request: HttpRequest) -> dict[str, Any]:
    """What was chosen besides the field that has to be mended."""
    pairs = [(name, value) for name in BY_NAME for value in request.GET.getlist(name)[:MOST_VALUES]]
    return {"kept": pairs, "map": HitsMap()}


def _map(query: SearchQuery, asked: dict[str, Any], rows: list[Any]) -> HitsMap:
    near = measured_from(asked)
    centre = (near.place.latitude, near.place.longitude) if near else None
    return HitsMap(points_of(rows), centre, near.name if near else "", query.radius_km)
