"""Jobs of listings: on the `jobs` alias, idempotent, so that a lost or repeated one does no harm."""

from __future__ import annotations

from django_tasks import task

from .alerts import alert_at_once


@task(backend="jobs")
def alert(listing_key: int) -> int:
    return alert_at_once(listing_key).found
