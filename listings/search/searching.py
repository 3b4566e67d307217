"""Puts a question to the configured backend, and to the database where that does not answer."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from .backend import Backend, Unavailable
from .backends import configured, database
from .query import SearchQuery
from .results import Cluster, Found

T = TypeVar("T")
QUIET_S = 60.0
logger = logging.getLogger(__name__)


def search(query: SearchQuery) -> Found:
    """One page, the total, all facet counts; `Found.backend` says who answered."""
    return _asked(lambda backend: backend.find(query))


def clusters(query: SearchQuery, zoom: int) -> list[Cluster]:
    """The listings that the query finds inside its box, gathered for a map at that zoom (0 the world, 18 a street)."""
    return _asked(lambda backend: backend.clusters(query, zoom))


def _asked(question: Callable[[Backend], T]) -> T:
    try:
        return question(configured())
    except Unavailable as error:
        _tell_operators(error)
        return question(database())


class _Told:
    at_s = float("-inf")


def _tell_operators(error: Unavailable) -> None:
    """Once a minute: a server that is down is asked with every page."""
    now = time.monotonic()
    if now - _Told.at_s >= QUIET_S:
        _Told.at_s = now
        logger.error("The search server does not answer, the database does: %s", error)
