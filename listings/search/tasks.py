"""Jobs of the search: on the `jobs` alias, and harmless to repeat, because the listings are read anew."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from django_tasks import task

from ..models import Listing
from . import backends
from .backend import Unavailable
from .gathering import documents_of

logger = logging.getLogger(__name__)


@task(backend="jobs")
def send(listings: list[int]) -> bool:
    """Bring these listings on the search server; False where it does not answer, which reconciling mends."""
    try:
        _send(listings)
    except Unavailable as error:
        logger.error("%s listings are not on the search server: %s", len(listings), error)
        return False
    return True


def _send(listings: list[int]) -> None:
    """Rows are read as they are sent, after the write took its version: the server can tell older from newer."""
    server = backends.elastic()
    server.put(documents_of(listings))
    server.remove(_closed(listings))


def _closed(listings: list[int]) -> Iterator[int]:
    open_now = set(Listing.objects.published().filter(pk__in=listings).values_list("pk", flat=True))
    yield from sorted(set(listings) - open_now)
