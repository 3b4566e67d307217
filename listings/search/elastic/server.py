"""The connection: short patience, and one kind of refusal for all that can go wrong on the way."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import urllib3
from elastic_transport import NodeConfig, TransportError, Urllib3HttpNode
from elasticsearch import ApiError, Elasticsearch

from ..backend import Unavailable

CONNECT_SECONDS = 1.0
READ_SECONDS = 5.0
REST_SECONDS = 5.0
NOT_FOUND = 404
# A refusal with one of these says that the server is overloaded, starting or in repair.
OUT_OF_ORDER = frozenset({408, 429, 500, 502, 503, 504})

logging.getLogger("elastic_transport").setLevel(logging.WARNING)  # else it tells of every request


class _Node(Urllib3HttpNode):
    """Gives up a connection sooner than an answer: a machine that is off must not cost a reader five seconds."""

    def __init__(self, config: NodeConfig) -> None:
        super().__init__(config)
        self.pool.timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=config.request_timeout)


def connect(url: str, *, read_seconds: float = READ_SECONDS) -> Elasticsearch:
    """Nothing is asked yet. User and password may stand in the address."""
    return Elasticsearch(url, request_timeout=read_seconds, max_retries=0, node_class=_Node)


@dataclass
class Patience:
    """Lets readers go elsewhere at once for a few seconds after the server failed one of them."""

    rest_seconds: float = REST_SECONDS
    _until: float = field(default=0.0, init=False)

    @contextmanager
    def reading(self) -> Iterator[None]:
        if time.monotonic() < self._until:
            raise Unavailable("the server failed a moment ago")
        try:
            with asking():
                yield
        except Unavailable:
            self._until = time.monotonic() + self.rest_seconds
            raise
        self._until = 0.0


@contextmanager
def asking() -> Iterator[None]:
    """Turns what the server or the way to it can do to us into `Unavailable`; a question it rejects stays our bug."""
    try:
        yield
    except ApiError as error:
        status = _status(error)
        if status == NOT_FOUND:
            raise Unavailable(f"there is no index: run manage.py reconcile_search --fix ({error.message})") from error
        if status not in OUT_OF_ORDER:
            raise
        raise Unavailable(f"{status} {error.message}") from error
    except TransportError as error:
        raise Unavailable(str(error)) from error


def _status(error: ApiError) -> int:
    """One question of several can fail though the answer as a whole is in order."""
    inner = error.body.get("status") if isinstance(error.body, dict) else None
    return int(inner or error.status_code)
