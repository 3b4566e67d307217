"""The test server as a browser meets it: requests one after the other, and none left over when a test ends."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from threading import Condition, Lock
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer

LONGEST_S = 60  # a guard against waiting for ever, not a measure


class Connections:
    """Those that the server has taken and not closed yet."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.changed = Condition()
        self.taken: set[int] = set()
        self.open: set[int] = set()
        take, close = ThreadedWSGIServer.process_request, ThreadedWSGIServer.shutdown_request

        def process_request(server: Any, request: Any, client_address: Any) -> None:
            with self.changed:
                self.taken.add(client_address[1])
                self.open.add(id(request))
                self.changed.notify_all()
            take(server, request, client_address)

        def shutdown_request(server: Any, request: Any) -> None:
            close(server, request)
            with self.changed:
                self.open.discard(id(request))
                self.changed.notify_all()

        monkeypatch.setattr(ThreadedWSGIServer, "process_request", process_request)
        monkeypatch.setattr(ThreadedWSGIServer, "shutdown_request", shutdown_request)

    def wait_for_the_last(self, url: str) -> None:
        """The server takes connections in their order: once it has ours, it has all that the browser had opened."""
        address = urlsplit(url)
        with socket.create_connection((address.hostname, address.port)) as ours:
            port = ours.getsockname()[1]
            with self.changed:
                assert self.changed.wait_for(lambda: port in self.taken, LONGEST_S)
        with self.changed:
            assert self.changed.wait_for(lambda: not self.open, LONGEST_S), "a window is still connected"


@pytest.fixture
def one_request_at_a_time(transactional_db: None, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lock]:
    """The threads of the test server share the one connection of an in-memory database, which real ones never do.

    A test that writes while a page is open takes the lock as well. What a closed window had still asked for is
    answered before the database is emptied.
    """
    lock, answer = Lock(), WSGIHandler.__call__
    connections = Connections(monkeypatch)

    def answer_alone(self: WSGIHandler, *request: Any) -> Any:
        with lock:
            return answer(self, *request)

    monkeypatch.setattr(WSGIHandler, "__call__", answer_alone)
    yield lock
    connections.wait_for_the_last(live_server.url)
