"""The market as temporary tables of the database in use, as a programmer without the engine would lay it out."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from django.db import connection

from matching.benchmark.scene import Scene
from matching.engine.arrays import Limits
from matching.engine.index import N_CLASSES, offer_class
from matching.engine.problem import Problem

UNLIMITED = 1e300  # SQLite has no word for infinity
Columns = dict[str, Any]
FLOAT, WHOLE = "double precision", "integer"
INDEXES = (
    "CREATE INDEX bench_offer_place ON bench_offer (material, kind, lat, lon)",
    "CREATE INDEX bench_use_demand ON bench_use (demand)",
    "CREATE UNIQUE INDEX bench_permit_key ON bench_permit (holder, code)",
    "CREATE UNIQUE INDEX bench_member_key ON bench_member (region_set, region)",
    "CREATE UNIQUE INDEX bench_figure_key ON bench_figure (offer, property)",
    "CREATE UNIQUE INDEX bench_own_key ON bench_own (owner, property)",
    "CREATE INDEX bench_default_owner ON bench_default (owner)",
    "CREATE UNIQUE INDEX bench_need_key ON bench_need (id)",
)
COMMON = ("lat", "lon", "min_lot_t", "firm", "park", "region", "region_set", "scope")


def lay_out(scene: Scene) -> None:
    """Make and fill the tables, with the indexes that serve the statement best. They go with the connection."""
    problem = scene.problem
    tables = {
        "offer": _offers(problem),
        "need": _needs(problem),
        "use": _uses(scene),
        "permit": _permits(problem),
        "member": dict(zip(("region_set", "region"), np.nonzero(problem.rules.region_member), strict=True)),
        "figure": _figures(problem),
        "own": _limits(problem.needs.limits),
        "default": _limits(problem.rules.default_limits),
    }
    with connection.cursor() as cursor:
        for name, columns in tables.items():
            _fill(cursor, f"bench_{name}", columns)
        for statement in INDEXES:
            cursor.execute(statement)
        cursor.execute("ANALYZE")


def clear() -> None:
    with connection.cursor() as cursor:
        for name in ("offer", "need", "use", "permit", "member", "figure", "own", "default"):
            cursor.execute(f"DROP TABLE IF EXISTS bench_{name}")


def _fill(cursor: Any, table: str, columns: Columns) -> None:
    kinds = {name: FLOAT if np.asarray(values).dtype.kind == "f" else WHOLE for name, values in columns.items()}
    cursor.execute(f"DROP TABLE IF EXISTS {table}")
    cursor.execute(f"CREATE TEMPORARY TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in kinds.items())})")
    rows = _rows(columns.values())
    if connection.vendor == "postgresql":
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    else:
        cursor.executemany(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(columns))})", list(rows))  # noqa: S608


def _rows(columns: Iterable[Any]) -> Iterator[Sequence[Any]]:
    return zip(*(_plain(np.asarray(values)) for values in columns), strict=True)


def _plain(values: np.ndarray) -> list[Any]:
    if values.dtype.kind == "f":
        known = np.clip(values.astype(np.float64), -UNLIMITED, UNLIMITED).tolist()
        return [None if value != value else value for value in known]
    return values.astype(np.int64).tolist()


def _offers(problem: Problem) -> Columns:
    offers, days = problem.offers, problem.offer_window
    return {name: getattr(offers, name) for name in COMMON} | {
        "id": np.arange(len(offers)),
        "material": offers.material,
        "kind": offer_class(offers),
        **dict(zip("xyz", problem.offer_xyz, strict=True)),
        "cap_2": problem.offer_cap_2,
        "radius_2": problem.offer_radius_2,
        "screen": problem.offer_screen,
        "first_day": days.first,
        "last_day": days.last,
        "length": days.length,
        "lot_cap_t": problem.offer_lot_cap,
        "regulated": offers.regulated & problem.rules.check_permits,
        "code": offers.code,
        "quantity_t": offers.quantity_t,
        "price_known": problem.offer_price_known,
        "at_gate": problem.landed_at_gate,
        "steepness": problem.offer_steepness,
        "per_money": problem.offer_per_money,
        "quality": offers.quality_level / 3.0,
    }


def _needs(problem: Problem) -> Columns:
    needs, days = problem.needs, problem.need_window
    return {name: getattr(needs, name) for name in COMMON} | {
        "id": np.arange(len(needs)),
        "demand": needs.demand,
        **dict(zip("xyz", problem.need_xyz, strict=True)),
        "cap_2": problem.need_cap_2,
        "cap_km": needs.max_distance_km,
        "explicit": problem.need_explicit,
        "screen": problem.need_screen,
        "first_day": days.first,
        "last_day": days.last,
        "length": days.length,
        "lot_cap_t": problem.need_lot_cap,
        "holder": needs.permit_holder,
        "quantity_t": needs.quantity_t,
        "price": problem.need_price,
        "max_landed": problem.need_max_landed,
    }


def _uses(scene: Scene) -> Columns:
    """Demand × usable material × class of reach, with how far such offers go."""
    rules, index = scene.rules, scene.matching.blocking.index
    demand, material = np.nonzero((rules.suitability > 0) & ~rules.prohibited)
    kind = np.tile(np.arange(N_CLASSES), len(demand))
    demand, material = np.repeat(demand, N_CLASSES), np.repeat(material, N_CLASSES)
    return {
        "demand": demand,
        "material": material,
        "kind": kind,
        "reach_km": index.reach_km[material * N_CLASSES + kind],
        "suitability": rules.suitability[demand, material].astype(np.float64),
        "window_id": rules.window[demand, material],
    }


def _permits(problem: Problem) -> Columns:
    permits = problem.permits
    holder, code = np.divmod(permits.key, permits.n_codes)
    return {"holder": holder, "code": code, "free_t": permits.free_t[:-1]}


def _figures(problem: Problem) -> Columns:
    figures = problem.offers.properties
    return {"offer": figures.owners(), "property": figures.property, "low": figures.low, "high": figures.high}


def _limits(limits: Limits) -> Columns:
    names = ("property", "low", "high", "hard")
    return {"owner": limits.owners()} | {name: getattr(limits, name) for name in names}
