"""The search for machines: the page's own parameters in, JSON out, with nothing that the page would not show."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from marketplace.firms.models.places import GRID_DEGREES
from marketplace.pictures.figures import figure, tonnes

from .disclosure import own_firms
from .filters import SearchFilter, page_number, search_query
from .match_facts import WITHOUT_MATCHING, MatchFacts
from .models import Listing
from .rows import ListingRow, row_for
from .search import clusters
from .search.query import Box
from .search.results import Cluster, Found, Hit
from .views.found import SearchRow, pages_of, rows_of
from .views.search import find_page

GREATEST_ZOOM = 18
MOST_CELLS_ACROSS = 64
SMALLEST_MARK_PX, LARGEST_MARK_PX = 12.0, 26.0


@require_safe
def listings(request: HttpRequest, matches: MatchFacts = WITHOUT_MATCHING) -> JsonResponse:
    filterset = SearchFilter(request.GET, viewer=request.user)
    if not filterset.form.is_valid():
        return _refused(filterset)
    query = search_query(filterset, request.user, matches)
    query, found = find_page(query, page_number(request.GET.get("page", "")))
    hits = {hit.listing: hit for hit in found.hits}
    rows = rows_of(found, query, request.user)
    return JsonResponse(
        {
            **_page(request, found, query),
            "base_currency": settings.LOOPYARD_BASE_CURRENCY,
            "corrections": [{"typed": each.typed, "used": list(each.used)} for each in found.corrections],
            "facets": {name: dict(counts) for name, counts in found.counts.items()},
            "results": [_result(request, row, hits[row.listing.pk]) for row in rows],
        }
    )


@require_safe
def map_clusters(request: HttpRequest, matches: MatchFacts = WITHOUT_MATCHING) -> JsonResponse:
    """What lies in `box` at `zoom`, gathered where it is close together."""
    filterset = SearchFilter(request.GET, viewer=request.user)
    if not filterset.form.is_valid():
        return _refused(filterset)
    query = search_query(filterset, request.user, matches)
    query = replace(query, box=query.box or Box(-90.0, -180.0, 90.0, 180.0), fits={})
    zoom = zoom_for(request.GET.get("zoom", ""), query.box)
    gathered = clusters(query, zoom)
    alone = Listing.objects.for_rows().in_bulk([each.listing for each in gathered if each.listing is not None])
    firms = own_firms(request.user)
    rows = {key: row_for(listing, request.user, firms) for key, listing in alone.items()}
    return JsonResponse({"zoom": zoom, "clusters": [_mark(each, rows) for each in gathered]})


def zoom_for(text: str, box: Box) -> int:
    """The zoom asked for, or the greatest at which the box holds a bearable number of cells."""
    width = (box.east - box.west) % 360 or 360.0
    bearable = int(math.log2(MOST_CELLS_ACROSS * 360 / max(width, box.north - box.south))) - 2
    asked = int(text) if text.isascii() and text.isdecimal() and len(text) < 3 else 0
    return max(0, min(asked, bearable, GREATEST_ZOOM))


def _refused(filterset: SearchFilter) -> JsonResponse:
    return JsonResponse({"errors": filterset.form.errors}, status=400)


def _page(request: HttpRequest, found: Found, query: Any) -> dict[str, object]:
    page = pages_of(found, query)
    ahead, back = page.has_next(), page.has_previous()
    return {
        "total": found.total,
        "page": page.number,
        "pages": page.paginator.num_pages,
        "next": _address(request, page.number + 1) if ahead else None,
        "previous": _address(request, page.number - 1) if back else None,
    }


def _address(request: HttpRequest, number: int) -> str:
    parameters = request.GET.copy()
    parameters["page"] = str(number)
    return request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")


def _result(request: HttpRequest, found: SearchRow, hit: Hit) -> dict[str, object]:
    row, listing = found.row, found.listing
    return {
        "id": listing.pk,
        "url": request.build_absolute_uri(listing.get_absolute_url()),
        "kind": listing.kind,
        "title": listing.title,
        "material": listing.material.slug if listing.material else None,
        "use": listing.use.slug if listing.use else None,
        "firm": row.firm_label,
        "region": listing.site.region.code if listing.site.region else None,
        **_place(row),
        "quantity_t_per_year": float(listing.quantity_t_per_year),
        "price_per_t": float(listing.price_per_t) if row.shown.price and listing.price_per_t is not None else None,
        "price_shown": row.shown.price,
        "currency": listing.currency,
        "distance_km": None if hit.distance_km is None else round(hit.distance_km, 1),
        "landed_cost_per_t": None if hit.landed_per_t is None else round(hit.landed_per_t, 2),
        "data_quality": listing.quality_level,
        "confirmed_on": listing.confirmed_on,
        "published_at": listing.published_at,
    }


def _place(row: ListingRow) -> dict[str, object]:
    """Of a hidden site the centre of its cell, with the size of the cell."""
    cell = None if row.shown.exact_place else GRID_DEGREES
    return {"latitude": row.shown.latitude, "longitude": row.shown.longitude, "cell_degrees": cell}


def _mark(cluster: Cluster, rows: Mapping[int, ListingRow]) -> dict[str, object]:
    row = rows.get(cluster.listing) if cluster.listing is not None else None
    count = cluster.offers + cluster.needs
    size = min(LARGEST_MARK_PX, SMALLEST_MARK_PX + 4 * math.log10(count)) if count else SMALLEST_MARK_PX
    mark: dict[str, object] = {
        "lat": cluster.latitude,
        "lon": cluster.longitude,
        "offers": cluster.offers,
        "needs": cluster.needs,
        "size": round(size, 1),
        "label": cluster_words(cluster),
    }
    return mark | _alone(row) if row else mark


def _alone(row: ListingRow) -> dict[str, object]:
    listing = row.listing
    facts = [row.firm_label, _("%(tonnes)s a year") % {"tonnes": tonnes(listing.quantity_t_per_year)}, row.price]
    return {
        "label": f"{listing.get_kind_display()}: {listing.title}",
        "title": listing.title,
        "facts": " · ".join(fact for fact in facts if fact),
        "url": listing.get_absolute_url(),
        "cell_deg": None if row.shown.exact_place else GRID_DEGREES,
    }


def cluster_words(cluster: Cluster) -> str:
    offers = ngettext("%(count)s offer", "%(count)s offers", cluster.offers) % {"count": figure(cluster.offers)}
    needs = ngettext("%(count)s need", "%(count)s needs", cluster.needs) % {"count": figure(cluster.needs)}
    parts = [offers] if cluster.offers else []
    parts += [needs] if cluster.needs else []
    return _("%(what)s, %(tonnes)s a year") % {
        "what": ", ".join(parts),
        "tonnes": tonnes(round(cluster.quantity_t_per_year)),
    }
