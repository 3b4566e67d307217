"""From database to database: listings read from tables, matched, their pairs written, against one INSERT … SELECT.

The tables hold listings as they are posted, not what the statement needs worked out beforehand. Rules other than
permit lines are in memory on this side, in tables on the other. Both sides fill the same table of pairs with a primary
key.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from django.db import connection

from matching.benchmark.market import TODAY
from matching.benchmark.scene import TOP, Found, Scene
from matching.benchmark.statement import statement
from matching.benchmark.transfer import make_table, read_rows, write_rows
from matching.engine import Limits, Needs, Offers, PermitTable, Ranges, Rules, match
from matching.engine.columns import Longs, Ragged, Table, column_specs

PAIRS = "bench_pair"
Arrays = dict[str, "np.ndarray[Any, Any]"]


def lay_out_listings(scene: Scene) -> None:
    tables: dict[str, Table | Ragged] = {
        "offer": scene.offers,
        "need": scene.needs,
        "range": scene.offers.properties,
        "limit": scene.needs.limits,
        "line": scene.rules.permits,
    }
    with connection.cursor() as cursor:
        for name, table in tables.items():
            columns = _columns(table)
            make_table(cursor, f"bench_posted_{name}", columns)
            write_rows(cursor, f"bench_posted_{name}", columns)


def clear_listings() -> None:
    with connection.cursor() as cursor:
        for name in ("posted_offer", "posted_need", "posted_range", "posted_limit", "posted_line", "pair"):
            cursor.execute(f"DROP TABLE IF EXISTS bench_{name}")


def _columns(table: Table | Ragged) -> Arrays:
    owner = table.owners() if isinstance(table, Ragged) else np.arange(len(table))
    return {"id": owner.astype(np.int32)} | {name: getattr(table, name) for name in column_specs(type(table))}


def by_database(scene: Scene) -> Found:
    """Read everything, match, and write the pairs."""
    with connection.cursor() as cursor:
        offers, needs, rules = _read(cursor, scene.rules)
        pairs = match(offers, needs, rules, TODAY, top=TOP)
        make_pairs(cursor)
        write_rows(cursor, PAIRS, {"need": pairs.need, "offer": pairs.offer, "score": pairs.score})
    return Found.of(pairs)


def by_insert(scene: Scene, needs: Longs) -> None:
    """The statement, its rows inserted rather than fetched, for every needs[1]-th need."""
    step = int(needs[1]) if len(needs) > 1 else 1
    with connection.cursor() as cursor:
        make_pairs(cursor)
        cursor.execute(f"INSERT INTO {PAIRS} {statement(scene.problem, step)}", [])


def make_pairs(cursor: Any) -> None:
    none = np.empty(0, dtype=np.int32)
    make_table(cursor, PAIRS, {"need": none, "offer": none, "score": np.empty(0)}, ", PRIMARY KEY (need, offer)")


def _read(cursor: Any, rules: Rules) -> tuple[Offers, Needs, Rules]:
    offers, needs = _posted(cursor, "offer", Offers), _posted(cursor, "need", Needs)
    n_offers, n_needs = len(offers.pop("id")), len(needs.pop("id"))
    return (
        Offers(properties=_lists(cursor, "range", Ranges, n_offers), **offers),
        Needs(limits=_lists(cursor, "limit", Limits, n_needs), **needs),
        replace(rules, permits=_lists(cursor, "line", PermitTable, len(rules.permits))),
    )


def _posted(cursor: Any, name: str, kind: type) -> Arrays:
    return read_rows(cursor, f"bench_posted_{name}", _dtypes(kind), "id")


def _lists(cursor: Any, name: str, kind: Any, owners: int) -> Any:
    columns = read_rows(cursor, f"bench_posted_{name}", _dtypes(kind), f'id, "{next(iter(column_specs(kind)))}"')
    return kind.from_columns(owners, owner=columns.pop("id"), **columns)


def _dtypes(kind: type) -> Mapping[str, str]:
    return {"id": "int32"} | {name: spec.dtype for name, spec in column_specs(kind).items()}
