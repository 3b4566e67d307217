"""The benchmark itself: every method returns the same pairs, and the figures have their names."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from matching.benchmark.scene import Found, Scene
from matching.benchmark.trees import by_trees

KEYS = {"ratio_sql", "ratio_kdtree", "ratio_numpy_sql", "ratio_orm", "ratio_floor", "peak_mb", "identical"}

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


def test_the_tables_are_gone_afterwards():
    call_command("bench_matching", offers=200, needs=50, repeat=1, methods=["numpy", "sql"])
    assert [name for name in connection.introspection.table_names() if name.startswith("bench_")] == []


def test_without_the_engine_there_is_nothing_to_compare_with():
    with pytest.raises(CommandError, match="numba or numpy"):
        call_command("bench_matching", methods=["sql"])


def test_the_market_is_the_same_for_the_same_seed():
    one, other = Scene.made(7, 300, 100), Scene.made(7, 300, 100)
    assert one.offers.lat.tolist() == other.offers.lat.tolist()
    assert one.needs.max_landed_per_t.tobytes() == other.needs.max_landed_per_t.tobytes()


def test_different_pairs_are_noticed():
    scene = Scene.made(7, 300, 100)
    found = by_trees(scene)
    assert found.has_the_pairs_of(found)
    assert not found.has_the_pairs_of(Found(found.need[1:], found.offer[1:], found.score[1:]))
