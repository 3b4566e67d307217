"""The best single statement we could write: every rule, the score, and the top 20 of each need.

Offers come by the composite index (material, class of reach, latitude, longitude). On PostgreSQL a LATERAL query takes
the top of each need; SQLite, which has none, ranks with a window function.
"""

import numpy as np
from django.db import connection

from matching.benchmark.scene import TOP, Found, Scene
from matching.engine.arrays import Weights
from matching.engine.columns import Longs
from matching.engine.geo import MEAN_RADIUS_KM
from matching.engine.problem import YEAR_DAYS, Problem
from matching.engine.specification import NO_EVIDENCE, OUTCOME_VALUE

KM_PER_DEGREE = 110.5
FARTHEST_KM = 20_100.0


def _least(*terms: str) -> str:
    return f"{'least' if connection.vendor == 'postgresql' else 'min'}({', '.join(terms)})"


def _most(*terms: str) -> str:
    return f"{'greatest' if connection.vendor == 'postgresql' else 'max'}({', '.join(terms)})"


def _single(term: str) -> str:
    """As precise as the engine stores it, where the database knows single precision."""
    return f"(({term})::real)::double precision" if connection.vendor == "postgresql" else term


def reach_km() -> str:
    """How far offers of a class may lie from a need."""
    reach = _least("u.reach_km", "n.cap_km", str(FARTHEST_KM))
    explicit = _least("n.cap_km", str(FARTHEST_KM))
    return f"(CASE WHEN u.kind = 0 AND n.explicit = 1 THEN {explicit} ELSE {reach} END)"


def _near() -> str:
    """The join that the index serves: material, class of reach, and a box around the need."""
    lat = f"({reach_km()} / {KM_PER_DEGREE} + 1e-6)"
    northmost = _least("89.9", f"abs(n.lat) + {lat}")
    lon = f"({lat} / {_most(f'cos(radians({northmost}))', '0.0001')})"
    return (
        "bench_use u JOIN bench_offer o ON o.material = u.material AND o.kind = u.kind "
        f"AND o.lat BETWEEN n.lat - {lat} AND n.lat + {lat} AND o.lon BETWEEN n.lon - {lon} AND n.lon + {lon}"
    )


def _rules() -> str:
    member = "EXISTS (SELECT 1 FROM bench_member m WHERE m.region_set = {0}.region_set AND m.region = {1}.region)"
    chord = "(o.x - n.x) * (o.x - n.x) + (o.y - n.y) * (o.y - n.y) + (o.z - n.z) * (o.z - n.z)"
    park = "(o.park >= 0 AND o.park = n.park)"
    return f"""
        u.demand = n.demand AND (o.screen & n.screen) = 0
        AND {chord} <= {_least("o.cap_2", "n.cap_2")} AND (n.explicit = 1 OR {chord} <= o.radius_2)
        AND {_least("o.last_day", "n.last_day")} >= {_most("o.first_day", "n.first_day")}
        AND o.min_lot_t <= n.lot_cap_t AND n.min_lot_t <= o.lot_cap_t
        AND (o.firm < 0 OR o.firm <> n.firm)
        AND (o.scope = 2 OR (o.scope = 0 AND {park}) OR (o.scope = 1 AND {member.format("o", "n")}))
        AND (n.scope = 2 OR (n.scope = 0 AND {park}) OR (n.scope = 1 AND {member.format("n", "o")}))"""


def _free_t() -> str:
    line = "(SELECT p.free_t FROM bench_permit p WHERE p.holder = n.holder AND p.code = o.code)"
    return f"CASE WHEN o.regulated = 0 OR (o.code < 0 AND n.holder >= 0) THEN 1e300 ELSE coalesce({line}, 0) END"


def _specification() -> str:
    """Mean worth of all limits, −1 where a hard one fails. Default limits yield to the need's own."""
    may, unknown = (float(OUTCOME_VALUE[each]) for each in (1, 2))

    def limits(table: str, owner: str, unknown_worth: float, also: str = "") -> str:
        fails = "(f.high < l.low OR f.low > l.high)"
        worth = f"""CASE WHEN f.low IS NULL THEN {unknown_worth} WHEN {fails} THEN 0.0
            WHEN f.low >= l.low AND f.high <= l.high THEN 1.0 ELSE {may} END"""
        return f"""SELECT {worth} AS worth, CASE WHEN l.hard = 1 AND {fails} THEN 1 ELSE 0 END AS failed
            FROM {table} l LEFT JOIN bench_figure f ON f.offer = r.offer AND f.property = l.property
            WHERE l.owner = {owner} {also}"""  # noqa: S608

    other = "AND NOT EXISTS (SELECT 1 FROM bench_own w WHERE w.owner = r.need AND w.property = l.property)"
    mean = f"coalesce(sum(worth) / count(*), {NO_EVIDENCE})"
    return f"""(SELECT CASE WHEN max(failed) = 1 THEN -1 ELSE {_single(mean)} END FROM (
        {limits("bench_own", "r.need", unknown)} UNION ALL
        {limits("bench_default", "r.window_id", NO_EVIDENCE, other)}) judged)"""  # noqa: S608


