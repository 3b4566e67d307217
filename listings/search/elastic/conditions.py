"""A question as filters. Nothing is scored: the order never depends on how often a word occurs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator

from elasticsearch.dsl import Q
from elasticsearch.dsl import query as dsl

from ..facets import BY_NAME, Facet, freshness_since
from ..query import Box, Level, SearchQuery
from ..text import Phrase, Words
from .mapping import at, microseconds

Query = dsl.Query


def field_of(facet: Facet, query: SearchQuery) -> str:
    return at(facet.name, query.level) if facet.levelled else facet.name


def conditions(query: SearchQuery, words: Words) -> list[Query]:
    """All that must hold, what is chosen in facets aside."""
    return [
        Q("range", available_to={"gte": query.today.toordinal()}),
        *_named(query),
        *_word_conditions(words, query),
        *_where(query),
        *_among(query),
    ]


def choices(query: SearchQuery) -> dict[str, Query]:
    """What is chosen, facet by facet."""
    return {name: choice(BY_NAME[name], values, query) for name, values in query.chosen.items() if values}


def choice(facet: Facet, values: Collection[str], query: SearchQuery) -> Query:
    if facet.name != "freshness":
        return _has_any(field_of(facet, query), values)
    bands = {band: days for band, *days in freshness_since(query.today)}
    return any_of([_confirmed(*bands[value]) for value in sorted(values) if value in bands])


def _confirmed(first: dt.date | None, last: dt.date | None) -> Query:
    bounds = {"gte": first and first.toordinal(), "lte": last and last.toordinal()}
    return Q("range", confirmed_on={name: day for name, day in bounds.items() if day is not None})


def _named(query: SearchQuery) -> Iterator[Query]:
    if query.kind:
        yield Q("term", kind=query.kind)
    if query.hidden_firms:
        yield ~_has_any(at("firm", query.level), query.hidden_firms)
    if query.since is not None:
        yield Q("range", published_at={"gte": microseconds(query.since)})


def _among(query: SearchQuery) -> Iterator[Query]:
    if query.regions is not None:
        yield _has_any("region", query.regions)
    if query.only is not None:
        yield Q("terms", listing=sorted(query.only))


def any_of(queries: list[Query]) -> Query:
    """An empty `should` would let everything through."""
    return Q("bool", should=queries) if queries else Q("match_none")


def _has_any(field: str, values: Iterable[object]) -> Query:
    return Q("terms", **{field: sorted(str(value) for value in values)})


def _where(query: SearchQuery) -> Iterator[Query]:
    if query.near is not None and query.radius_km is not None:
        yield within(query, query.radius_km)
    if query.box is not None:
        yield _inside(query.box, query.level)


def within(query: SearchQuery, radius_km: float) -> Query:
    return Q("geo_distance", distance=f"{radius_km * 1_000:.6f}m", **from_here(query))


def from_here(query: SearchQuery) -> dict[str, dict[str, float]]:
    """The field of places that the searcher may know, and where he measures from."""
    if query.near is None:
        raise ValueError("distances need a place to be measured from")
    return {at("place", query.level): {"lat": query.near.latitude, "lon": query.near.longitude}}


def _inside(box: Box, level: Level) -> Query:
    """By the numbers themselves: the server's own boxes round their edges."""
    latitude, longitude = at("latitude", level), at("longitude", level)
    north_south = Q("range", **{latitude: {"gte": box.south, "lte": box.north}})
    if box.west <= box.east:
        return Q("bool", filter=[north_south, Q("range", **{longitude: {"gte": box.west, "lte": box.east}})])
    either = [Q("range", **{longitude: {"gte": box.west}}), Q("range", **{longitude: {"lte": box.east}})]
    return Q("bool", filter=[north_south, Q("bool", should=either)])


def _word_conditions(words: Words, query: SearchQuery) -> Iterator[Query]:
    """Every group must be met, by any of its phrases, in the text or in a firm's name that may be known."""
    fields = ("words", at("firm_words", query.level))
    for group in words.groups:
        yield Q("bool", should=[_phrase(phrase, field) for phrase in group for field in fields])


def _phrase(phrase: Phrase, field: str) -> Query:
    *_, last = phrase.tokens
    if len(phrase.tokens) == 1:
        return Q("prefix" if phrase.prefix else "term", **{field: last})
    return Q("match_phrase_prefix" if phrase.prefix else "match_phrase", **{field: " ".join(phrase.tokens)})
