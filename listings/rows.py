"""Listings as rows of a list: what this viewer may see of each, ready for the template."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from marketplace.firms.querysets import Viewer

from .disclosure import Disclosure, disclose, own_firms
from .models import Listing
from .wording import price_line


@dataclass(frozen=True)
class ListingRow:
    listing: Listing
    firm_label: str  # names the region where it hides the name
    place: str
    price: str
    own: bool
    shown: Disclosure

    @property
    def family(self) -> str:
        """The slug of the drawing to show."""
        material = self.listing.material
        if material is None:
            return "mixed"
        return material.pictogram or (material.parent.slug if material.parent else material.slug)


def rows_for(listings: Iterable[Listing], viewer: Viewer) -> list[ListingRow]:
    """`listings` come from `for_rows()`. One query more, for the viewer's firms."""
    firms = own_firms(viewer)
    return [row_for(listing, viewer, firms) for listing in listings]


def row_for(listing: Listing, viewer: Viewer, firms: frozenset[int], *, matched: bool = False) -> ListingRow:
    shown = disclose(listing, viewer, own_firms=firms, matched=matched)
    return ListingRow(
        listing=listing,
        firm_label=shown.firm_label,
        place=str(listing.site.region) if shown.firm and listing.site.region else "",
        price=price_line(listing) if shown.price else "",
        own=listing.firm_id in firms,
        shown=shown,
    )
