"""Listings gathered by the cells of the fixed grid, added up by the server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from elasticsearch.dsl import A, Q, Search

from ..grid import cell_degrees
from ..query import SearchQuery
from ..results import Cluster
from .conditions import Query
from .finding import Answer
from .mapping import at


def cluster_search(query: SearchQuery, filters: Sequence[Query], zoom: int) -> Search[Any]:
    """Rows from the south pole, columns from the 180th meridian, as in `grid.cells`."""
    search = Search().query(Q("bool", filter=list(filters)))
    search = search.extra(size=0, track_total_hits=False).params(request_cache=True)
    rows, columns = (_edges(at(name, query.level), zoom) for name in ("latitude", "longitude"))
    cells = search.aggs.bucket("rows", rows).bucket("columns", columns)
    cells.metric("place", "geo_centroid", field=at("place", query.level))
    cells.metric("quantity", "sum", field="quantity_t_per_year").metric("listing", "max", field="listing")
    cells.bucket("needs", "filter", term={"kind": "need"})
    return search


def _edges(field: str, zoom: int) -> Any:
    """Cell edges divide 90 and 180 degrees, or are 90 themselves: counted from zero they are the same."""
    return A("histogram", field=field, interval=cell_degrees(zoom), min_doc_count=1)


def clusters_of(answer: Answer) -> Iterator[Cluster]:
    for row in answer["aggregations"]["rows"]["buckets"]:
        for cell in row["columns"]["buckets"]:
            yield _cluster(cell)


def _cluster(cell: dict[str, Any]) -> Cluster:
    number, needs = cell["doc_count"], cell["needs"]["doc_count"]
    return Cluster(
        latitude=cell["place"]["location"]["lat"],
        longitude=cell["place"]["location"]["lon"],
        offers=number - needs,
        needs=needs,
        quantity_t_per_year=cell["quantity"]["value"],
        listing=int(cell["listing"]["value"]) if number == 1 else None,
    )
