"""Up to four listings side by side, property by property."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from marketplace.firms.querysets import Viewer
from marketplace.pictures.figures import figure, tonnes

from ..disclosure import own_firms
from ..filters import SearchFilter, measured_from
from ..match_facts import WITHOUT_MATCHING, MatchFacts
from ..models import Evidence, Listing, ListingLimit, ListingProperty
from ..models.materials import Form
from ..rows import ListingRow, row_for
from ..search import search
from ..search.query import Level, SearchQuery
from ..search.results import Hit
from .detail import limit_text
from .found import confirmed_words, cost_words, distance_words

MOST = 4


@dataclass(frozen=True)
class Cell:
    """Either `text`, or the three figures of a range; `note` says on which basis they stand."""

    text: str = ""
    figures: tuple[str, str, str] | None = None
    note: object = ""


HIDDEN = Cell(note=gettext_lazy("not shown to you"))


@dataclass(frozen=True)
class Line:
    """One fact of all listings. It `differs` where two of them state different things."""

    label: object
    cells: Sequence[Cell]
    unit: str = ""

    @property
    def differs(self) -> bool:
        return len({(cell.text, cell.figures) for cell in self.cells if cell.text or cell.figures}) > 1


@require_safe
def compare(request: HttpRequest, matches: MatchFacts = WITHOUT_MATCHING) -> HttpResponse:
    keys = list(dict.fromkeys(key for key in request.GET.getlist("listing") if _is_key(key)))
    filterset = SearchFilter(request.GET, viewer=request.user)
    filterset.form.is_valid()
    near = measured_from(filterset.form.cleaned_data)
    rows = compared_rows(keys[:MOST], request.user, matches)
    hits = hits_of(rows, request.user, near)
    context = {
        "rows": rows,
        "facts": list(fact_lines(rows, hits)),
        "figures": list(figure_lines([row.listing for row in rows])),
        "kinds": len({row.listing.material_id or row.listing.use_id for row in rows}),
        "left_out": max(0, len(keys) - MOST),
        "gone": len(keys[:MOST]) - len(rows),
        "near": near,
        "form": filterset.form,
        "most": MOST,
    }
    return render(request, "listings/compare.html", context)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 16


def compared_rows(keys: Sequence[str], viewer: Viewer, matches: MatchFacts) -> list[ListingRow]:
    """In the order asked for; what is not on the market or not the viewer's to see is left out."""
    visible = Listing.objects.open_on(timezone.localdate()).visible_to(viewer).for_rows()
    listings = visible.prefetch_related("evidence", "codes").in_bulk([int(key) for key in keys])
    firms = own_firms(viewer)
    return [
        row_for(
            listings[key], viewer, firms, matched=viewer.is_authenticated and matches.is_matched(listings[key], viewer)
        )
        for key in map(int, keys)
        if key in listings
    ]


def hits_of(rows: Sequence[ListingRow], viewer: Viewer, near: Any) -> Mapping[int, Hit]:
    """Distance and cost of each, measured as the search measures."""
    if not rows or near is None:
        return {}
    only = frozenset(row.listing.pk for row in rows)
    query = SearchQuery(today=timezone.localdate(), level=Level.of(viewer), near=near.place, only=only)
    return {hit.listing: hit for hit in search(query).hits}


def fact_lines(rows: Sequence[ListingRow], hits: Mapping[int, Hit]) -> Iterator[Line]:
    today = timezone.localdate()
    found = [(row, row.listing, hits.get(row.listing.pk)) for row in rows]

    def line(label: object, texts: Iterator[object]) -> Line:
        return Line(label, [Cell(str(text or "")) for text in texts])

    yield line(_("Kind"), (listing.get_kind_display() for _row, listing, _hit in found))
    yield line(_("Material"), (listing.material or listing.use for _row, listing, _hit in found))
    yield line(_("Firm"), (row.firm_label for row, _listing, _hit in found))
    yield line(_("Quantity, a year"), (tonnes(listing.quantity_t_per_year) for _row, listing, _hit in found))
    yield Line(_("Price"), [Cell(row.price) if row.shown.price else HIDDEN for row in rows])
    if hits:
        yield line(_("Distance"), (_distance(row, hit) for row, _listing, hit in found))
        yield line(_("Landed cost"), (_cost(listing, hit) for _row, listing, hit in found))
    yield line(_("Form"), (_form(listing) for _row, listing, _hit in found))
    yield line(_("Waste codes"), (_codes(listing) for _row, listing, _hit in found))
    yield line(_("Legal status"), (capfirst(listing.get_legal_status_display()) for _row, listing, _hit in found))
    yield line(_("Data quality"), (_("%(level)s of 3") % {"level": row.listing.quality_level} for row, *_rest in found))
    yield Line(_("Documents"), [Cell(_documents(row)) if row.shown.evidence else HIDDEN for row in rows])
    yield line(_("Confirmed"), (confirmed_words(listing.confirmed_on, today) for _row, listing, _hit in found))


def _distance(row: ListingRow, hit: Hit | None) -> str:
    return distance_words(hit.distance_km, exact=row.shown.exact_place) if hit else ""


def _cost(listing: Listing, hit: Hit | None) -> str:
    return cost_words(listing, hit.landed_per_t) if hit else ""


def _form(listing: Listing) -> str:
    """The material's usual form where none is stated."""
    form = listing.form or (listing.material.form if listing.material else "")
    return capfirst(dict(Form.choices).get(form, ""))


def _codes(listing: Listing) -> str:
    return ", ".join(code.code_display for code in listing.codes.all())


def _documents(row: ListingRow) -> str:
    kinds = dict(Evidence.Kind.choices)
    present = {document.kind for document in row.listing.evidence.all()}
    return ", ".join(str(label) for kind, label in kinds.items() if kind in present) or _("none")


def figure_lines(listings: Sequence[Listing]) -> Iterator[Line]:
    """A line for each property that any of them states, in the order of the properties. Two queries."""
    cells: defaultdict[Any, dict[int, Cell]] = defaultdict(dict)
    for row in ListingProperty.objects.filter(listing__in=listings).select_related("property"):
        cells[row.property][row.listing_id] = _range_cell(row)
    for limit in ListingLimit.objects.filter(listing__in=listings).select_related("property"):
        cells[limit.property][limit.listing_id] = Cell(limit_text(limit), note="" if limit.hard else _("may be missed"))
    for property in sorted(cells, key=lambda property: (property.position, property.pk)):
        held = cells[property]
        yield Line(property.name, [held.get(listing.pk, Cell()) for listing in listings], property.unit)


def _range_cell(row: ListingProperty) -> Cell:
    notes = (row.get_basis_display() if row.basis else "", _("measured") if row.measured else _("estimated"))
    return Cell(
        figures=(figure(row.low), figure(row.typical), figure(row.high)), note=" · ".join(filter(None, map(str, notes)))
    )
