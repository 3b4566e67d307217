"""Who sees which facts of a listing: the ladder public → members → matched → party, and the grid cell for places."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from marketplace.firms.querysets import Viewer, acts_for_all

from .models import Listing, Visibility

LADDER = (Visibility.PUBLIC, Visibility.MEMBERS, Visibility.MATCHED, Visibility.PARTY)


@dataclass(frozen=True)
class Disclosure:
    """What one viewer may see of one listing. Coordinates are WGS-84 degrees.

    `exact_place` also answers for the site's name and park: the firm's own page shows them beside its name, so they
    are hidden where the name is, even of a site whose place is public.
    """

    price: bool
    firm: bool
    evidence: bool
    private: bool
    exact_place: bool
    latitude: float
    longitude: float
    firm_label: str


def disclose(listing: Listing, viewer: Viewer, *, own_firms: frozenset[int], matched: bool = False) -> Disclosure:
    """`own_firms` are the keys of the viewer's firms; `matched` is true where one of them is matched with it."""
    own = acts_for_all(viewer) or listing.firm_id in own_firms
    rung = _rung(viewer, matched) if not own else len(LADDER)
    firm_shown = LADDER.index(Visibility(listing.firm_visibility)) <= rung
    site = listing.site
    exact = own or (site.location_public and firm_shown)
    latitude, longitude = (site.latitude, site.longitude) if exact else site.cell_centre
    return Disclosure(
        price=LADDER.index(Visibility(listing.price_visibility)) <= rung,
        firm=firm_shown,
        evidence=LADDER.index(Visibility(listing.evidence_visibility)) <= rung,
        private=own,
        exact_place=exact,
        latitude=latitude,
        longitude=longitude,
        firm_label=listing.firm.name if firm_shown else anonymous_name(listing),
    )


def own_firms(viewer: Viewer) -> frozenset[int]:
    if not viewer.is_authenticated:
        return frozenset()
    return frozenset(viewer.memberships.values_list("firm", flat=True))


def anonymous_name(listing: Listing) -> str:
    region = listing.site.region
    if listing.is_offer:
        return _("a holder in %(region)s") % {"region": region} if region else _("a holder")
    return _("a recycler in %(region)s") % {"region": region} if region else _("a recycler")


def _rung(viewer: Viewer, matched: bool) -> int:
    if matched:
        return LADDER.index(Visibility.MATCHED)
    return LADDER.index(Visibility.MEMBERS) if viewer.is_authenticated else LADDER.index(Visibility.PUBLIC)
