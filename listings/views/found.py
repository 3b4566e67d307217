"""What was found, ready for the template: rows with distance and cost, facets with counts, chips, orders, pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.firms.models.places import GRID_DEGREES
from marketplace.firms.querysets import Viewer
from marketplace.pictures.figures import figure, money
from marketplace.pictures.reach_map import ReachPoint

from ..disclosure import own_firms
from ..facet_words import labels_of, order_of
from ..models import Listing
from ..rows import ListingRow, row_for
from ..search.facets import FACETS, Facet
from ..search.query import LAST_PAGE, SearchQuery
from ..search.results import Found, Hit

SHOWN_AT_ONCE = 6
OPEN_FACETS = frozenset({"family", "status", "quantity", "price"})


@dataclass(frozen=True)
class SearchRow:
    """A listing found. `distance` and `cost` are empty where nothing is measured."""

    row: ListingRow
    distance: str
    cost: str
    confirmed: str

    @property
    def listing(self) -> Listing:
        return self.row.listing

    @property
    def can_hide(self) -> bool:
        """Hiding a firm whose name is not shown would tell which listings are its."""
        return self.row.shown.firm and not self.row.own


@dataclass(frozen=True)
class FacetOption:
    value: str
    label: str
    count: int
    checked: bool


@dataclass(frozen=True)
class FacetGroup:
    """One facet with its values: `first` are shown at once, `more` on demand."""

    name: str
    label: object
    first: Sequence[FacetOption]
    more: Sequence[FacetOption]
    open: bool


def rows_of(found: Found, query: SearchQuery, viewer: Viewer) -> list[SearchRow]:
    """In the order of the hits; what left the market a moment ago is left out. Two queries."""
    listings = Listing.objects.open_on(query.today).for_rows().in_bulk([hit.listing for hit in found.hits])
    firms = own_firms(viewer)
    return [
        _row(row_for(listings[hit.listing], viewer, firms), hit, query.today)
        for hit in found.hits
        if hit.listing in listings
    ]


def _row(row: ListingRow, hit: Hit, today: dt.date) -> SearchRow:
    return SearchRow(
        row=row,
        distance=distance_words(hit.distance_km, exact=row.shown.exact_place),
        cost=cost_words(row.listing, hit.landed_per_t),
        confirmed=confirmed_words(row.listing.confirmed_on, today),
    )


def distance_words(distance_km: float | None, *, exact: bool) -> str:
    if distance_km is None:
        return ""
    kilometres = {"km": figure(distance_km, 0 if distance_km >= 10 else 1)}
    return _("%(km)s km away") % kilometres if exact else _("about %(km)s km away") % kilometres


def cost_words(listing: Listing, landed_per_t: float | None) -> str:
    """Who pays whom once the haulage is paid: at the searcher's gate for an offer, delivered there for a need."""
    if landed_per_t is None:
        return ""
    amount = {"amount": money(round(abs(landed_per_t)), settings.LOOPYARD_BASE_CURRENCY, "t")}
    if listing.is_offer:
        words = _("you pay %(amount)s at your gate"), _("you are paid %(amount)s at your gate")
    else:
        words = _("delivering costs you %(amount)s"), _("delivering earns you %(amount)s")
    return words[round(landed_per_t) < 0] % amount


def confirmed_words(confirmed_on: dt.date | None, today: dt.date) -> str:
    if confirmed_on is None:
        return ""
    days = (today - confirmed_on).days
    if days <= 0:
        return _("confirmed today")
    return ngettext("confirmed %(days)s day ago", "confirmed %(days)s days ago", days) % {"days": days}


def pages_of(found: Found, query: SearchQuery) -> Page[int]:
    """The pages as a paginator counts them, up to the last one that is shown."""
    numbers = range(min(found.total, LAST_PAGE * query.page_size))
    return Paginator(numbers, query.page_size).get_page(query.page)


def points_of(rows: Iterable[SearchRow]) -> tuple[ReachPoint, ...]:
    """The rows as marks of the still map, each at the place that the viewer may know."""
    return tuple(
        ReachPoint(
            row.row.shown.latitude,
            row.row.shown.longitude,
            row.listing.kind,
            row.listing.title,
            float(row.listing.quantity_t_per_year),
            cell_deg=None if row.row.shown.exact_place else GRID_DEGREES,
        )
        for row in rows
    )


def facets_of(found: Found, chosen: Mapping[str, frozenset[str]]) -> list[FacetGroup]:
    """Facets that hold something; a chosen value is there even when it brings nothing. One query a reference table."""
    groups = (_group(facet, found.counts.get(facet.name, {}), chosen.get(facet.name, frozenset())) for facet in FACETS)
    return [group for group in groups if group.first]


def _group(facet: Facet, counts: Mapping[str, int], chosen: frozenset[str]) -> FacetGroup:
    options = list(_options(facet.name, counts, chosen))
    cut = len(options) if order_of(facet.name) else SHOWN_AT_ONCE
    first = [option for place, option in enumerate(options) if place < cut or option.checked]
    more = [option for option in options[cut:] if not option.checked]
    return FacetGroup(facet.name, facet.label, first, more, bool(chosen) or facet.name in OPEN_FACETS)


def _options(facet: str, counts: Mapping[str, int], chosen: frozenset[str]) -> Iterator[FacetOption]:
    values = [value for value in counts if value] + [value for value in sorted(chosen) if value not in counts]
    labels = labels_of(facet, values)
    fixed = {value: place for place, value in enumerate(order_of(facet))}
    known = [value for value in values if value in labels and (counts.get(value) or value in chosen)]
    for value in sorted(known, key=lambda value: (fixed.get(value, 0), -counts.get(value, 0), labels[value])):
        yield FacetOption(value, labels[value], counts.get(value, 0), value in chosen)
