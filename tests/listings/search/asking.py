"""Short questions for tests of the search."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from listings.search.backend import Backend
from listings.search.gathering import documents_of, open_listings
from listings.search.query import Level, SearchQuery


def question(words: str = "", **conditions: Any) -> SearchQuery:
    """As a member, unless told otherwise."""
    return SearchQuery(**{"today": timezone.localdate(), "level": Level.MEMBER, "words": words} | conditions)


def filled(backend: Backend) -> Backend:
    """With all that is on the market: a search server is told after the commit, which a test never sees."""
    backend.put(documents_of(open_listings()))
    return backend


def keys(backend: Backend, words: str = "", **conditions: Any) -> list[int]:
    return [hit.listing for hit in backend.find(question(words, **conditions)).hits]
