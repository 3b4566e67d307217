"""The benchmark of the registers' pages, on a list small enough for a test."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from cms.registers.benchmark.asking import AS_OF_INDEX, QUESTIONS
from cms.registers.models import EntryVersion
from marketplace.management.commands import bench_registers

pytestmark = pytest.mark.django_db


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.get_constraints(cursor, EntryVersion._meta.db_table))


def test_every_question_is_timed_and_answered_as_the_plain_way_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench_registers, "scratch_sqlite", lambda _like: nullcontext())
    monkeypatch.setattr(bench_registers, "settle", lambda: None)
    path = tmp_path / "rows.json"
    call_command("bench_registers", entries=300, databases="sqlite", runs=2, json=path)
    rows = json.loads(path.read_text())
    assert [row["question"] for row in rows] == [question.name for question in QUESTIONS]
    assert {row["database"] for row in rows} == {"sqlite"}
    assert all(0 < row["p50_ms"] <= row["p95_ms"] for row in rows)
    assert [row["question"] for row in rows if not row["same_total"]] == ["entry"]
    assert {row["question"]: row["found"] for row in rows}["withdrawn"] == 15
    assert AS_OF_INDEX not in indexes()
    assert "common word" in capsys.readouterr().out


def test_a_database_that_is_not_known_is_named() -> None:
    with pytest.raises(CommandError, match="no database oracle"):
        call_command("bench_registers", databases="oracle")
