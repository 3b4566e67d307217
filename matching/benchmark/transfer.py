"""Columns to and from tables by the quickest way of each database: binary COPY on PostgreSQL, else row by row."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from django.db import connection

# https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format": signature, flags, no extension; −1 ends it.
SIGNATURE, END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
ROWS_AT_ONCE = 1 << 16
KINDS = {"f": "double precision", "i": "integer", "b": "integer"}
Columns = Mapping[str, "np.ndarray[Any, Any]"]


def make_table(cursor: Any, table: str, columns: Columns, more: str = "") -> None:
    """A temporary table for such columns, numbers all; NaN and infinity stay what they are, or NULL on SQLite."""
    kinds = ", ".join(f'"{name}" {KINDS[values.dtype.kind]}' for name, values in columns.items())
    cursor.execute(f"DROP TABLE IF EXISTS {table}")
    cursor.execute(f"CREATE TEMPORARY TABLE {table} ({kinds}{more})")


def write_rows(cursor: Any, table: str, columns: Columns) -> None:
    if connection.vendor == "postgresql":
        _copy_in(cursor, table, columns)
        return
    places = ", ".join(["%s"] * len(columns))
    rows = zip(*(_number(values).tolist() for values in columns.values()), strict=True)
    cursor.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608


def read_rows(cursor: Any, table: str, dtypes: Mapping[str, str], order: str) -> dict[str, "np.ndarray[Any, Any]"]:
    """The named columns of all rows; what is NULL becomes NaN."""
    names = ", ".join(f'"{name}"' for name in dtypes)
    query = f"SELECT {names} FROM {table} ORDER BY {order}"  # noqa: S608
    if connection.vendor == "postgresql":
        found = _copied_out(cursor, query, dtypes)
        return {name: found[name].astype(dtype) for name, dtype in dtypes.items()}
    cursor.execute(query)
    values = list(zip(*cursor.fetchall(), strict=True)) or [()] * len(dtypes)
    return {name: np.array(column, dtype=dtype) for (name, dtype), column in zip(dtypes.items(), values, strict=True)}


def _number(values: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    return values.astype("f8" if values.dtype.kind == "f" else "i4")


def _row_type(kinds: Mapping[str, str]) -> np.dtype[np.void]:
    """A row without NULLs: how many fields, then the size and the value of each, all in network order."""
    parts = [("fields", ">i2")]
    for name, kind in kinds.items():
        parts += [(f"{name} size", ">i4"), (name, ">f8" if kind == "f" else ">i4")]
    return np.dtype(parts)


def _copy_in(cursor: Any, table: str, columns: Columns) -> None:
    kinds = {name: values.dtype.kind for name, values in columns.items()}
    size = len(next(iter(columns.values())))
    with cursor.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as copy:
        copy.write(SIGNATURE)
        for first in range(0, size, ROWS_AT_ONCE):
            copy.write(_packed({name: each[first : first + ROWS_AT_ONCE] for name, each in columns.items()}, kinds))
        copy.write(END)


def _packed(columns: Columns, kinds: Mapping[str, str]) -> bytes:
    rows = np.empty(len(next(iter(columns.values()))), dtype=_row_type(kinds))
    rows["fields"] = len(columns)
    for name, values in columns.items():
        rows[f"{name} size"], rows[name] = rows.dtype[name].itemsize, values
    return rows.tobytes()


def _copied_out(cursor: Any, query: str, dtypes: Mapping[str, str]) -> "np.ndarray[Any, Any]":
    kinds = {name: np.dtype(dtype).kind for name, dtype in dtypes.items()}
    with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT BINARY)") as copy:
        content = b"".join(copy)
    return np.frombuffer(content[len(SIGNATURE) : -len(END)], dtype=_row_type(kinds))
