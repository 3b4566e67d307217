"""Writing documents: in bulk, repeatable, never an older one over a newer one."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any

from elasticsearch import Elasticsearch, helpers

from ..backend import Unavailable
from ..documents import Document, fingerprint
from .mapping import source_of
from .server import asking

CHUNK = 1_000
WRITE_SECONDS = 20.0  # a service may be waiting, where jobs run inside the request
RETRIES = 4
SCAN_SIZE = 10_000
KEEP_SCAN = "2m"
CONFLICT, NOT_FOUND = 409, 404

Action = dict[str, Any]


def now_version() -> int:
    """Taken before the documents are read: whoever reads later knows at least as much, and wins.

    Clocks of two machines that differ can let an older document win for a moment; reconciling mends that.
    """
    return time.time_ns()


def puts(documents: Iterable[Document], version: int) -> Iterator[Action]:
    for document in documents:
        source = source_of(document, fingerprint(document))
        yield _action("index", document.listing, version) | {"_source": source}


def removals(listings: Iterable[int], version: int) -> Iterator[Action]:
    for listing in listings:
        yield _action("delete", listing, version)


def _action(operation: str, listing: int, version: int) -> Action:
    return {"_op_type": operation, "_id": str(listing), "version": version, "version_type": "external_gte"}


def write(client: Elasticsearch, indexes: Iterable[str], actions: Iterable[Action], *, refresh: bool) -> None:
    """Carries out every action in every index. Can be repeated; raises `Unavailable` when some were not done."""
    targets = list(indexes)
    spread = (action | {"_index": index} for action in actions for index in targets)
    with asking():
        results = helpers.streaming_bulk(
            client, spread, chunk_size=CHUNK, max_retries=RETRIES, initial_backoff=1, raise_on_error=False,
            refresh=refresh,
        )  # fmt: skip
        failed = [result for done, result in results if not (done or _is_settled(result))]
    if failed:
        raise Unavailable(f"{len(failed)} documents were not written, the first: {failed[0]}")


def _is_settled(result: dict[str, Any]) -> bool:
    """Written by somebody else since, or already removed: nothing is left to do."""
    (outcome,) = result.values()
    return outcome["status"] == CONFLICT or (outcome["status"] == NOT_FOUND and "error" not in outcome)


def held_fingerprints(client: Elasticsearch, index: str) -> Iterator[tuple[int, str]]:
    """By rising key, as they were at one moment."""
    with asking():
        client.indices.refresh(index=index)
        moment = client.open_point_in_time(index=index, keep_alive=KEEP_SCAN)["id"]
    try:
        yield from _scan(client, moment)
    finally:
        _close(client, moment)


def _scan(client: Elasticsearch, moment: str) -> Iterator[tuple[int, str]]:
    after: list[Any] | None = None
    while True:
        with asking():
            answer = client.search(
                pit={"id": moment, "keep_alive": KEEP_SCAN}, size=SCAN_SIZE, sort="listing:asc",
                search_after=after, docvalue_fields=[{"field": "fingerprint"}], source=False, track_total_hits=False,
            )  # fmt: skip
        hits = answer["hits"]["hits"]
        for hit in hits:
            yield int(hit["sort"][0]), hit["fields"]["fingerprint"][0]
        if len(hits) < SCAN_SIZE:
            return
        after = hits[-1]["sort"]


def _close(client: Elasticsearch, moment: str) -> None:
    try:
        with asking():
            client.close_point_in_time(id=moment)
    except Unavailable:
        return  # it ends by itself
