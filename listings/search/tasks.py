"""Jobs of the search: on the `jobs` alias, and harmless to repeat, because the listings are read anew."""

from __future__ import annotations

import logging

from django_tasks import task

from ..models import Listing
from .backend import Unavailable
from .backends import elastic
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
    """Documents are read as they are sent, so that the server can tell older from newer."""
    server = elastic()
    server.put(documents_of(listings))
    open_now = set(Listing.objects.published().filter(pk__in=listings).values_list("pk", flat=True))
    server.remove(sorted(set(listings) - open_now))
