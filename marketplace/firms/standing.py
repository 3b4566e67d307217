"""What a firm shows of itself to one viewer, and what its record still lacks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from .models import Firm, Recognition, Site
from .querysets import Viewer

SHOWN_LISTINGS = 10


@dataclass(frozen=True)
class Gap:
    """Something a firm should add, with the page to do it on."""

    text: str
    url: str


@dataclass(frozen=True)
class ShownSite:
    """A site as one viewer may see it: WGS-84 degrees of the place, or of the middle of its grid cell."""

    site: Site
    exact: bool
    latitude: float
    longitude: float

    @property
    def place(self) -> str:
        parts = (self.site.park, self.site.region, self.site.address)
        return " · ".join(str(part) for part in parts if part)

    @property
    def latitude_text(self) -> str:
        return self._degrees(self.latitude)

    @property
    def longitude_text(self) -> str:
        return self._degrees(self.longitude)

    def _degrees(self, degrees: float) -> str:
        """Five decimals are a metre; a cell's middle has two."""
        return f"{degrees:.5f}" if self.exact else f"{degrees:.2f}"


def gaps(firm: Firm) -> list[Gap]:
    """Read from a firm whose sites are prefetched."""
    found = []
    if not firm.sites.all():
        found.append(Gap(_("Add a site: a listing needs a place."), reverse("firms:site_add", args=[firm.pk])))
    change_url = reverse("firms:change", args=[firm.pk])
    if not firm.credit_code and not firm.registry_id:
        found.append(Gap(_("Add the registration number, so that others know who you are."), change_url))
    if not firm.nace_id and not firm.gbt_4754:
        found.append(Gap(_("Add the industry."), change_url))
    return found


def shown_sites(firm: Firm, *, inside: bool) -> list[ShownSite]:
    """All sites: exact for the firm's own people and where the firm says so, otherwise only the grid cell."""
    sites = firm.sites.select_related("park__region", "region__parent")
    return [_shown(site, exact=inside or site.location_public) for site in sites]


def valid_recognitions(firm: Firm, day: dt.date) -> QuerySet[Recognition]:
    return firm.recognitions.valid_on(day)


def listings_naming(firm: Firm, viewer: Viewer, *, inside: bool) -> QuerySet[Any]:
    """Published listings in which this viewer may read the firm's name: the others must not give it away here."""
    published = firm.listings.published().for_rows()
    if inside:
        return published
    rungs = ("public", "members") if viewer.is_authenticated else ("public",)
    return published.filter(firm_visibility__in=rungs)


def is_inside(firm: Firm, viewer: Viewer) -> bool:
    """True for its members, and for those who act on behalf of every firm."""
    return Firm.objects.of_members(viewer).filter(pk=firm.pk).exists()


def _shown(site: Site, *, exact: bool) -> ShownSite:
    latitude, longitude = (site.latitude, site.longitude) if exact else site.public_place
    return ShownSite(site=site, exact=exact, latitude=latitude, longitude=longitude)
