"""Which backend answers, by the settings."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from .backend import Backend
from .database import DatabaseBackend

DATABASE, ELASTIC = "database", "elastic"


def database() -> Backend:
    """Always there: what the other is filled and mended from, and who answers where it does not."""
    return DatabaseBackend()


def configured() -> Backend:
    """The one that is asked first."""
    return elastic() if settings.LOOPYARD_SEARCH == ELASTIC else database()


def by_name(name: str) -> Backend:
    return {DATABASE: database, ELASTIC: elastic}[name]()


def in_use() -> list[str]:
    """The database is always kept, to answer where the other does not."""
    return [DATABASE, ELASTIC] if settings.LOOPYARD_SEARCH == ELASTIC else [DATABASE]


def elastic() -> Backend:
    return _elastic(settings.LOOPYARD_ELASTICSEARCH_URL)


@cache
def _elastic(url: str) -> Backend:
    """Imported late: small sites need neither its library nor its server."""
    from .elastic import ElasticBackend

    return ElasticBackend(url)
