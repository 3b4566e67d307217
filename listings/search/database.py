"""The search on the site's own database: words by its full-text index, all else by passing over columns in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from . import storing
from .columns import Columns, Ints
from .counting import FacetValues
from .documents import Document
from .facets import FACETS
from .held import HELD
from .narrowing import rows_within
from .ordering import page_of
from .placing import Flags, clusters_of
from .query import SearchQuery
from .results import Cluster, Found
from .text import Words, read_words


class DatabaseBackend:
    name = "database"

    def find(self, query: SearchQuery) -> Found:
        words = read_words(query.words, query.level)
        columns, values, chosen = _narrowed(query, words)
        rows = _rows(values, chosen)
        counts = {facet.name: values.counts(facet.name, _all_but(chosen, facet.name)) for facet in FACETS}
        return Found(page_of(columns, query, rows), len(rows), counts, words.corrections, self.name)

    def clusters(self, query: SearchQuery, zoom: int) -> list[Cluster]:
        columns, values, chosen = _narrowed(query, read_words(query.words, query.level))
        return clusters_of(columns, query, _rows(values, chosen), zoom)

    def put(self, documents: Iterable[Document]) -> None:
        storing.put(documents)

    def remove(self, listings: Iterable[int]) -> None:
        storing.remove(listings)

    def rebuild(self, documents: Iterable[Document], progress: Callable[[int], None]) -> int:
        return storing.rebuild(documents, progress)

    def fingerprints(self) -> Iterator[tuple[int, str]]:
        return storing.fingerprints()


def _narrowed(query: SearchQuery, words: Words) -> tuple[Columns, FacetValues, dict[str, Flags]]:
    """What meets everything else, and by facet which of it meets the choice there."""
    columns = HELD.current()
    values = FacetValues(columns, query, rows_within(columns, query, words))
    return columns, values, {name: values.chosen(name, wanted) for name, wanted in query.chosen.items() if wanted}


def _rows(values: FacetValues, chosen: dict[str, Flags]) -> Ints:
    flags = _all_but(chosen, "")
    return values.rows if flags is None else values.rows[flags]


def _all_but(chosen: dict[str, Flags], facet: str) -> Flags | None:
    """The rows that meet the choice in every other facet; None for all."""
    found: Flags | None = None
    for name, flags in chosen.items():
        if name != facet:
            found = flags if found is None else found & flags
    return found
