"""The fields of the search form: a place as people name it, a part of the map, the values of a facet."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from marketplace.firms.choices import row_label, rows_like, rows_named
from marketplace.firms.coordinates import parse_degrees
from marketplace.firms.models import Park, Region

from ..facet_words import labels_of
from ..search.query import Box, Place

MOST_VALUES = 30  # of one facet
NAMED_KINDS = ("region", "park")
_BETWEEN = re.compile(r"[,;，、；\s]+")
_SELECTED = mark_safe(" selected")


@dataclass(frozen=True)
class NamedPlace:
    name: str
    place: Place


class PlaceField(forms.CharField):
    """A region, a park, or `31.23, 121.47` in WGS-84 degrees, as a `NamedPlace`."""

    default_error_messages = {
        "unknown": _("We know no place called “%(value)s”. Type a region or a park, or click on the map."),
        "several": _("Several places are called so; write one of: %(names)s."),
        "nowhere": _("A latitude lies between −90 and 90, a longitude between −180 and 180."),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=300, **options)

    def clean(self, value: Any) -> NamedPlace | None:
        text = super().clean(value)
        if not text:
            return None
        place = coordinates(text)
        if place is None:
            return self._named(text)
        if abs(place.latitude) > 90 or abs(place.longitude) > 180:
            raise ValidationError(self.error_messages["nowhere"], code="nowhere")
        return NamedPlace(f"{place.latitude:g}, {place.longitude:g}", place)

    def _named(self, text: str) -> NamedPlace:
        rows = [row for row in places_called(text) if row.latitude is not None and row.longitude is not None]
        if len(rows) == 1:
            return NamedPlace(rows[0].name, Place(rows[0].latitude, rows[0].longitude))
        code = "several" if rows else "unknown"
        params = {"value": text[:60], "names": "; ".join(row_label(row) for row in rows[:5])}
        raise ValidationError(self.error_messages[code], code=code, params=params)


def coordinates(text: str) -> Place | None:
    """A pair of angles, latitude first; None for anything else.

    >>> coordinates("31.23，121.47")
    Place(latitude=31.23, longitude=121.47)
    """
    parts = _BETWEEN.split(text.strip())
    if len(parts) != 2:
        return None
    try:
        latitude, longitude = (float(parse_degrees(part)) for part in parts)
    except ValueError:
        return None
    return Place(latitude, longitude)


def places_called(text: str) -> list[Region | Park]:
    """Whatever bears the name; else the largest region whose name begins with it: 上海 is 上海市."""
    exact = [row for kind in NAMED_KINDS for row in rows_named(kind, text)]
    if exact:
        return exact
    beginning = Q(name_zh__istartswith=text) | Q(name_en__istartswith=text)
    regions = list(Region.objects.filter(beginning).exclude(level="composite").select_related("parent")[:50])
    top = min((region.path.count("/") for region in regions), default=0)
    return [region for region in regions if region.path.count("/") == top] or rows_like("park", text)


def place_labels(text: str) -> list[str]:
    """What the field may be filled with: regions, then parks."""
    return [row_label(row) for kind in NAMED_KINDS for row in rows_like(kind, text)[:10]]


class BoxField(forms.CharField):
    """`south,west,north,east` in degrees, as a `Box`. A map that was dragged round the world is brought back."""

    widget = forms.HiddenInput
    default_error_messages = {"invalid": _("The part of the map is not understood. Move the map and try again.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=120, **options)

    def clean(self, value: Any) -> Box | None:
        text = super().clean(value)
        if not text:
            return None
        box = read_box(text)
        if box is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return box


def read_box(text: str) -> Box | None:
    """
    >>> read_box("30,110,40,480")
    Box(south=30.0, west=-180.0, north=40.0, east=180.0)
    """
    try:
        south, west, north, east = map(float, text.split(","))
    except ValueError:
        return None
    if not all(map(math.isfinite, (south, west, north, east))) or not -90 <= south < north <= 90:
        return None
    if max(abs(west), abs(east)) > 10_000 or west == east:
        return None
    if east - west >= 360:
        return Box(south, -180.0, north, 180.0)
    return Box(south, _wrapped(west), north, _wrapped(east))


def _wrapped(longitude: float) -> float:
    return longitude if -180 <= longitude <= 180 else (longitude + 180) % 360 - 180


class FacetField(forms.MultipleChoiceField):
    """Values of one facet. What is not one is refused by name."""

    def __init__(self, *, facet: str, **options: Any) -> None:
        self.facet = facet
        super().__init__(**options)

    def validate(self, value: list[str]) -> None:
        if len(value) > MOST_VALUES:
            raise ValidationError(_("Choose at most %(most)s values."), code="many", params={"most": MOST_VALUES})
        known = labels_of(self.facet, [each for each in value if "\0" not in each])  # which PostgreSQL refuses
        for each in value:
            if each not in known:
                shown = {"value": each[:60]}
                raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params=shown)


class RegionSelect(forms.Select):
    """Corridors first, then each country with its provinces, drawn without a template for each option."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen = "" if value is None else str(value)
        return format_html(
            "<select{}>{}</select>",
            flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})})),
            format_html_join("", "{}", ((group,) for group in self._groups(chosen))),
        )

    def _groups(self, chosen: str) -> Iterator[SafeString]:
        for label, choices in self.choices:
            if isinstance(choices, (list, tuple)):
                yield format_html('<optgroup label="{}">{}</optgroup>', label, _options(choices, chosen))
            else:
                yield _options([(label, choices)], chosen)


def _options(choices: Iterable[tuple[Any, Any]], chosen: str) -> SafeString:
    rows = ((key, _SELECTED if str(key) == chosen else "", label) for key, label in choices)
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)


class RegionField(forms.ChoiceField):
    """A country, a province or a corridor by its code, as a `Region`. One query serves choices and value."""

    widget = RegionSelect

    def clean(self, value: Any) -> Region | None:
        code = super().clean(value)
        return self.regions.get(code)

    def offer(self, regions: Iterable[Region]) -> None:
        self.regions = {region.code: region for region in regions}
        self.choices = [("", _("everywhere")), *_grouped(self.regions.values())]


def _grouped(regions: Iterable[Region]) -> list[tuple[object, list[tuple[str, str]]]]:
    corridors = [(row.code, row.name) for row in regions if row.level == Region.Level.COMPOSITE]
    groups: list[tuple[object, list[tuple[str, str]]]] = [(capfirst(_("corridors")), corridors)] if corridors else []
    countries = {row.country: row for row in regions if row.level == Region.Level.COUNTRY}
    for country, name in countries.items():
        inside = [row for row in regions if row.country == country and row.level != Region.Level.COMPOSITE]
        groups.append((name.name, [(row.code, row.name) for row in inside]))
    loose = [row for row in regions if row.country not in countries and row.level != Region.Level.COMPOSITE]
    return [*groups, *(((_("other"), [(row.code, row.name) for row in loose]),) if loose else ())]
