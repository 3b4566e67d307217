"""Databases made for one measurement and thrown away: the listings of the site are neither read nor touched."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.utils import ConnectionHandler

from ..models import SearchEntry, SearchText

Settings = Mapping[str, Any]


@contextmanager
def scratch_sqlite(like: Settings) -> Iterator[None]:
    """A file of its own; `like` gives the options of a connection."""
    with tempfile.TemporaryDirectory(prefix="loopyard-bench-") as folder:
        with _in_place_of_default({**like, "NAME": str(Path(folder) / "scratch.sqlite3")}):
            yield


@contextmanager
def scratch_postgresql(server: Settings) -> Iterator[None]:
    """A new database on the server, whose user may make databases."""
    name = f"loopyard_bench_{uuid4().hex[:12]}"
    with _in_place_of_default(server):
        _execute(f"CREATE DATABASE {name}")
    try:
        with _in_place_of_default({**server, "NAME": name}):
            yield
    finally:
        with _in_place_of_default(server):
            _execute(f"DROP DATABASE IF EXISTS {name}")  # which sends a vacuum worker away by itself


@contextmanager
def _in_place_of_default(settings: Settings) -> Iterator[None]:
    """All that this thread asks of the database goes there."""
    usual = connections[DEFAULT_DB_ALIAS]
    scratch = ConnectionHandler({DEFAULT_DB_ALIAS: dict(settings)})[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = scratch
    try:
        yield
    finally:
        scratch.close()
        connections[DEFAULT_DB_ALIAS] = usual


def prepare_scratch() -> None:
    """The tables and the reference data, and room for documents that belong to no listing."""
    call_command("migrate", verbosity=0)
    call_command("load_reference_data", verbosity=0, stdout=StringIO())
    if connection.vendor == "sqlite":
        _execute("PRAGMA foreign_keys = OFF")
        return
    for table in (SearchEntry._meta.db_table, SearchText._meta.db_table):
        for name in _foreign_keys(table):
            _execute(f"ALTER TABLE {table} DROP CONSTRAINT {connection.ops.quote_name(name)}")


def settle() -> None:
    """What the database does by itself some time after many writes."""
    _execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def _foreign_keys(table: str) -> list[str]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
    return [name for name, constraint in found.items() if constraint["foreign_key"]]


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
