"""Listings gathered by the cells of the fixed grid: the server adds up each cell, offers and needs apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from elasticsearch.dsl import A, Q, Search

from ..grid import cell_degrees
from ..query import SearchQuery
from ..results import Cluster
from .conditions import Query
from .finding import Answer
from .mapping import at

KINDS = ("offer", "need")
Cell: TypeAlias = dict[str, Any]


def cluster_searches(query: SearchQuery, filters: Sequence[Query], zoom: int) -> list[Search[Any]]:
    """One search a kind: counting the kinds within each cell would cost more than asking twice."""
    return [_search(query, [*filters, Q("term", kind=kind)], zoom) for kind in KINDS]


def _search(query: SearchQuery, filters: list[Query], zoom: int) -> Search[Any]:
    """Rows from the south pole, columns from the 180th meridian, as in `grid.cells`."""
    search = Search().query(Q("bool", filter=filters))
    search = search.extra(size=0, track_total_hits=False).params(request_cache=True)
    rows, columns = (_edges(at(name, query.level), zoom) for name in ("latitude", "longitude"))
    cells = search.aggs.bucket("rows", rows).bucket("columns", columns)
    cells.metric("place", "geo_centroid", field=at("place", query.level))
    cells.metric("quantity", "sum", field="quantity_t_per_year").metric("listing", "max", field="listing")
    return search


def _edges(field: str, zoom: int) -> Any:
    """Cell edges divide 90 and 180 degrees, or are 90 themselves: counted from zero they are the same."""
    return A("histogram", field=field, interval=cell_degrees(zoom), min_doc_count=1)


def clusters_of(answers: Sequence[Answer]) -> Iterator[Cluster]:
    """From south-west to north-east."""
    cells: defaultdict[tuple[float, float], dict[str, Cell]] = defaultdict(dict)
    for kind, answer in zip(KINDS, answers, strict=True):
        for row in answer["aggregations"]["rows"]["buckets"]:
            for cell in row["columns"]["buckets"]:
                cells[row["key"], cell["key"]][kind] = cell
    for place in sorted(cells):
        yield _cluster(cells[place])


def _cluster(by_kind: dict[str, Cell]) -> Cluster:
    offers, needs = (by_kind[kind]["doc_count"] if kind in by_kind else 0 for kind in KINDS)
    return Cluster(
        latitude=_mean(by_kind, "lat"),
        longitude=_mean(by_kind, "lon"),
        offers=offers,
        needs=needs,
        quantity_t_per_year=sum(cell["quantity"]["value"] for cell in by_kind.values()),
        listing=int(max(cell["listing"]["value"] for cell in by_kind.values())) if offers + needs == 1 else None,
    )


def _mean(by_kind: dict[str, Cell], side: str) -> float:
    number = sum(cell["doc_count"] for cell in by_kind.values())
    total = sum(cell["place"]["location"][side] * cell["doc_count"] for cell in by_kind.values())
    return float(total / number)
