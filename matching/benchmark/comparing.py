"""Runs every method on the same market in the same run, checks that they agree, and says how they compare."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np
from django.db import connection

from matching.benchmark import geography, stored, tables
from matching.benchmark.alone import peak_alone_mb
from matching.benchmark.floor import floor_of
from matching.benchmark.market import TODAY
from matching.benchmark.rows import by_rows
from matching.benchmark.scene import TOP, Found, Measured, Scene, measured
from matching.benchmark.statement import by_statement
from matching.benchmark.trees import by_trees
from matching.engine import match
from matching.engine.columns import Longs

METHODS = ("numba", "both", "numpy", "kdtree", "stored", "insert", "sql", "orm", "postgis", "floor")
# How many needs are asked for one by one, at most.
SINGLE_NEEDS = 200
IN_DATABASE = {"insert", "sql", "orm", "postgis"}
# The engine's memory is measured in a process of its own, by engine and side; that of the others as it grows here.
ALONE = {"numba": ("numba", "need"), "both": ("auto", "both"), "numpy": ("numpy", "need")}
IN_PROCESS = {"numba", "both", "numpy", "kdtree", "floor"}
SLOW = {"kdtree", "insert", "sql", "orm", "postgis"}
Say = Callable[[str], None]


@dataclass
class Comparison:
    """All measurements of one run."""

    n_offers: int
    n_needs: int
    seed: int
    database: str
    candidates: int = 0
    measured: dict[str, Measured] = field(default_factory=dict)
    differing: list[str] = field(default_factory=list)

    @property
    def engine(self) -> Measured:
        """The engine at its best here."""
        return self.measured.get("numba") or self.measured["numpy"]

    def ratio(self, slow: str, fast: str | None = None) -> float | None:
        """How many times the seconds of one method another takes; unknown where either was not run.

        Where neither waits for a database it is processor time, which other work on the machine disturbs less.
        """
        quick = self.engine if fast is None else self.measured.get(fast)
        other = self.measured.get(slow)
        if not other or not quick:
            return None
        if {other.method, quick.method} <= IN_PROCESS:
            return other.processor_s / max(quick.processor_s, 1e-9)
        return other.seconds / quick.seconds

    def figures(self) -> dict[str, Any]:
        floor = self.ratio("floor")
        return {
            "offers": self.n_offers,
            "needs": self.n_needs,
            "seed": self.seed,
            "database": self.database,
            "candidates": self.candidates,
            "candidates_per_s": self.candidates / self.engine.seconds,
            "ratio_sql": self.ratio("sql"),
            "ratio_kdtree": self.ratio("kdtree"),
            "ratio_numpy_sql": self.ratio("sql", "numpy"),
            "ratio_database": self.ratio("insert", "stored"),
            "ratio_orm": self.ratio("orm"),
            "ratio_postgis": self.ratio("postgis"),
            "ratio_floor": 1 / floor if floor else None,
            "ratio_both": self.ratio("both"),
            "peak_mb": max(each.peak_mb for name, each in self.measured.items() if name in ("numba", "numpy", "both")),
            "identical": not self.differing,
            "differing": self.differing,
            "methods": {name: _plain(each) for name, each in self.measured.items()},
        }


def _plain(each: Measured) -> dict[str, Any]:
    names = ("seconds", "processor_s", "runs", "n_needs", "peak_mb")
    return {name: getattr(each, name) for name in names}


def compare(
    *, n_offers: int, n_needs: int, seed: int, repeat: int, methods: Iterable[str], sql_needs: int, say: Say
) -> Comparison:
    """`sql_needs` is about how many needs the statement is asked for; its time is scaled up to all."""
    scene = Scene.made(seed, n_offers, n_needs)
    result = Comparison(n_offers, n_needs, seed, connection.vendor)
    wanted = [name for name in METHODS if name in set(methods)]
    try:
        for name in wanted:
            _measure(result, scene, name, repeat, sql_needs)
            say(_line(result, name))
    finally:
        tables.clear()
        stored.clear_listings()
    result.candidates = scene.n_candidates()
    return result


def _measure(result: Comparison, scene: Scene, name: str, repeat: int, sql_needs: int) -> None:
    if name in IN_DATABASE and not IN_DATABASE & set(result.measured):
        tables.lay_out(scene)
    run, needs = _prepared(scene, name, sql_needs)
    if run is None:
        return
    each = measured(name, run, needs, len(scene.needs), 1 if name in SLOW else repeat)
    if name in ALONE:
        each = replace(each, peak_mb=peak_alone_mb(*ALONE[name], result.seed, result.n_offers, result.n_needs))
    first = next(iter(result.measured.values()), each)
    if isinstance(each.found, Found) and isinstance(first.found, Found) and name != "both":
        if not each.found.has_the_pairs_of(first.found.of_needs(needs)):
            result.differing.append(name)
    result.measured[name] = each if each is first else replace(each, found=None)


def _prepared(scene: Scene, name: str, sql_needs: int) -> tuple[Callable[[], Any] | None, Longs]:
    """What to time, and the needs it answers; nothing where it cannot run here."""
    n_needs = len(scene.needs)
    every = np.arange(n_needs)
    sql_sample = every[:: max(1, n_needs // max(1, min(sql_needs, n_needs)))]
    single = every[:: max(1, n_needs // min(SINGLE_NEEDS, n_needs))]
    compiled = find_spec("numba") is not None
    prepared: dict[str, tuple[Callable[[], Callable[[], Any]], Longs]] = {
        "numba": (lambda: _warm(scene, "need") if compiled else _nothing, every),
        "both": (lambda: _warm(scene, "both") if compiled else partial(_match, scene, "numpy", "both"), every),
        "numpy": (lambda: partial(_match, scene, "numpy", "need"), every),
        "kdtree": (lambda: partial(by_trees, scene), every),
        "stored": (lambda: _stored(scene), every),
        "insert": (lambda: partial(stored.by_insert, scene, sql_sample), sql_sample),
        "sql": (lambda: partial(by_statement, scene, sql_sample), sql_sample),
        "orm": (lambda: partial(by_rows, scene, single), single),
        "postgis": (lambda: _geography(scene, single), single),
        "floor": (lambda: floor_of(scene) if compiled else _nothing, every),
    }
    make, needs = prepared[name]
    run = make()
    return (None if run is _nothing else run), needs


def _nothing() -> None:
    return None


def _match(scene: Scene, engine: str, per: Any) -> Found:
    pairs = match(scene.offers, scene.needs, scene.rules, TODAY, top=TOP, per=per, engine=engine)
    return Found.of(pairs)


def _warm(scene: Scene, per: Any) -> Callable[[], Any]:
    """The compiled engine, once it is compiled."""
    few = np.arange(min(20, len(scene.needs)))
    match(scene.offers, scene.needs.take(few), scene.rules, TODAY, per=per, engine="numba")
    return partial(_match, scene, "numba", per)


def _stored(scene: Scene) -> Callable[[], Any]:
    stored.lay_out_listings(scene)
    return partial(stored.by_database, scene)


def _geography(scene: Scene, needs: Longs) -> Callable[[], Any]:
    if not geography.is_installed():
        return _nothing
    geography.lay_out_places()
    return partial(geography.by_geography, scene, needs)


def _line(result: Comparison, name: str) -> str:
    each = result.measured.get(name)
    if each is None:
        return f"{name:8} not available here"
    asked = "" if each.n_needs == result.n_needs else f", from {each.n_needs} needs"
    differs = ", DIFFERENT PAIRS" if name in result.differing else ""
    times = f"{each.seconds:9.3f} s  processor {each.processor_s:9.3f} s"
    return f"{name:8} {times}  peak {each.peak_mb:6.0f} MB{asked}{differs}"


def summary(result: Comparison) -> list[str]:
    """The ratios, a line each."""
    figures = result.figures()
    lines = [
        f"{result.candidates / 1e6:.1f} million candidates, {figures['candidates_per_s'] / 1e6:.1f} million a second"
    ]
    lines += [f"{name:16} {figures[name]:8.2f}" for name in figures if name.startswith("ratio_") and figures[name]]
    return [*lines, f"peak_mb          {figures['peak_mb']:8.0f}", f"identical        {figures['identical']}"]
