"""PostGIS where the database has it: a query per need, candidates by a GiST index on geography."""

import numpy as np
from django.db import connection

from matching.benchmark.scene import Found, Scene
from matching.benchmark.statement import reach_km, statement
from matching.engine.columns import Longs

# Metres of geodesic per km of chord arc, with a margin: the rules decide afterwards.
METRES_PER_KM = 1005


def is_installed() -> bool:
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'postgis'")
        return cursor.fetchone() is not None


def lay_out_places() -> None:
    """Give the tables of the statement a place each, indexed on the side of the offers."""
    with connection.cursor() as cursor:
        for table in ("bench_offer", "bench_need"):
            cursor.execute(f"ALTER TABLE {table} ADD place geography(Point)")
            cursor.execute(f"UPDATE {table} SET place = ST_MakePoint(lon, lat)::geography")  # noqa: S608
        cursor.execute("CREATE INDEX bench_offer_geography ON bench_offer USING gist (place)")
        cursor.execute("ANALYZE bench_offer, bench_need")


def by_geography(scene: Scene, needs: Longs) -> Found:
    """The top 20 of the given needs."""
    near = (
        "bench_use u JOIN bench_offer o ON o.material = u.material AND o.kind = u.kind "
        f"AND ST_DWithin(o.place, n.place, {reach_km()} * {METRES_PER_KM})"
    )
    query = statement(scene.problem, "n.id = :need", near).replace(":need", "%s")
    rows: list[tuple[int, int, float]] = []
    with connection.cursor() as cursor:
        for need in needs.tolist():
            cursor.execute(query, [need])
            rows += cursor.fetchall()
    need, offer, score = zip(*rows, strict=True) if rows else ((), (), ())
    return Found(np.array(need, dtype=np.int64), np.array(offer, dtype=np.int64), np.array(score, dtype=np.float64))
