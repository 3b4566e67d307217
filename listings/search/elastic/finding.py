"""One page of hits in order. Newest, nearest and largest first are the server's own orders; see also `landed`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np
from elasticsearch.dsl import Q, Search

from ..measuring import DEFAULT_HAULAGE, Haulage, distances_km
from ..query import SearchQuery, Sort
from ..results import Hit
from .conditions import Query, from_here, within
from .mapping import at

Answer: TypeAlias = dict[str, Any]
Ask: TypeAlias = Callable[[Sequence[Search[Any]]], list[Answer]]
Rates: TypeAlias = Mapping[str, Haulage]

RINGS_KM = (60.0, 600.0)
MOST_HITS = 10_000  # in one answer; the last page that can be read ends there
NEWEST_KEY_FIRST = {"listing": "desc"}
NEWEST_FIRST = [{"published_at": "desc"}, NEWEST_KEY_FIRST]


class Ordering(Protocol):
    """`searches` can be asked together with others; `page` makes the hits of their answers, asking again if need be."""

    def searches(self) -> list[Search[Any]]: ...

    def page(self, answers: Sequence[Answer], ask: Ask) -> list[Hit]: ...


class AsSorted:
    """As the server sorts it."""

    def __init__(self, query: SearchQuery, filters: Sequence[Query], rates: Rates) -> None:
        self.query, self.filters, self.rates = query, filters, rates

    def searches(self) -> list[Search[Any]]:
        return [found(self.query, self.filters, order_of(self.query), self.query.start, self.query.page_size)]

    def page(self, answers: Sequence[Answer], ask: Ask) -> list[Hit]:
        return hits_of(answers[0], self.query, self.rates)


class ByDistance(AsSorted):
    """All that lies within a ring comes before all beyond it: where the ring holds the page, no more is measured."""

    def searches(self) -> list[Search[Any]]:
        return [self._within(RINGS_KM[0])]

    def page(self, answers: Sequence[Answer], ask: Ask) -> list[Hit]:
        hits = hits_of(answers[0], self.query, self.rates)
        for radius_km in (*RINGS_KM[1:], None):
            if len(hits) == self.query.page_size:
                break
            hits = hits_of(ask([self._within(radius_km)])[0], self.query, self.rates)
        return hits

    def _within(self, radius_km: float | None) -> Search[Any]:
        ring = [] if radius_km is None else [within(self.query, radius_km)]
        filters = [*self.filters, *ring]
        return found(self.query, filters, nearest_first(self.query), self.query.start, self.query.page_size)


class ByMatch(AsSorted):
    """Those that fit the searcher's own by how well, then all others, newest first."""

    @property
    def _fitting(self) -> Query:
        return Q("terms", listing=sorted(key for key, fit in self.query.fits.items() if fit > 0))

    def searches(self) -> list[Search[Any]]:
        return [found(self.query, [*self.filters, self._fitting], NEWEST_FIRST, 0, MOST_HITS)]

    def page(self, answers: Sequence[Answer], ask: Ask) -> list[Hit]:
        fitting = hits_of(answers[0], self.query, self.rates)
        fitting.sort(key=lambda hit: -self.query.fits[hit.listing])
        return continued(self.query, fitting, lambda start, size: self._others(start, size, ask))

    def _others(self, start: int, size: int, ask: Ask) -> list[Hit]:
        search = found(self.query, [*self.filters, ~self._fitting], NEWEST_FIRST, start, size)
        return hits_of(ask([search])[0], self.query, self.rates)


def continued(query: SearchQuery, first: list[Hit], rest: Callable[[int, int], list[Hit]]) -> list[Hit]:
    """The page of a list of which only the first part is at hand; `rest(start, size)` fetches from the other part."""
    page = first[query.start : query.start + query.page_size]
    missing = query.page_size - len(page)
    return page + rest(max(query.start - len(first), 0), missing) if missing else page


def found(query: SearchQuery, filters: Sequence[Query], order: Sequence[Any], start: int, size: int) -> Search[Any]:
    """Hits with the facts that distance and landed cost are made of."""
    search = Search().query(Q("bool", filter=list(filters))).sort(*order)[start : start + size]
    return search.source(False).extra(track_total_hits=False, docvalue_fields=_facts(query), stored_fields="_none_")


def order_of(query: SearchQuery) -> list[Any]:
    """Equal ones stand with the newest key first."""
    if query.sort is Sort.QUANTITY:
        return [{"quantity_t_per_year": "desc"}, NEWEST_KEY_FIRST]
    return NEWEST_FIRST


def nearest_first(query: SearchQuery) -> list[Any]:
    return [{"_geo_distance": from_here(query) | {"order": "asc", "unit": "m"}}, NEWEST_KEY_FIRST]


def _facts(query: SearchQuery) -> list[str]:
    if query.near is None:
        return ["listing"]
    return ["listing", "country", *(at(name, query.level) for name in ("latitude", "longitude", "asked_per_t"))]


def hits_of(answer: Answer, query: SearchQuery, rates: Rates) -> list[Hit]:
    rows = [hit["fields"] for hit in answer["hits"]["hits"]]
    if query.near is None:
        return [Hit(row["listing"][0]) for row in rows]
    latitudes = np.array([row[at("latitude", query.level)][0] for row in rows])
    longitudes = np.array([row[at("longitude", query.level)][0] for row in rows])
    distances = distances_km(query.near, latitudes, longitudes).tolist()
    return [
        _hit(row, distance, at("asked_per_t", query.level), rates)
        for row, distance in zip(rows, distances, strict=True)
    ]


def _hit(row: Mapping[str, Any], distance_km: float, asked: str, rates: Rates) -> Hit:
    if asked not in row:
        return Hit(row["listing"][0], distance_km)
    haulage = rates.get(row["country"][0]) or rates.get("", DEFAULT_HAULAGE)
    return Hit(row["listing"][0], distance_km, haulage.cost_per_t(distance_km) + row[asked][0])
