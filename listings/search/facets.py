"""The facets: what a search counts and narrows by, and the bands that numbers fall into."""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Facet:
    """`many`: a listing can hold several values. `levelled`: the value depends on who asks (see `Document`).

    `most`: how many values are counted and shown, the most frequent first; None shows all in their own order.
    """

    name: str
    label: str | Promise
    many: bool = False
    levelled: bool = False
    most: int | None = None


FACETS = (
    Facet("family", _("Material family")),
    Facet("form", _("Form")),
    Facet("code", _("Waste code"), many=True, most=12),
    Facet("status", _("Legal status")),
    Facet("hazard", _("Hazard")),
    Facet("park", _("Park"), levelled=True, most=12),
    Facet("province", _("Region"), most=12),
    Facet("quantity", _("Quantity")),
    Facet("price", _("Price"), levelled=True),
    Facet("quality", _("Data quality")),
    Facet("evidence", _("Documents"), many=True, levelled=True),
    Facet("freshness", _("Confirmed")),
)
BY_NAME = {facet.name: facet for facet in FACETS}

# Tonnes a year: a lorry load, a lorry a week, a train, a kiln's appetite.
QUANTITY_EDGES_T = (30, 1_500, 10_000, 100_000)
QUANTITY_BANDS = ("to_30", "to_1500", "to_10000", "to_100000", "over_100000")

# Base currency per tonne.
PRICE_EDGES = (50, 200, 1_000)
PRICE_BANDS = ("to_50", "to_200", "to_1000", "over_1000")
GATE_FEE, FREE, OPEN_PRICE, HIDDEN_PRICE = "gate_fee", "free", "open", "hidden"

# Days since the holder last said that it still stands.
FRESHNESS_DAYS = (7, 30, 60)
FRESHNESS_BANDS = ("week", "month", "two_months", "older")


def quantity_band(quantity_t_per_year: float) -> str:
    """
    >>> quantity_band(30), quantity_band(31), quantity_band(2_000_000)
    ('to_30', 'to_1500', 'over_100000')
    """
    return QUANTITY_BANDS[bisect.bisect_left(QUANTITY_EDGES_T, quantity_t_per_year)]


def price_band(price_per_t: float | None) -> str:
    """
    >>> price_band(-35.0), price_band(0.0), price_band(60.0), price_band(None)
    ('gate_fee', 'free', 'to_200', 'open')
    """
    if price_per_t is None:
        return OPEN_PRICE
    if price_per_t <= 0:
        return GATE_FEE if price_per_t < 0 else FREE
    return PRICE_BANDS[bisect.bisect_left(PRICE_EDGES, price_per_t)]


def freshness_band(confirmed_on: dt.date, today: dt.date) -> str:
    return FRESHNESS_BANDS[bisect.bisect_left(FRESHNESS_DAYS, (today - confirmed_on).days)]


def freshness_since(today: dt.date) -> Iterable[tuple[str, dt.date | None, dt.date | None]]:
    """Each band with its first and last day of confirmation; None where it is open.

    >>> [band for band, first, last in freshness_since(dt.date(2026, 11, 21)) if last is None]
    ['week']
    """
    edges = (None, *(today - dt.timedelta(days=days) for days in FRESHNESS_DAYS), None)
    for band, (after, first) in zip(FRESHNESS_BANDS, pairwise(edges), strict=True):
        yield band, first, None if after is None else after - dt.timedelta(days=1)
