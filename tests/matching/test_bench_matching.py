"""The benchmark itself: every method returns the same pairs, and the figures have their names."""

import json

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from matching.benchmark import geography, stored, tables
from matching.benchmark.scene import Found, Scene
from matching.benchmark.trees import by_trees

RATIOS = {"ratio_sql", "ratio_kdtree", "ratio_numpy_sql", "ratio_orm", "ratio_floor", "ratio_database"}
KEYS = RATIOS | {"peak_mb", "identical"}

pytestmark = pytest.mark.django_db


def test_all_methods_return_the_same_pairs(tmp_path, capsys):
    call_command("bench_matching", offers=1500, needs=400, repeat=1, sql_needs=400, json=tmp_path / "figures.json")
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert set(figures) >= KEYS
    assert figures["differing"] == []
    assert figures["identical"] is True
    assert figures["candidates"] > 0
    assert all(figures[key] > 0 for key in KEYS - {"identical", "ratio_floor"})
    assert "identical        True" in capsys.readouterr().out


def test_pairs_written_by_the_engine_are_those_the_statement_inserts():
    scene = Scene.made(7, 400, 100)
    tables.lay_out(scene)
    stored.lay_out_listings(scene)
    found = stored.by_database(scene)
    ours = rows_of_pairs()
    assert ours == sorted(zip(found.need.tolist(), found.offer.tolist(), strict=True))
    stored.by_insert(scene, np.arange(100))
    assert rows_of_pairs() == ours


def rows_of_pairs():
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT need, offer FROM {stored.PAIRS} ORDER BY need, offer")  # noqa: S608
        return cursor.fetchall()


def test_postgis_is_asked_only_where_the_database_has_it(capsys):
    call_command("bench_matching", offers=200, needs=50, repeat=1, methods=["numpy", "postgis"])
    assert ("postgis  not available here" in capsys.readouterr().out) is not geography.is_installed()


def test_the_tables_are_gone_afterwards():
    call_command("bench_matching", offers=200, needs=50, repeat=1, methods=["numpy", "stored", "sql"])
    assert [name for name in connection.introspection.table_names() if name.startswith("bench_")] == []


def test_without_the_engine_there_is_nothing_to_compare_with():
    with pytest.raises(CommandError, match="numba or numpy"):
        call_command("bench_matching", methods=["sql"])


@pytest.mark.parametrize(
    "wrong",
    ["--offers=0", "--needs=-5", "--seed=-1", "--repeat=0", "--sql-needs=0", "--simulate-workers=-1", "--json=/"],
)
def test_figures_and_files_that_make_no_sense_are_refused(wrong):
    with pytest.raises(CommandError, match=wrong.split("=")[0]):
        call_command("bench_matching", wrong)


def test_the_smallest_market_is_compared_too(tmp_path):
    call_command("bench_matching", "--offers=1", "--needs=1", "--repeat=1", f"--json={tmp_path / 'figures.json'}")
    assert json.loads((tmp_path / "figures.json").read_text())["identical"] is True


def test_the_market_is_the_same_for_the_same_seed():
    one, other = Scene.made(7, 300, 100), Scene.made(7, 300, 100)
    assert one.offers.lat.tolist() == other.offers.lat.tolist()
    assert one.needs.max_landed_per_t.tobytes() == other.needs.max_landed_per_t.tobytes()


def test_different_pairs_are_noticed():
    scene = Scene.made(7, 300, 100)
    found = by_trees(scene)
    assert found.has_the_pairs_of(found)
    assert not found.has_the_pairs_of(Found(found.need[1:], found.offer[1:], found.score[1:]))
