"""What was asked, ready for the template: a chip for each condition, the orders, and what to ask instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from marketplace.firms.querysets import Viewer
from marketplace.pictures.figures import figure

from ..facet_words import labels_of
from ..filters import GREATEST_RADIUS_KM, SORTS, chosen_sort, measured_from, usual_sort, why_not
from ..search.facets import BY_NAME
from ..search.query import SearchQuery
from ..search.results import Found

Asked = Mapping[str, Any]
MOST_ADVICE = 4


@dataclass(frozen=True)
class Chip:
    """A condition in words. `url` is the page without it; `name` and `value` say the same to the script."""

    label: str
    name: str
    value: str
    url: str


@dataclass(frozen=True)
class SortOption:
    value: str
    label: object
    why_not: object
    chosen: bool


@dataclass(frozen=True)
class Advice:
    """Another question, and how many listings it finds."""

    label: str
    url: str
    total: int


def without(parameters: QueryDict, names: tuple[str, ...], value: str = "") -> str:
    """The query string less these parameters, or less one value of the first; always from the first page."""
    kept = parameters.copy()
    for name in names:
        left = [each for each in kept.getlist(name) if value and each != value]
        kept.setlist(name, left)
    return _address(kept)


def _address(parameters: QueryDict) -> str:
    cleaned = QueryDict(mutable=True)
    for name, values in parameters.lists():
        if kept := [value for value in values if value and name != "page"]:
            cleaned.setlist(name, kept)
    return f"?{cleaned.urlencode()}"


def chips_of(asked: Asked, parameters: QueryDict) -> list[Chip]:
    return [*_place_chips(asked, parameters), *_facet_chips(asked, parameters)]


def _place_chips(asked: Asked, parameters: QueryDict) -> Iterator[Chip]:
    if asked["q"]:
        yield Chip(_("“%(words)s”") % {"words": asked["q"]}, "q", "", without(parameters, ("q",)))
    if near := measured_from(asked):
        name = "site" if asked["site"] else "place"
        label = _("from %(place)s") % {"place": near.name}
        yield Chip(label, name, "", without(parameters, (name, "radius")))
    if asked["radius"]:
        label = _("within %(km)s km") % {"km": figure(asked["radius"])}
        yield Chip(label, "radius", "", without(parameters, ("radius",)))
    if asked["region"]:
        yield Chip(_("in %(region)s") % {"region": asked["region"]}, "region", "", without(parameters, ("region",)))
    if asked["box"]:
        yield Chip(_("in this part of the map"), "box", "", without(parameters, ("box",)))


def _facet_chips(asked: Asked, parameters: QueryDict) -> Iterator[Chip]:
    for name, facet in BY_NAME.items():
        labels = labels_of(name, asked[name])
        for value in asked[name]:
            label = _("%(facet)s: %(value)s") % {"facet": facet.label, "value": labels[value]}
            yield Chip(label, name, value, without(parameters, (name,), value))


def sorts_of(asked: Asked, viewer: Viewer) -> list[SortOption]:
    """The usual order has no value, so that it changes with the place and stays out of the address."""
    usual, chosen = usual_sort(asked), chosen_sort(asked, viewer)
    return [
        SortOption("" if sort == usual else sort.value, label, why_not(sort, asked, viewer), sort == chosen)
        for sort, label in SORTS.items()
    ]


def advice_for(
    query: SearchQuery, asked: Asked, parameters: QueryDict, search: Callable[[SearchQuery], Found]
) -> list[Advice]:
    """Which condition to give up where nothing was found, by how much it brings. One search a condition."""
    tried = (
        Advice(label, url, search(replace(other, page=1, page_size=1)).total)
        for label, url, other in _loosened(query, asked, parameters)
    )
    return sorted((each for each in tried if each.total), key=lambda each: -each.total)[:MOST_ADVICE]


def _loosened(query: SearchQuery, asked: Asked, parameters: QueryDict) -> Iterator[tuple[str, str, SearchQuery]]:
    if query.radius_km and 2 * query.radius_km <= GREATEST_RADIUS_KM:
        wider = parameters.copy()
        wider["radius"] = f"{2 * query.radius_km:g}"
        label = _("look within %(km)s km") % {"km": figure(2 * query.radius_km)}
        yield label, _address(wider), replace(query, radius_km=2 * query.radius_km)
    if query.kind:
        label = _("look at offers and needs")
        yield label, without(parameters, ("kind",)), replace(query, kind="")
    for name, label, other in _dropped(query, asked):
        yield label, without(parameters, (name,)), other


def _dropped(query: SearchQuery, asked: Asked) -> Iterator[tuple[str, str, SearchQuery]]:
    if query.words:
        yield "q", _("leave out the words “%(words)s”") % {"words": query.words}, replace(query, words="")
    if query.radius_km:
        yield "radius", _("look at any distance"), replace(query, radius_km=None)
    if query.regions is not None:
        yield "region", _("look outside %(region)s too") % {"region": asked["region"]}, replace(query, regions=None)
    if query.box:
        yield "box", _("look at the whole map"), replace(query, box=None)
    for name in query.chosen:
        yield name, _("leave out “%(facet)s”") % {"facet": BY_NAME[name].label}, query.without(name)
