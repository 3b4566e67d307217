"""Jobs of matching: on the `jobs` alias, idempotent, so that a lost or repeated one does no harm."""

from __future__ import annotations

from django_tasks import task

from matching.rematching import rematch_listing
from matching.telling import send_letters


@task(backend="jobs")
def rematch(listing_pk: int) -> int:
    return rematch_listing(listing_pk)


@task(backend="jobs")
def tell_of_lapses() -> int:
    return send_letters().sent
