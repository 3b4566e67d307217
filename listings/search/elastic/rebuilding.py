"""Indexes and their names: made from a template, filled beside the one in use, exchanged in one step.

Readers ask the alias `NAME`; writers write to every index of the alias `NAME-writing`. While an index is being
filled both it and the one in use are written to, so nothing that changes meanwhile is missed, and the versions of
documents keep what the filling reads from replacing what was written since.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from elasticsearch import Elasticsearch, NotFoundError

from ..documents import Document
from .indexing import CHUNK, now_version, puts, write
from .mapping import SETTINGS, mapping
from .server import asking

Progress = Callable[[int], None]
MERGE_SECONDS = 600.0
SEGMENTS = 4  # few, and enough for threads to share a question


def writing_alias(name: str) -> str:
    return f"{name}-writing"


def held_indexes(client: Elasticsearch, alias: str) -> list[str]:
    with asking():
        try:
            return sorted(client.indices.get_alias(name=alias).body)
        except NotFoundError:
            return []


def save_template(client: Elasticsearch, name: str) -> None:
    """No index comes into being by writing to it: a late job must not bring back one that was replaced."""
    with asking():
        client.indices.put_index_template(
            name=name,
            index_patterns=[f"{name}-2*"],
            template={"settings": SETTINGS, "mappings": mapping().to_dict()},
            priority=500,
            allow_auto_create=False,
        )


def make_index(client: Elasticsearch, name: str) -> str:
    """An empty index that is written to and not yet read."""
    index = f"{name}-{dt.datetime.now(dt.UTC):%Y%m%d%H%M%S%f}"
    with asking():
        client.indices.create(index=index, aliases={writing_alias(name): {}})
    return index


def ensure_index(client: Elasticsearch, name: str) -> None:
    """An empty index in use, where there is none yet."""
    if not held_indexes(client, name):
        save_template(client, name)
        exchange(client, name, make_index(client, name))


def rebuild(client: Elasticsearch, name: str, documents: Iterable[Document], progress: Progress) -> int:
    """Fills a new index while the old one answers, then puts it in its place. How many documents it holds."""
    save_template(client, name)
    index = make_index(client, name)
    try:
        version = now_version()
        with _without_refresh(client, index):
            write(client, [index], puts(_counted(documents, progress), version), refresh=False)
        number = _settle(client, index)
    except BaseException:
        discard(client, index)
        raise
    exchange(client, name, index)
    return number


def exchange(client: Elasticsearch, name: str, index: str) -> None:
    """In one step: readers ask `index`, and every other index of that name is gone, left-overs included."""
    others = {*held_indexes(client, name), *held_indexes(client, writing_alias(name))} - {index}
    actions: list[dict[str, dict[str, str]]] = [{"remove_index": {"index": other}} for other in sorted(others)]
    actions.append({"add": {"index": index, "alias": name}})
    with asking():
        client.indices.update_aliases(actions=actions)


def discard(client: Elasticsearch, index: str) -> None:
    with asking():
        client.options(ignore_status=404).indices.delete(index=index)


@contextmanager
def _without_refresh(client: Elasticsearch, index: str) -> Iterator[None]:
    """Nobody reads the index yet, so nothing need be made readable while it fills."""
    with asking():
        client.indices.put_settings(index=index, settings={"index.refresh_interval": "-1"})
    yield
    with asking():
        client.indices.put_settings(index=index, settings={"index.refresh_interval": None})


def _settle(client: Elasticsearch, index: str) -> int:
    """Gathers what was written in few segments: each that is left costs every later question."""
    patient = client.options(request_timeout=MERGE_SECONDS)
    with asking():
        patient.indices.forcemerge(index=index, max_num_segments=SEGMENTS)
        patient.indices.refresh(index=index)
        return int(patient.count(index=index)["count"])


def _counted(documents: Iterable[Document], progress: Progress) -> Iterator[Document]:
    number = 0
    for number, document in enumerate(documents, start=1):
        yield document
        if number % CHUNK == 0:
            progress(number)
    progress(number)
