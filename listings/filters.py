"""What can be asked of the public list."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.forms import Select
from django.utils.translation import gettext_lazy as _

from marketplace.firms.models import Region

from .forms.listing import SELECTABLE_REGIONS
from .models import Kind, Listing, Material, Use
from .names import NAME_FIELDS

AT_ONCE = {"data-submit-on-change": ""}


class ListingFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Words"), method="about", max_length=100)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices)
    family = django_filters.ModelChoiceFilter(
        label=_("Family"),
        empty_label=_("all families"),
        queryset=Material.objects.filter(parent=None),
        to_field_name="slug",
        method="of_family",
        widget=Select(attrs=AT_ONCE),
    )
    region = django_filters.ModelChoiceFilter(
        label=_("Region"),
        empty_label=_("all regions"),
        queryset=Region.objects.filter(level__in=SELECTABLE_REGIONS),
        to_field_name="code",
        method="in_region",
        widget=Select(attrs=AT_ONCE),
    )

    class Meta:
        model = Listing
        fields: tuple[str, ...] = ()

    def about(self, listings: QuerySet[Any], _name: str, words: str) -> QuerySet[Any]:
        """The words in a title, or in any name of the material or use: those are few and are looked up first."""
        words = words.strip()
        if not words:
            return listings
        return listings.filter(
            Q(title_zh__icontains=words)
            | Q(title_en__icontains=words)
            | Q(material__in=_keys(Material.objects.filter(_named(words) | _named(words, "parent__"))))
            | Q(use__in=_keys(Use.objects.filter(_named(words))))
        )

    def of_family(self, listings: QuerySet[Any], _name: str, family: Material) -> QuerySet[Any]:
        return listings.filter(material__in=_keys(Material.objects.filter(Q(pk=family.pk) | Q(parent=family))))

    def in_region(self, listings: QuerySet[Any], _name: str, region: Region) -> QuerySet[Any]:
        return listings.filter(site__region__in=Region.objects.within(region).values("pk"))


def _named(words: str, path: str = "") -> Q:
    named = Q()
    for field in NAME_FIELDS:
        named |= Q(**{f"{path}{field}__icontains": words})
    return named


def _keys(rows: QuerySet[Any]) -> list[int]:
    return list(rows.values_list("pk", flat=True))
