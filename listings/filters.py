"""What can be asked of the listings: one set of parameters for the search page, for saved searches and for the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import django_filters
from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.fields import NumberField
from marketplace.firms.models import Region, Site
from marketplace.firms.querysets import Viewer

from .forms.listing import SELECTABLE_REGIONS
from .forms.searching import BoxField, FacetField, NamedPlace, PlaceField, RegionField
from .hiding import hidden_firms
from .match_facts import WITHOUT_MATCHING, MatchFacts
from .models import Kind, Listing
from .search.facets import FACETS
from .search.query import LAST_PAGE, Level, Place, SearchQuery, Sort

LONGEST_WORDS = 200
LEAST_RADIUS_KM, GREATEST_RADIUS_KM = 5, 2000
NEEDS_PLACE = (Sort.DISTANCE, Sort.LANDED)
SORTS = {
    Sort.NEWEST: _("newest first"),
    Sort.DISTANCE: _("nearest first"),
    Sort.LANDED: _("lowest landed cost"),
    Sort.QUANTITY: _("largest quantity"),
    Sort.MATCH: _("best match with mine"),
}


class SearchForm(forms.Form):
    """Cleans the parameters, and what they say together."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("site") and cleaned.get("place"):
            self.add_error("place", _("Measure either from your site or from another place: clear one of the two."))
        measured = any(cleaned.get(name) or name in self.errors for name in ("site", "place"))
        if cleaned.get("radius") and not measured:
            self.add_error("place", _("A distance needs a place to be measured from: type one, or click on the map."))
        return cleaned


class PlaceFilter(django_filters.Filter):
    field_class = PlaceField


class DistanceFilter(django_filters.Filter):
    field_class = NumberField


class RegionFilter(django_filters.Filter):
    field_class = RegionField


class BoxFilter(django_filters.Filter):
    field_class = BoxField


class FacetFilter(django_filters.Filter):
    field_class = FacetField


class SearchFilter(django_filters.FilterSet):
    """Parameters are read through `form`; the listings are found by the search and not through `qs`.

    `viewer` decides which sites can be measured from.
    """

    q = django_filters.CharFilter(label=_("Words"), max_length=LONGEST_WORDS)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices)
    site = django_filters.ModelChoiceFilter(
        label=_("From my site"), queryset=Site.objects.none(), empty_label=_("no site of mine")
    )
    place = PlaceFilter(label=_("From a place"))
    radius = DistanceFilter(label=_("Within"), min_value=LEAST_RADIUS_KM, max_value=GREATEST_RADIUS_KM)
    region = RegionFilter(label=_("In a region or corridor"))
    box = BoxFilter(label=_("Part of the map"))
    sort = django_filters.ChoiceFilter(label=_("Order"), choices=[(sort.value, label) for sort, label in SORTS.items()])

    class Meta:
        model = Listing
        fields: tuple[str, ...] = ()
        form = SearchForm

    def __init__(self, data: QueryDict | Mapping[str, Any] | None, *, viewer: Viewer) -> None:
        super().__init__(data if data is not None else QueryDict(), queryset=Listing.objects.none())
        self.viewer = viewer
        fields = self.form.fields
        fields["region"].offer(Region.objects.filter(level__in=SELECTABLE_REGIONS))
        if viewer.is_authenticated:
            fields["site"].queryset = Site.objects.filter(firm__in=viewer.memberships.values("firm"))

    @classmethod
    def get_filters(cls) -> dict[str, django_filters.Filter]:
        """Each facet is a filter of its own."""
        facets = {facet.name: FacetFilter(label=facet.label, facet=facet.name) for facet in FACETS}
        return {**super().get_filters(), **facets}


def search_query(filterset: SearchFilter, viewer: Viewer, matches: MatchFacts = WITHOUT_MATCHING) -> SearchQuery:
    """The question that valid parameters ask. An order that is not possible gives way to the usual one."""
    asked = filterset.form.cleaned_data
    near = measured_from(asked)
    sort = chosen_sort(asked, viewer)
    region = asked["region"]
    return SearchQuery(
        today=timezone.localdate(),
        level=Level.of(viewer),
        words=asked["q"],
        kind=asked["kind"],
        chosen={facet.name: frozenset(asked[facet.name]) for facet in FACETS if asked[facet.name]},
        near=near.place if near else None,
        radius_km=float(asked["radius"]) if asked["radius"] else None,
        box=asked["box"],
        regions=frozenset(Region.objects.within(region).values_list("pk", flat=True)) if region else None,
        hidden_firms=hidden_firms(viewer),
        fits=matches.fits(viewer) if sort == Sort.MATCH else {},
        sort=sort,
    )


def measured_from(asked: Mapping[str, Any]) -> NamedPlace | None:
    """The place that distances count from: one's own site, or a named place."""
    site = asked.get("site")
    if site:
        return NamedPlace(site.name, Place(site.latitude, site.longitude))
    return asked.get("place")


def usual_sort(asked: Mapping[str, Any]) -> Sort:
    return Sort.DISTANCE if measured_from(asked) else Sort.NEWEST


def chosen_sort(asked: Mapping[str, Any], viewer: Viewer) -> Sort:
    sort = Sort(asked["sort"]) if asked.get("sort") else usual_sort(asked)
    return usual_sort(asked) if why_not(sort, asked, viewer) else sort


def why_not(sort: Sort, asked: Mapping[str, Any], viewer: Viewer) -> object:
    """What is missing for an order, or nothing."""
    if sort in NEEDS_PLACE and not measured_from(asked):
        return _("needs a place")
    if sort == Sort.MATCH and not viewer.is_authenticated:
        return _("sign in")
    return ""


def page_number(text: str) -> int:
    """1 for anything that is not a page."""
    if not (text.isdecimal() and text.isascii()):
        return 1
    return min(max(int(text[:9]), 1), LAST_PAGE)
