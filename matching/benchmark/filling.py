"""Rows of a model written column by column, many times as fast as `bulk_create` on wide tables."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

ROWS_AT_ONCE = 5000


def fill(model: type[models.Model], size: int, columns: Mapping[str, Sequence[Any]], first_pk: int = 1) -> range:
    """Insert `size` rows with rising keys and return these. A field that is not given takes its default."""
    keys = range(first_pk, first_pk + size)
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    values = [keys, *(_prepared(field, columns, size) for field in fields)]
    names = [model._meta.pk.column, *(field.column for field in fields)]
    rows = zip(*values, strict=True)
    with connection.cursor() as cursor:
        while batch := list(itertools.islice(rows, ROWS_AT_ONCE)):
            cursor.executemany(_statement(model._meta.db_table, names), batch)
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)
    return keys


def _statement(table: str, names: Sequence[str]) -> str:
    quote = connection.ops.quote_name
    places = ", ".join(["%s"] * len(names))
    return f"INSERT INTO {quote(table)} ({', '.join(map(quote, names))}) VALUES ({places})"  # noqa: S608


def _prepared(field: models.Field[Any, Any], columns: Mapping[str, Sequence[Any]], size: int) -> Iterator[Any]:
    if field.attname not in columns:
        return itertools.repeat(field.get_db_prep_save(_default(field), connection), size)
    values = columns[field.attname]
    plain = values.tolist() if hasattr(values, "tolist") else values
    return (None if value is None or value != value else value for value in plain)


def _default(field: models.Field[Any, Any]) -> Any:
    return field.pre_save(field.model(), add=True) if getattr(field, "auto_now_add", False) else field.get_default()
