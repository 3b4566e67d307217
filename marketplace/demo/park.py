"""Tells the story of the invented park: its firms, their offers and needs, their papers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from listings.models import Kind, Listing, ListingProperty
from listings.search.indexing import index_listings
from listings.services import CONFIRM_WITHIN, add_evidence, draft_listing, publish_listing
from marketplace.demo.papers import one_page_pdf
from marketplace.demo.park_firms import add_firms
from marketplace.demo.proposals import add_proposals
from marketplace.demo.story import Entry, Shelves, read_listings, with_dates
from marketplace.firms.models import Firm, Site, User

DUE_IN = dt.timedelta(days=3)
_DATES = {
    "available_from_day": "available_from",
    "available_to_day": "available_to",
    "stock_day": "stock_on",
}
# Columns of the story that are not fields of a listing, or are worked out from others.
_APART = frozenset({
    "key", "firm", "material", "use", "codes", "figures", "limits", "measured", "evidence", "left",
    "excluded_materials", *_DATES,
})  # fmt: skip


def is_loaded() -> bool:
    return Firm.objects.filter(source=Firm.Source.DEMO).exists()


@transaction.atomic
def load_park(*, officer: User, say: Callable[[str], None]) -> dict[str, Listing]:
    """All or nothing; returns the listings by their key in the story."""
    shelves, today = Shelves(), timezone.localdate()
    sites = add_firms(officer=officer, shelves=shelves, today=today)
    say(f"Park: {len(sites)} firms, each with a site")
    listings = {
        entry["key"]: _post(officer, kind, entry, sites[entry["firm"]], shelves, today)
        for kind, entry in read_listings()
    }
    offers = sum(listing.is_offer for listing in listings.values())
    say(f"Park: {offers} offers and {len(listings) - offers} needs")
    say(f"Park: {add_proposals(listings)} proposals")
    return listings


def _post(officer: User, kind: str, entry: Entry, site: Site, shelves: Shelves, today: dt.date) -> Listing:
    listing = draft_listing(
        actor=officer,
        firm=site.firm,
        kind=kind,
        values=_values(entry, site, shelves, today),
        codes=shelves.codes(entry.get("codes", ())),
        measures=_figures(entry, shelves, today) if kind == Kind.OFFER else _limits(entry, shelves),
        excluded_materials=[shelves.material(slug) for slug in entry.get("excluded_materials", ())],
    )
    for paper in entry.get("evidence", ()):
        _attach(officer, listing, paper, today)
    if entry.get("left") == "draft":
        return listing
    listing = publish_listing(actor=officer, listing=listing)
    if entry.get("left") == "due":
        _let_fall_due(listing, today)
    return listing


def _values(entry: Entry, site: Site, shelves: Shelves, today: dt.date) -> dict[str, Any]:
    values = {field: value for field, value in entry.items() if field not in _APART}
    values |= with_dates(entry, today, _DATES) | {"site": site}
    if "material" in entry:
        values["material"] = shelves.material(entry["material"])
    if "use" in entry:
        values["use"] = shelves.use(entry["use"])
    return values


def _figures(entry: Entry, shelves: Shelves, today: dt.date) -> list[dict[str, Any]]:
    """Measured figures were sampled a week before the report; all others are estimates."""
    measured = entry.get("measured", False)
    sampled_on = today + dt.timedelta(days=entry["evidence"][0]["dated_day"] - 7) if measured else None
    rows = []
    for slug, (low, typical, high) in entry.get("figures", {}).items():
        property = shelves.property(slug)
        values = {"low": low, "typical": typical, "high": high, "basis": property.basis_default}
        rows.append(values | {"property": property, "measured": measured, "sampled_on": sampled_on})
    return rows


def _limits(entry: Entry, shelves: Shelves) -> list[dict[str, Any]]:
    return [
        {
            "property": shelves.property(slug),
            "minimum": window.get("min"),
            "maximum": window.get("max"),
            "hard": "deduction" not in window,
            "deduction_per_unit": window.get("deduction", 0),
        }
        for slug, window in entry.get("limits", {}).items()
    ]


def _attach(officer: User, listing: Listing, paper: Entry, today: dt.date) -> None:
    dated_on = today + dt.timedelta(days=paper["dated_day"])
    file = ContentFile(one_page_pdf(_report(listing, dated_on)), name=f"report-{listing.pk}.pdf")
    values = {field: value for field, value in paper.items() if field != "dated_day"} | {"dated_on": dated_on}
    add_evidence(actor=officer, listing=listing, file=file, values=values)


def _report(listing: Listing, dated_on: dt.date) -> list[str]:
    heading = ["LABORATORY REPORT (invented, for demonstration only)", listing.title_en, f"Dated {dated_on}", ""]
    return heading + [_figure(row) for row in listing.properties.select_related("property")]


def _figure(row: ListingProperty) -> str:
    window = f"{row.low.normalize():f} to {row.high.normalize():f}"
    return f"{row.property.name_en}: {window}, typically {row.typical.normalize():f} {row.property.unit}"


def _let_fall_due(listing: Listing, today: dt.date) -> None:
    """As if it had been confirmed some months ago: no service turns the clock back."""
    confirm_by = today + DUE_IN
    Listing.objects.filter(pk=listing.pk).update(confirm_by=confirm_by, confirmed_on=confirm_by - CONFIRM_WITHIN)
    index_listings([listing.pk])
