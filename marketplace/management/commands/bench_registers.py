"""Measure the public pages of the registers on made-up lists, beside the plain way of asking the database."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from cms.registers.benchmark.asking import RUNS, Timing, time_pages
from cms.registers.benchmark.filling import fill_registers
from cms.registers.models import RegulatedList
from listings.search.benchmark_scratch import scratch_postgresql, scratch_sqlite, settle
from marketplace.settings.database import postgresql, sqlite

Row: TypeAlias = dict[str, Any]
DATABASES = ("sqlite", "postgresql")
SERVER = "LOOPYARD_TEST_DATABASE_URL"


class Command(BaseCommand):
    help = (
        "Time typical questions to the pages of a long register, on any day and with words that nearly every row has, "
        "in databases of their own. PostgreSQL is the server at LOOPYARD_TEST_DATABASE_URL (see script/services)."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--entries", type=int, default=50_000)
        parser.add_argument("--databases", default=",".join(DATABASES), help="which of them, with commas between")
        parser.add_argument("--runs", type=int, default=RUNS, help="how often each page is asked for")
        parser.add_argument("--json", type=Path, help="also write one row a database and question to this file")

    def handle(self, *args: Any, entries: int, databases: str, runs: int, json: Path | None, **options: Any) -> None:
        names = list(self._reachable(databases.split(",")))
        measure = self._measured if len(names) == 1 else _measured_apart
        rows = [row for name in names for row in measure(name, entries, runs)]
        if json:
            json.write_text(_text(rows))

    def _reachable(self, names: list[str]) -> Iterator[str]:
        for name in names:
            if name not in DATABASES:
                raise CommandError(f"There is no database {name}; there are {', '.join(DATABASES)}.")
            if name == "postgresql" and not os.environ.get(SERVER):
                self.stdout.write(f"{name}: left out, {SERVER} is not set")
                continue
            yield name

    def _measured(self, name: str, entries: int, runs: int) -> list[Row]:
        """One database in this process."""
        rows = []
        like = postgresql(os.environ[SERVER]) if name == "postgresql" else sqlite("")
        with scratch_postgresql(like) if name == "postgresql" else scratch_sqlite(like):
            for timing in time_pages(self._filled(name, entries), runs):
                self.stdout.write(_line(name, timing))
                rows.append({"database": name, "entries": entries, **asdict(timing), "ratio": timing.ratio})
        return rows

    def _filled(self, name: str, entries: int) -> RegulatedList:
        call_command("migrate", verbosity=0)
        start = time.perf_counter()
        with transaction.atomic():
            regulated_list = fill_registers(entries)
        settle()
        self.stdout.write(f"{name}: filled in {entries:,} entries in {time.perf_counter() - start:.0f} s")
        return regulated_list


def _measured_apart(name: str, entries: int, runs: int) -> list[Row]:
    """In a process of its own: migrations of libraries look once, when imported, at which database there is."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.json"
        options = ["--databases", name, "--entries", str(entries), "--runs", str(runs), "--json", str(path)]
        subprocess.run([sys.executable, sys.argv[0], "bench_registers", *options], check=True)  # noqa: S603
        rows: list[Row] = json.loads(path.read_text())
        return rows


def _line(name: str, timing: Timing) -> str:
    page = f"p50 {timing.p50_ms:6.1f} ms  p95 {timing.p95_ms:6.1f} ms  processor {timing.cpu_p50_ms:6.1f} ms"
    if timing.ratio is None:
        return f"{name:11}{timing.question:24}{page}"
    answer = f"answer {timing.answer_ms:6.2f} ms, plain {timing.plain_ms:7.1f} ms: {timing.ratio:6.1f} times"
    differs = "" if timing.same_total else "  (other total)"
    return f"{name:11}{timing.question:24}{page}  {timing.found:>7,} found  {answer}{differs}"


def _text(rows: list[Row]) -> str:
    return json.dumps(rows, indent=1, ensure_ascii=False) + "\n"
