"""One page of the rows found, in order, with distance and landed cost."""

from __future__ import annotations

import math

import numpy as np

from .columns import VOCABULARIES, Array, Columns, Ints, taken
from .measuring import Floats, haulage_by_country
from .placing import distances_of
from .query import SearchQuery, Sort
from .results import Hit


def page_of(columns: Columns, query: SearchQuery, rows: Ints) -> tuple[Hit, ...]:
    """The hits of the page asked for. Equals stand by key, the newest first."""
    distances = distances_of(columns, query, rows) if query.near is not None else None
    landed = landed_per_t(columns, query, rows, distances) if distances is not None else None
    order = _first([*_order_keys(columns, query, rows, distances, landed), -columns.listing[rows]], query)
    keys = columns.listing[rows[order]].tolist()
    if distances is None or landed is None:
        return tuple(Hit(key) for key in keys)
    found = zip(keys, distances[order].tolist(), landed[order].tolist(), strict=True)
    return tuple(Hit(key, km, cost if math.isfinite(cost) else None) for key, km, cost in found)


def _order_keys(
    columns: Columns, query: SearchQuery, rows: Ints, distances: Floats | None, landed: Floats | None
) -> list[Array]:
    """What to sort by, the most important first and of each the least. What shows no price stands by distance."""
    newest = -taken(columns["published_us"], rows)
    if query.sort == Sort.DISTANCE and distances is not None:
        return [distances]
    if query.sort == Sort.LANDED and landed is not None and distances is not None:
        return [landed, np.where(np.isinf(landed), distances, 0.0)]
    if query.sort == Sort.QUANTITY:
        return [-taken(columns["quantity_t_per_year"], rows)]
    if query.sort == Sort.MATCH:
        return [-_fits(columns, query)[rows], newest]
    return [newest]


def _fits(columns: Columns, query: SearchQuery) -> Floats:
    """How well each row matches the searcher's own listings; 0 for most."""
    fits = np.zeros(len(columns))
    places = columns.rows_of(np.array(sorted(query.fits), dtype=np.int64))
    fits[places] = [query.fits[key] for key in columns.listing[places].tolist()]
    return fits


def _first(keys: list[Array], query: SearchQuery) -> Ints:
    """Places of the page's rows: only those that can stand on it by the first key are put in order by all."""
    end = query.start + query.page_size
    among = np.arange(len(keys[0]))
    if end < len(among):
        among = np.flatnonzero(keys[0] <= np.partition(keys[0], end - 1)[end - 1])
    order = np.lexsort([key[among] for key in reversed(keys)])
    found: Ints = among[order[query.start : end]]
    return found


def landed_per_t(columns: Columns, query: SearchQuery, rows: Ints, distances: Floats) -> Floats:
    """What a tonne costs the searcher at his gate, in the base currency; infinite where no price is shown.

    An offer costs its price and the haulage, a need the haulage less its price.
    """
    rates = haulage_by_country()
    by_country = [rates.get(country, rates[""]) for country in VOCABULARIES["country"].words]
    country = taken(columns["country"], rows)
    fixed = np.array([rate.fixed_per_t for rate in by_country])[country]
    per_km = np.array([rate.per_t_km for rate in by_country])[country]
    price = taken(columns["price_per_t"], rows)
    known = (taken(columns["price_from"], rows) <= int(query.level)) & ~np.isnan(price)
    signed = np.where(taken(columns["kind"], rows) == VOCABULARIES["kind"]["offer"], price, -price)
    return np.where(known, fixed + per_km * distances + signed, np.inf)
