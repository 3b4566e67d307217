"""What the values of the facets are called, in the language of the page."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from marketplace.firms.models import Park, Region
from marketplace.pictures.figures import figure, money

from .models import Evidence, LegalStatus, Material, WasteCode
from .models.materials import Form
from .search import facets

Words = Mapping[str, str]

HAZARDS = {"no": _("not expected"), "maybe": _("possible"), "yes": _("as a rule")}
QUALITIES = {
    "0": _("0 · as stated"),
    "1": _("1 · code and a figure"),
    "2": _("2 · laboratory report"),
    "3": _("3 · recent, accredited"),
}
FRESHNESS = {
    "week": _("in the last 7 days"),
    "month": _("8 to 30 days ago"),
    "two_months": _("31 to 60 days ago"),
    "older": _("longer ago"),
}
PRICE_STATES = {
    facets.GATE_FEE: _("holder pays (gate fee)"),
    facets.FREE: _("free of charge"),
    facets.OPEN_PRICE: _("to be agreed"),
    facets.HIDDEN_PRICE: _("not shown to you"),
}
EVIDENCE = {"none": _("no documents"), "hidden": _("not shown to you")}


def labels_of(facet: str, values: Collection[str]) -> dict[str, str]:
    """The label of each value that is one, by value. At most one query, none for an empty list."""
    if not values:
        return {}
    if facet in _ROWS:
        return _ROWS[facet](values)
    words = _static_words(facet)
    return {value: capfirst(str(words[value])) for value in values if value in words}


def order_of(facet: str) -> list[str]:
    """All values of a facet that has an order of its own, in it; nothing for one that is ordered by its counts."""
    return [] if facet in _ROWS else list(_static_words(facet))


def _static_words(facet: str) -> Mapping[str, str | Promise]:
    return _STATIC[facet]()


def quantity_words() -> Words:
    """`30–1 500 t a year`: a lower edge belongs to the band below it."""
    edges = [figure(edge) for edge in facets.QUANTITY_EDGES_T]
    words = [_("up to %(high)s t/year") % {"high": edges[0]}]
    words += [
        _("%(low)s–%(high)s t/year") % {"low": low, "high": high} for low, high in zip(edges, edges[1:], strict=False)
    ]
    words.append(_("over %(low)s t/year") % {"low": edges[-1]})
    return dict(zip(facets.QUANTITY_BANDS, words, strict=True))


def price_words() -> Mapping[str, str | Promise]:
    """Who pays comes first; what the taker pays falls into bands."""
    base = settings.LOOPYARD_BASE_CURRENCY
    edges = [money(edge, base) for edge in facets.PRICE_EDGES]
    words = [_("up to %(high)s/t") % {"high": edges[0]}]
    words += [_("%(low)s–%(high)s/t") % {"low": low, "high": high} for low, high in zip(edges, edges[1:], strict=False)]
    words.append(_("over %(low)s/t") % {"low": edges[-1]})
    bands = dict(zip(facets.PRICE_BANDS, words, strict=True))
    states = dict(PRICE_STATES)
    ends = {name: states.pop(name) for name in (facets.GATE_FEE, facets.FREE)}
    return {**ends, **bands, **states}


_STATIC: dict[str, Callable[[], Mapping[str, Any]]] = {
    "form": lambda: dict(Form.choices),
    "status": lambda: {value or "unknown": label for value, label in LegalStatus.choices},
    "hazard": lambda: HAZARDS,
    "quantity": quantity_words,
    "price": price_words,
    "quality": lambda: QUALITIES,
    "evidence": lambda: {**dict(Evidence.Kind.choices), **EVIDENCE},
    "freshness": lambda: FRESHNESS,
}


def _families(slugs: Collection[str]) -> dict[str, str]:
    return {row.slug: capfirst(row.name) for row in Material.objects.filter(slug__in=slugs)}


def _codes(codes: Collection[str]) -> dict[str, str]:
    rows = WasteCode.objects.filter(code__in=codes)
    return {row.code: f"{row.code_display} {row.name}" for row in rows}


def _parks(keys: Collection[str]) -> dict[str, str]:
    numbers = [int(key) for key in keys if key.isdecimal() and key.isascii() and len(key) < 16]
    return {str(row.pk): row.name for row in Park.objects.filter(pk__in=numbers)}


def _provinces(codes: Collection[str]) -> dict[str, str]:
    return {row.code: row.name for row in Region.objects.filter(code__in=codes)}


_ROWS: dict[str, Callable[[Collection[str]], dict[str, str]]] = {
    "family": _families,
    "code": _codes,
    "park": _parks,
    "province": _provinces,
}
