"""Jobs of listings: on the `jobs` alias, idempotent, so that a lost or repeated one does no harm."""

from __future__ import annotations

from django_tasks import task

from .alerts import alert_at_once
from .search.indexing import index_listings


@task(backend="jobs")
def alert(listing_key: int) -> int:
    return alert_at_once(listing_key).found


@task(backend="jobs")
def index_anew(listing_keys: list[int]) -> int:
    """After an edit of what these listings point to."""
    index_listings(listing_keys)
    return len(listing_keys)
