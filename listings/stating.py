"""What a firm states of its listing, and what follows from it by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.units import per_year

from .models import Listing

# What `values` may hold; state, firm, dates, quality and revision are the services' own to write.
STATED = frozenset(
    {
        "site", "material", "use", "title_zh", "title_en", "description", "form",
        "legal_status", "status_decision", "status_expires_on", "source_process",
        "quantity_amount", "quantity_period", "variability_percent", "stock_t", "stock_on",
        "available_from", "available_to", "min_lot_t", "max_lot_t", "packing",
        "price_per_t", "currency", "negotiable", "disposal_route", "disposal_cost_per_t", "max_landed_per_t",
        "scope", "region", "max_distance_km", "listed_only", "accepts_hazardous", "min_quality_level",
        "blend_allowed",
        "price_visibility", "firm_visibility", "evidence_visibility",
    }
)  # fmt: skip


def state_facts(listing: Listing, values: Mapping[str, Any]) -> None:
    """Put the values on the listing, unsaved, with its tonnes a year and the public place of its site."""
    if foreign := values.keys() - STATED:
        raise ValueError(f"not for the caller to write: {sorted(foreign)}")
    for field, value in values.items():
        setattr(listing, field, value)
    if listing.quantity_amount is not None and listing.quantity_period:
        listing.quantity_t_per_year = per_year(listing.quantity_amount, listing.quantity_period)
    if listing.site_id:
        listing.latitude, listing.longitude = listing.site.public_place
