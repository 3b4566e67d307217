"""The backend as the rest of the search sees it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from elasticsearch.dsl import MultiSearch, Search

from ..documents import Document
from ..grid import fitting_zoom
from ..measuring import haulage_by_country
from ..query import SearchQuery, Sort
from ..results import Cluster, Found
from ..text import read_words
from . import rebuilding
from .clustering import cluster_search, clusters_of
from .conditions import choices, conditions
from .counting import counting_searches, counts_of, total_of
from .finding import Answer, AsSorted, ByDistance, ByMatch
from .indexing import WRITE_SECONDS, held_fingerprints, now_version, puts, removals, write
from .landed import ByLandedCost
from .server import READ_SECONDS, Patience, connect

ORDERINGS: dict[Sort, type[AsSorted]] = {
    Sort.DISTANCE: ByDistance,
    Sort.LANDED: ByLandedCost,
    Sort.MATCH: ByMatch,
}


class ElasticBackend:
    name = "elastic"

    def __init__(self, url: str, *, index: str = "loopyard-listings", read_seconds: float = READ_SECONDS) -> None:
        self.client = connect(url, read_seconds=read_seconds)
        self.writer = connect(url, read_seconds=WRITE_SECONDS)
        self.index = index
        self.patience = Patience()

    def find(self, query: SearchQuery) -> Found:
        words = read_words(query.words, query.level)
        base, chosen = conditions(query, words), choices(query)
        rates = haulage_by_country() if query.near else {}
        ordering = ORDERINGS.get(query.sort, AsSorted)(query, [*base, *chosen.values()], rates)
        counting = counting_searches(query, base, chosen)
        with self.patience.reading():
            answers = self._ask([*counting, *ordering.searches()])
            hits = ordering.page(answers[len(counting) :], self._ask)
        counted = answers[: len(counting)]
        return Found(tuple(hits), total_of(counted), counts_of(counted), words.corrections, self.name)

    def clusters(self, query: SearchQuery, zoom: int) -> list[Cluster]:
        filters = [*conditions(query, read_words(query.words, query.level)), *choices(query).values()]
        if query.box is not None:
            zoom = fitting_zoom(query.box, zoom)
        with self.patience.reading():
            (answer,) = self._ask([cluster_search(query, filters, zoom)])
        return list(clusters_of(answer))

    def _ask(self, searches: Sequence[Search[Any]]) -> list[Answer]:
        batch: MultiSearch[Any] = MultiSearch(using=self.client, index=self.index)
        for search in searches:
            batch = batch.add(search.params(allow_partial_search_results=False))
        return [answer.to_dict() for answer in batch.execute()]

    def put(self, documents: Iterable[Document]) -> None:
        """Give it documents that are read as it goes: what was read before the call could be older than it looks."""
        version = now_version()
        write(self.writer, self._written(), puts(documents, version), refresh=True)

    def remove(self, listings: Iterable[int]) -> None:
        write(self.writer, self._written(), removals(listings, now_version()), refresh=True)

    def fingerprints(self) -> Iterator[tuple[int, str]]:
        rebuilding.ensure_index(self.writer, self.index)
        return held_fingerprints(self.writer, self.index)

    def rebuild(self, documents: Iterable[Document], progress: rebuilding.Progress = lambda number: None) -> int:
        return rebuilding.rebuild(self.writer, self.index, documents, progress)

    def drop(self) -> None:
        """Everything of this name."""
        for index in rebuilding.held_indexes(self.writer, rebuilding.writing_alias(self.index)):
            rebuilding.discard(self.writer, index)

    def _written(self) -> list[str]:
        rebuilding.ensure_index(self.writer, self.index)
        return rebuilding.held_indexes(self.writer, rebuilding.writing_alias(self.index))