def _score(problem: Problem) -> str:
    """Weighted sum of all components but the specification."""
    w: Weights = problem.rules.weights
    landed = f"(r.distance_km * {problem.haul_per_t_km!r} + r.at_gate)"
    margin = f"((r.price * r.price_known - {landed}) * r.per_money)"
    tonnes = _least("r.offer_t", "r.need_t", "r.free_t")
    share = f"coalesce(({tonnes} / r.offer_t + {tonnes} / r.need_t) * 0.5, 0.5)"
    days = f"{_least('r.days', str(YEAR_DAYS))} / r.shorter"
    if connection.vendor == "postgresql":  # least() passes over unknown values there
        share = f"CASE WHEN r.offer_t IS NULL OR r.need_t IS NULL THEN 0.5 ELSE {share} END"
    radii = _least("r.distance_km * r.steepness", "700.0")
    return f"""r.suitability * {w.suitability!r} + exp(-{radii}) * {w.distance!r}
        + ({margin} / (abs({margin}) + 1) + 1) * 0.5 * {w.cost!r} + ({share}) * {w.quantity!r}
        + ({days}) * {w.time!r} + r.quality * {w.quality!r}"""


def _pairs(problem: Problem, need: str, near: str) -> str:
    """The lawful pairs of `need` (a table expression, or nothing where it is LATERAL) with all that scores them."""
    chord = "(o.x - n.x) * (o.x - n.x) + (o.y - n.y) * (o.y - n.y) + (o.z - n.z) * (o.z - n.z)"
    diameter = 2 * MEAN_RADIUS_KM
    days = f"{_least('o.last_day', 'n.last_day')} - {_most('o.first_day', 'n.first_day')} + 1"
    lawful = f"""SELECT n.id AS need, o.id AS offer, u.suitability, u.window_id, o.at_gate, o.price_known, o.per_money,
        o.steepness, o.quality, o.quantity_t AS offer_t, n.quantity_t AS need_t, n.price, n.max_landed,
        {_most("o.min_lot_t", "n.min_lot_t")} AS lot_t, {_least("o.length", "n.length")} AS shorter, {days} AS days,
        {diameter!r} * asin({_least(f"sqrt({chord}) / {diameter!r}", "1.0")}) AS distance_km, {_free_t()} AS free_t
        FROM {need} {near} WHERE {_rules()}"""  # noqa: S608
    landed = f"(r.distance_km * {problem.haul_per_t_km!r} + r.at_gate)"
    affordable = f"r.free_t > 0 AND r.free_t >= r.lot_t AND ({landed} <= r.max_landed OR r.price_known = 0)"
    w = problem.rules.weights
    return f"""SELECT need, offer, (specification * {w.specification!r} + partial) / {w.total!r} AS score FROM (
        SELECT r.need, r.offer, {_score(problem)} AS partial, {_specification()} AS specification
        FROM ({lawful}) r WHERE {affordable}) scored WHERE specification >= 0"""  # noqa: S608


def statement(problem: Problem, asked: str | int, near: str | None = None) -> str:
    """For the needs `n` that a condition names, or every so-manieth; `near` joins what may be near."""
    if isinstance(asked, int):
        asked = f"n.id % {asked} = 0"
    near = near or _near()
    if connection.vendor == "postgresql":
        best = f"SELECT offer, score FROM ({_pairs(problem, '', near)}) p ORDER BY score DESC, offer LIMIT {TOP}"  # noqa: S608
        query = f"SELECT n.id, best.offer, best.score FROM bench_need n CROSS JOIN LATERAL ({best}) best WHERE {asked}"  # noqa: S608
        return query.replace("%", "%%")
    pairs = _pairs(problem, f"(SELECT * FROM bench_need n WHERE {asked}) n CROSS JOIN", near)  # noqa: S608
    place = "row_number() OVER (PARTITION BY need ORDER BY score DESC, offer)"
    query = f"SELECT need, offer, score FROM (SELECT p.*, {place} AS place FROM ({pairs}) p) q WHERE place <= {TOP}"  # noqa: S608
    return query.replace("%", "%%")


def by_statement(scene: Scene, needs: Longs) -> Found:
    """For every needs[1]-th need."""
    step = int(needs[1]) if len(needs) > 1 else 1
    with connection.cursor() as cursor:
        cursor.execute(statement(scene.problem, step), [])
        rows = cursor.fetchall()
    need, offer, score = zip(*rows, strict=True) if rows else ((), (), ())
    return Found(np.array(need, dtype=np.int64), np.array(offer, dtype=np.int64), np.array(score, dtype=np.float64))
