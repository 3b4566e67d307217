"""One listing with all that this viewer may see, and its documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.fields import kind_of
from marketplace.firms.models import Event
from marketplace.firms.models.places import GRID_DEGREES
from marketplace.firms.querysets import Viewer
from marketplace.pictures.figures import figure, money
from marketplace.pictures.life_line import Event as LifeEvent
from marketplace.pictures.reach_map import Reach, ReachPoint

from ..disclosure import Disclosure, disclose, own_firms
from ..hints import hints_of
from ..match_facts import WITHOUT_MATCHING, MatchFacts
from ..models import Evidence, Listing, ListingLimit, ListingProperty
from ..wording import change_words, event_words, price_words
from .mine import MineRow

MOST_EVENTS = 30
CONTENT_TYPES = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg"}


@dataclass(frozen=True)
class Measure:
    """One row of the table of figures or limits."""

    property: Any
    value: str
    basis: str
    note: str


@require_safe
def listing_detail(request: HttpRequest, pk: int, matches: MatchFacts = WITHOUT_MATCHING) -> HttpResponse:
    listing = visible_listing(request.user, pk)
    shown = _disclosed(listing, request.user, matches)
    measures = list(_ranges(listing) if listing.is_offer else _limits(listing))
    context = {
        "listing": listing,
        "shown": shown,
        "price": price_words(listing) if shown.price else None,
        "codes": listing.listing_codes.select_related("code"),
        "measures": measures,
        "own_properties": any(measure.property.to_verify for measure in measures),
        "documents": listing.evidence.all(),
        "hints": hints_of(listing),
        "unwanted": listing.excluded_materials.all(),
        "reach": reach_of(listing, shown),
        "events": list(life_of(listing, shown)),
        "actions": _actions(listing, request.user),
    }
    return render(request, "listings/listing_detail.html", context)


@require_safe
def evidence_download(request: HttpRequest, pk: int, matches: MatchFacts = WITHOUT_MATCHING) -> FileResponse:
    """A document to those who may see it, always as a download: what others sent is never shown as a page of ours."""
    evidence = get_object_or_404(Evidence, pk=pk)
    listing = visible_listing(request.user, evidence.listing_id)
    if not _disclosed(listing, request.user, matches).evidence:
        raise Http404
    try:
        file = evidence.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    content_type = CONTENT_TYPES.get(kind_of(file), "application/octet-stream")
    return FileResponse(file, as_attachment=True, filename=PurePath(evidence.file.name).name, content_type=content_type)


def visible_listing(viewer: Viewer, pk: int) -> Listing:
    """404 for a draft of another firm, as for one that does not exist."""
    return get_object_or_404(Listing.objects.visible_to(viewer).for_rows().select_related("region"), pk=pk)


def _disclosed(listing: Listing, viewer: Viewer, matches: MatchFacts) -> Disclosure:
    matched = viewer.is_authenticated and matches.is_matched(listing, viewer)
    return disclose(listing, viewer, own_firms=own_firms(viewer), matched=matched)


def reach_of(listing: Listing, shown: Disclosure) -> Reach:
    """The place, or the grid cell it lies in, and the distance that pays for the material."""
    radius = listing.max_distance_km or (listing.material.economic_radius_km if listing.material else None)
    label = listing.site.name if shown.exact_place else shown.firm_label
    cell = None if shown.exact_place else GRID_DEGREES
    point = ReachPoint(
        shown.latitude, shown.longitude, listing.kind, label, float(listing.quantity_t_per_year), cell_deg=cell
    )
    return Reach(shown.latitude, shown.longitude, label, (float(radius),) if radius else (), (point,))


def life_of(listing: Listing, shown: Disclosure) -> Iterator[LifeEvent]:
    """Names and particulars only for the firm itself."""
    for event in Event.objects.about(listing)[:MOST_EVENTS]:
        actor = (str(event.actor) if event.actor else _("the system")) if shown.private else shown.firm_label
        yield LifeEvent(event.at, actor, event_words(event.verb), change_words(event) if shown.private else "")


def _ranges(listing: Listing) -> Iterator[Measure]:
    for row in listing.properties.select_related("property"):
        yield Measure(row.property, range_text(row), row.get_basis_display() if row.basis else "", _origin(row))


def range_text(row: ListingProperty) -> str:
    if row.low == row.high:
        return figure(row.typical)
    ends = _("%(low)s to %(high)s") % {"low": figure(row.low), "high": figure(row.high)}
    return _("%(range)s, typically %(typical)s") % {"range": ends, "typical": figure(row.typical)}


def _origin(row: ListingProperty) -> str:
    words = [_("measured") if row.measured else _("estimated"), row.method, str(row.sampled_on or "")]
    return " · ".join(word for word in words if word)


def _limits(listing: Listing) -> Iterator[Measure]:
    for row in listing.limits.select_related("property"):
        yield Measure(row.property, limit_text(row), "", _strictness(row, listing))


def limit_text(row: ListingLimit) -> str:
    """`≤ 5`, `≥ 45` or `45 to 60`."""
    if row.minimum is None:
        return f"≤ {figure(row.maximum)}"
    if row.maximum is None:
        return f"≥ {figure(row.minimum)}"
    return _("%(low)s to %(high)s") % {"low": figure(row.minimum), "high": figure(row.maximum)}


def _strictness(row: ListingLimit, listing: Listing) -> str:
    if row.hard:
        return _("must hold")
    amount = money(row.deduction_per_unit, listing.currency, "t")
    unit = row.property.unit
    if unit:
        return _("may be missed: %(amount)s off for each %(unit)s outside") % {"amount": amount, "unit": unit}
    return _("may be missed: %(amount)s off for each unit outside") % {"amount": amount}


def _actions(listing: Listing, viewer: Viewer) -> MineRow | None:
    """What the viewer may do with it, or nothing."""
    if not Listing.objects.editable_by(viewer).filter(pk=listing.pk).exists():
        return None
    return MineRow(listing, price="", matches=None, due=False, editable=True)
