"""What a firm shows of itself to one viewer, and what its record still lacks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from .models import Firm, Recognition, Site
from .querysets import Viewer

SHOWN_LISTINGS = 10
# Slug of a list → address of the firm's entry. The registers lie above and are handed down.
ListPages: TypeAlias = Callable[[Firm], Mapping[str, str]]


@dataclass(frozen=True)
class Gap:
    """Something a firm should add, with the page to do it on."""

    text: str
    url: str


@dataclass(frozen=True)
class ShownSite:
    """A site whose name, address and exact place the viewer may see."""

    site: Site

    @property
    def place(self) -> str:
        parts = (self.site.park, self.site.region, self.site.address)
        return " · ".join(str(part) for part in parts if part)

    @property
    def latitude_text(self) -> str:
        return _degrees(self.site.latitude)

    @property
    def longitude_text(self) -> str:
        return _degrees(self.site.longitude)


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
    """All sites for the firm's own people, and for others those whose place the firm makes public.

    Not even the grid cell of the rest: an anonymous listing shows the same cell and would have a name again.
    """
    sites = firm.sites.select_related("park__region", "region__parent")
    return [ShownSite(site) for site in sites if inside or site.location_public]


def hidden_site_count(firm: Firm, *, inside: bool) -> int:
    return 0 if inside else firm.sites.filter(location_public=False).count()


def without_registers(_firm: Firm) -> Mapping[str, str]:
    """For a site that keeps no published lists itself."""
    return {}


def recognitions_with_pages(firm: Firm, day: dt.date, pages: Mapping[str, str]) -> list[tuple[Recognition, str]]:
    """Where the firm stands on that day, each with the address of its entry, if this site keeps the list."""
    return [(recognition, pages.get(recognition.list_slug, "")) for recognition in firm.recognitions.valid_on(day)]


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


def _degrees(degrees: float) -> str:
    """Five decimals are a metre."""
    return f"{degrees:.5f}"
