"""What points to a row of the reference data: as long as anything does, it is not deleted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models

from listings.models import SearchEntry

MOST_NAMED = 3
# Derived facts, made anew from what they point to.
DERIVED = (SearchEntry,)


def what_points_to(record: models.Model) -> list[str]:
    """In words and in the language of the page: `listings: 12 (Fly ash from unit 3, …)`. One query a relation."""
    return [words for relation in _relations(record) if (words := _in_words(record, relation))]


def _relations(record: models.Model) -> Iterator[Any]:
    """Links of the row's own, such as the usual codes of a material, go with it."""
    own = {field.remote_field.through for field in record._meta.local_many_to_many}
    for relation in record._meta.get_fields(include_hidden=True):
        pointing = relation.auto_created and not relation.concrete and not relation.many_to_many
        if pointing and relation.related_model not in own and relation.related_model not in DERIVED:
            yield relation


def _in_words(record: models.Model, relation: Any) -> str:
    rows = relation.related_model._default_manager.filter(**{relation.field.name: record})
    number = rows.count()
    if not number:
        return ""
    named = ", ".join(str(row) for row in rows.order_by("pk")[:MOST_NAMED]) + (" …" if number > MOST_NAMED else "")
    return f"{relation.related_model._meta.verbose_name_plural}: {number} ({named})"
