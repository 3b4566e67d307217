"""What only the backend on Elasticsearch has: its index and alias, versions, and a server that goes away."""

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from listings.search.backend import Unavailable
from listings.search.benchmark_market import TODAY, Market
from listings.search.documents import Document, fingerprint
from listings.search.elastic import ElasticBackend, rebuilding
from listings.search.elastic.indexing import now_version, puts, write
from listings.search.query import SearchQuery

pytestmark = [pytest.mark.needs_elasticsearch, pytest.mark.django_db]
EVERYTHING = SearchQuery(today=TODAY)
NOBODY_THERE = "http://127.0.0.1:9"
HOUR = 3600.0


@pytest.fixture
def documents() -> list[Document]:
    return list(Market().documents(20))


def _held(backend: ElasticBackend) -> dict[int, str]:
    return dict(backend.fingerprints())


def _wanted(documents: list[Document]) -> dict[int, str]:
    return {document.listing: fingerprint(document) for document in documents}


def test_what_is_put_is_found_at_once_and_what_is_removed_is_gone(
    elastic: ElasticBackend, documents: list[Document]
) -> None:
    elastic.put(documents)
    assert elastic.find(EVERYTHING).total == 20
    elastic.remove([1, 2, 3, 99])
    assert elastic.find(EVERYTHING).total == 17
    assert _held(elastic) == _wanted(documents[3:])


def test_keys_come_in_rising_order(elastic: ElasticBackend, documents: list[Document]) -> None:
    elastic.put(reversed(documents))
    assert [key for key, _fingerprint in elastic.fingerprints()] == list(range(1, 21))


def test_a_late_job_cannot_put_back_what_it_read_before(elastic: ElasticBackend, documents: list[Document]) -> None:
    old, new = documents[0], replace(documents[0], form="gas")

    def read_before_the_change() -> Iterator[Document]:
        elastic.put([new])
        yield old

    elastic.put(read_before_the_change())
    assert _held(elastic) == _wanted([new])


def test_a_late_job_cannot_bring_back_what_was_removed(elastic: ElasticBackend, documents: list[Document]) -> None:
    def read_before_the_removal() -> Iterator[Document]:
        elastic.remove([1])
        yield documents[0]

    elastic.put(documents)
    elastic.put(read_before_the_removal())
    assert 1 not in _held(elastic)


def test_putting_twice_changes_nothing(elastic: ElasticBackend, documents: list[Document]) -> None:
    index, *_ = rebuilding.held_indexes(elastic.client, elastic.index)
    version = now_version()
    for _ in range(2):
        write(elastic.client, [index], puts(documents, version), refresh=True)
    assert elastic.find(EVERYTHING).total == 20


def test_a_rebuilt_index_has_what_changed_while_it_was_filled(
    elastic: ElasticBackend, documents: list[Document]
) -> None:
    elastic.put(documents)
    before = rebuilding.held_indexes(elastic.client, elastic.index)
    changed = replace(documents[0], form="gas")

    def meanwhile() -> Iterator[Document]:
        yield from documents[:10]
        elastic.put([changed])
        elastic.remove([2, 15])
        assert elastic.find(EVERYTHING).total == 18
        yield from documents[10:]

    told: list[int] = []
    assert elastic.rebuild(meanwhile(), told.append) == 18
    assert told[-1] == 20
    assert _held(elastic) == _wanted([changed, *documents[2:14], *documents[15:]])
    after = rebuilding.held_indexes(elastic.client, elastic.index)
    assert len(after) == 1 and after != before
    assert rebuilding.held_indexes(elastic.client, rebuilding.writing_alias(elastic.index)) == after


def test_a_rebuild_that_fails_leaves_the_index_in_use(elastic: ElasticBackend, documents: list[Document]) -> None:
    elastic.put(documents)

    def broken() -> Iterator[Document]:
        yield documents[0]
        raise ConnectionError("the database went away")

    with pytest.raises(ConnectionError):
        elastic.rebuild(broken())
    assert _held(elastic) == _wanted(documents)
    assert len(rebuilding.held_indexes(elastic.client, rebuilding.writing_alias(elastic.index))) == 1


def test_a_server_that_is_not_there_is_unavailable_and_then_left_in_peace() -> None:
    backend = ElasticBackend(NOBODY_THERE)
    backend.patience.rest_seconds = HOUR
    with pytest.raises(Unavailable, match="Connection error"):
        backend.find(EVERYTHING)
    with pytest.raises(Unavailable, match="a moment ago"):
        backend.find(EVERYTHING)
    with pytest.raises(Unavailable):
        backend.put([])
    with pytest.raises(Unavailable):
        next(backend.fingerprints())


def test_a_missing_index_is_unavailable_and_says_how_to_make_it(server: str) -> None:
    with pytest.raises(Unavailable, match="reconcile_search --fix"):
        ElasticBackend(server, index="test-never-made").find(EVERYTHING)


def test_a_server_that_takes_the_question_and_says_nothing_is_not_waited_for() -> None:
    """As a process does that was stopped, or has no memory left."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        backend = ElasticBackend(f"http://127.0.0.1:{silent.getsockname()[1]}", read_seconds=0.2)
        backend.patience.rest_seconds = HOUR
        for _ in range(50):
            with pytest.raises(Unavailable):
                backend.find(EVERYTHING)
        assert questions_put_to(silent) == 1


def questions_put_to(silent: socket.socket) -> int:
    """How many connections wait to be taken."""
    silent.setblocking(False)
    for count in range(100):
        try:
            silent.accept()[0].close()
        except BlockingIOError:
            return count
    return 100
