"""Pairs of the engine as rows of the match table, written without the ORM, which is several times as slow.

SQLite runs one prepared statement for every row. PostgreSQL would plan it anew each time, so it takes whole columns.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np
from django.db import connections, router
from django.utils import timezone

from matching.engine import Pairs, Verdict
from matching.engine.columns import Flags, Longs
from matching.engine.version import ENGINE_VERSION
from matching.models import Match
from matching.statements import array_text

BATCH = 5000
PAIR = ("offer_id", "need_id")
SAME_NAME = ("score", "verdict", "distance_km", "landed_per_t", "price_known", "deduction_per_t", "n_unknown")
COMPONENTS = ("suitability", "specification", "distance", "quantity", "time", "quality")


class Keys(Protocol):
    """The database's keys of the engine's rows; see `inputs.Inputs`."""

    @property
    def offer_pk(self) -> Longs: ...

    @property
    def need_pk(self) -> Longs: ...

    @property
    def line_pk(self) -> Longs: ...

    @property
    def undecided(self) -> Flags: ...


def store(keys: Keys, pairs: Pairs) -> None:
    """Insert the pairs; one that is there already takes the new figures. Call it inside a transaction."""
    connection = connections[router.db_for_write(Match)]
    columns = _columns(keys, pairs)
    rows = zip(*columns.values(), strict=True)
    write = _write_columns if connection.vendor == "postgresql" else _write_rows
    with connection.cursor() as cursor:
        while batch := list(itertools.islice(rows, BATCH)):
            write(cursor, list(columns), batch)


def _write_rows(cursor: Any, names: Sequence[str], batch: Sequence[Sequence[Any]]) -> None:
    source = f"VALUES ({', '.join(['%s'] * len(names))})"
    cursor.executemany(_statement(cursor.db, names, source), batch)


def _write_columns(cursor: Any, names: Sequence[str], batch: Sequence[Sequence[Any]]) -> None:
    types = [Match._meta.get_field(name).db_type(cursor.db) for name in names]
    source = f"SELECT * FROM unnest({', '.join(f'%s::{each}[]' for each in types)})"  # noqa: S608
    cursor.execute(_statement(cursor.db, names, source), [array_text(column) for column in zip(*batch, strict=True)])


def _statement(connection: Any, columns: Sequence[str], source: str) -> str:
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in columns)
    updated = ", ".join(f"{quote(name)} = excluded.{quote(name)}" for name in columns if name not in PAIR)
    pair = ", ".join(quote(name) for name in PAIR)
    table = quote(Match._meta.db_table)
    return f"INSERT INTO {table} ({names}) {source} ON CONFLICT ({pair}) DO UPDATE SET {updated}"


def _columns(keys: Keys, pairs: Pairs) -> dict[str, Any]:
    """Every column of the table but its key, as Python numbers; whole columns are turned at once."""
    line_pk = np.append(keys.line_pk, -1)[pairs.permit_line]  # −1, no line, picks the last entry
    arrays = {
        "offer_id": keys.offer_pk[pairs.offer],
        "need_id": keys.need_pk[pairs.need],
        "landed_score": pairs.cost,
        **{f"{name}_score": getattr(pairs, name) for name in COMPONENTS},
        **{name: getattr(pairs, name) for name in SAME_NAME},
        "verdict": np.where(keys.undecided[pairs.offer], np.minimum(pairs.verdict, Verdict.POSSIBLE), pairs.verdict),
    }
    return {
        **{name: values.tolist() for name, values in arrays.items()},
        "permit_line_id": _optional(line_pk, pairs.permit_line < 0),
        "surplus_per_t": _optional(pairs.surplus_per_t, np.isnan(pairs.surplus_per_t)),
        "quantity_t": _optional(pairs.quantity_t, ~np.isfinite(pairs.quantity_t)),
        "engine_version": itertools.repeat(ENGINE_VERSION, len(pairs)),
        "computed_at": _moments(timezone.now(), len(pairs)),
    }


def _moments(now: dt.datetime, count: int) -> Iterator[Any]:
    """The one moment of the run, as the database wants it."""
    connection = connections[router.db_for_write(Match)]
    field = Match._meta.get_field("computed_at")
    return itertools.repeat(field.get_db_prep_value(now, connection), count)


def _optional(values: np.ndarray, missing: np.ndarray) -> list[object]:
    return [None if gone else value for value, gone in zip(values.tolist(), missing.tolist(), strict=True)]
