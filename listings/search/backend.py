"""What a search backend must do. All give the same answers; one test suite holds them to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from .documents import Document
from .query import SearchQuery
from .results import Cluster, Found


class Unavailable(Exception):
    """The backend's server does not answer: ask the database instead."""


class Backend(Protocol):
    name: str

    def find(self, query: SearchQuery) -> Found:
        """One page, the total and all facet counts. Ties are broken by the listing's key, newest first."""
        ...

    def clusters(self, query: SearchQuery, zoom: int) -> list[Cluster]:
        """The listings inside `query.box`, gathered by the cells of a fixed grid that halves with each zoom step."""
        ...

    def put(self, documents: Iterable[Document]) -> None:
        """Add or replace."""
        ...

    def remove(self, listings: Iterable[int]) -> None: ...

    def rebuild(self, documents: Iterable[Document], progress: Callable[[int], None]) -> int:
        """Fill a new index with these and put it in the place of the old one. How many it holds."""
        ...

    def fingerprints(self) -> Iterator[tuple[int, str]]:
        """Key and `fingerprint` of every document held, by rising key: what reconciling compares."""
        ...
