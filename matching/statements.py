"""Plain SQL, where the ORM would be in the way: statements run, and keys named in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet

Keys = Sequence[int] | QuerySet[Any, Any]


def one_of(column: str, keys: Keys) -> tuple[str, Sequence[Any]]:
    """SQL for a column that holds one of the keys, and its parameters.

    PostgreSQL takes them as one array: it then reads, and plans, as little as for one key.
    """
    if isinstance(keys, QuerySet):
        statement, values = keys.query.sql_with_params()
        return f"{column} IN ({statement})", values
    if connection.vendor == "postgresql":
        return f"{column} = ANY(%s)", [array_text(keys)]
    return f"{column} IN ({', '.join(['%s'] * len(keys)) or 'NULL'})", keys


def array_text(values: Iterable[Any]) -> str:
    """Numbers, times or plain words as PostgreSQL writes an array. psycopg would look at every single one first."""
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"


def fetched(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def changed(statement: str, values: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
