"""Facet counts and the total: searches without hits, whose answers the server keeps until the index changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from elasticsearch.dsl import A, Q, Search

from ..facets import BY_NAME, FACETS, Facet, freshness_since
from ..query import SearchQuery
from .conditions import Query, field_of
from .finding import Answer

ALL = 1_000  # more values than any facet that is shown whole can have
EXACT = 20_000  # values a shard reports, so that adding up shards loses none


def counting_searches(query: SearchQuery, base: list[Query], chosen: dict[str, Query]) -> list[Search[Any]]:
    """First one for the total and every facet without a choice, then one for each facet with a choice in it."""
    whole = _search(base, chosen.values())
    for facet in FACETS:
        if facet.name not in chosen:
            _add(whole, facet, query)
    return [whole, *(_apart(query, base, chosen, name) for name in chosen)]


def _apart(query: SearchQuery, base: list[Query], chosen: dict[str, Query], name: str) -> Search[Any]:
    search = _search(base, [condition for other, condition in chosen.items() if other != name])
    return _add(search, BY_NAME[name], query)


def _search(base: list[Query], chosen: Iterable[Query]) -> Search[Any]:
    conditions = Q("bool", filter=[*base, *chosen])
    return Search().query(conditions).extra(size=0, track_total_hits=True).params(request_cache=True)


def _add(search: Search[Any], facet: Facet, query: SearchQuery) -> Search[Any]:
    if facet.name == "freshness":
        search.aggs.bucket(facet.name, A("range", field="confirmed_on", keyed=True, ranges=_freshness_ranges(query)))
        return search
    size = facet.most or ALL
    order = [{"_count": "desc"}, {"_key": "asc"}]
    search.aggs.bucket(facet.name, A("terms", field=field_of(facet, query), size=size, shard_size=EXACT, order=order))
    return search


def _freshness_ranges(query: SearchQuery) -> list[dict[str, Any]]:
    """The server's ranges stop short of `to`."""
    return [
        {"key": band} | ({"from": first.toordinal()} if first else {}) | ({"to": last.toordinal() + 1} if last else {})
        for band, first, last in freshness_since(query.today)
    ]


def total_of(answers: Sequence[Answer]) -> int:
    return int(answers[0]["hits"]["total"]["value"])


def counts_of(answers: Sequence[Answer]) -> dict[str, dict[str, int]]:
    found = {name: body for answer in answers for name, body in answer.get("aggregations", {}).items()}
    return {facet.name: _counted(found[facet.name]) for facet in FACETS}


def _counted(body: dict[str, Any]) -> dict[str, int]:
    buckets = body["buckets"]
    if isinstance(buckets, dict):
        return {key: bucket["doc_count"] for key, bucket in buckets.items() if bucket["doc_count"]}
    return {bucket["key"]: bucket["doc_count"] for bucket in buckets}
