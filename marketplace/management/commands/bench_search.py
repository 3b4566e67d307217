"""Measure the search on made-up listings: ten typical questions on every backend that can be reached."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError

from listings.search.backend import Backend, Unavailable
from listings.search.benchmark import RUNS, Timing, time_backend
from listings.search.benchmark_market import Market
from listings.search.benchmark_scratch import prepare_scratch, scratch_postgresql, scratch_sqlite, settle
from listings.search.database import DatabaseBackend
from listings.search.elastic import ElasticBackend
from marketplace.settings.database import postgresql, sqlite

Row: TypeAlias = dict[str, Any]
BACKENDS = ("sqlite", "postgresql", "elastic")
TEACHING_LISTINGS = 2_000
SERVERS = {"postgresql": "LOOPYARD_TEST_DATABASE_URL", "elastic": "LOOPYARD_TEST_ELASTICSEARCH_URL"}


class Command(BaseCommand):
    help = (
        "Time ten typical searches, each with all facets and the total, on made-up listings in databases of their own. "
        "Servers are taken from LOOPYARD_TEST_DATABASE_URL and LOOPYARD_TEST_ELASTICSEARCH_URL (see script/services); "
        "the search of this site is left alone."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--listings", type=int, default=100_000)
        parser.add_argument("--backends", default=",".join(BACKENDS), help="which of them, with commas between")
        parser.add_argument("--runs", type=int, default=RUNS, help="how often each question is asked")
        parser.add_argument("--json", type=Path, help="also write one row a backend and question to this file")

    def handle(self, *args: Any, listings: int, backends: str, runs: int, json: Path | None, **options: Any) -> None:
        names = list(self._reachable(backends.split(",")))
        measure = self._measured if len(names) == 1 else _measured_apart
        rows = [row for name in names for row in measure(name, listings, runs)]
        if json:
            json.write_text(_text(rows))

    def _measured(self, name: str, listings: int, runs: int) -> list[Row]:
        rows = []
        with ExitStack() as stack:
            for timing in time_backend(self._filled(name, listings, stack), name, runs):
                self.stdout.write(_line(timing))
                rows.append(asdict(timing) | {"listings": listings})
        return rows

    def _reachable(self, names: list[str]) -> Iterator[str]:
        for name in names:
            if name not in BACKENDS:
                raise CommandError(f"There is no backend {name}; there are {', '.join(BACKENDS)}.")
            if name in SERVERS and not os.environ.get(SERVERS[name]):
                self.stdout.write(f"{name}: left out, {SERVERS[name]} is not set")
                continue
            yield name

    def _filled(self, name: str, listings: int, stack: ExitStack) -> Backend:
        """The words of a question are read with the reference data of a database, whichever backend answers."""
        like = postgresql(os.environ[SERVERS[name]]) if name == "postgresql" else sqlite("")
        stack.enter_context(scratch_postgresql(like) if name == "postgresql" else scratch_sqlite(like))
        prepare_scratch()
        self.stdout.write(f"{name}: filling in {listings:,} listings")
        start = time.perf_counter()
        backend = _elastic(listings, stack) if name == "elastic" else _database(listings)
        self.stdout.write(f"{name}: filled in {time.perf_counter() - start:.0f} s")
        return backend


def _database(listings: int) -> Backend:
    backend = DatabaseBackend()
    backend.put(Market().documents(listings))
    settle()
    return backend


def _elastic(listings: int, stack: ExitStack) -> Backend:
    """A few listings in the database too: from them it learns which words are in use and not misspelt."""
    DatabaseBackend().put(Market().documents(min(listings, TEACHING_LISTINGS)))
    backend = ElasticBackend(os.environ[SERVERS["elastic"]], index=f"bench-{uuid4().hex[:12]}")
    try:
        backend.rebuild(Market().documents(listings))
    except Unavailable as error:
        raise CommandError(f"Elasticsearch does not answer: {error}") from error
    stack.callback(backend.drop)
    return backend


def _measured_apart(name: str, listings: int, runs: int) -> list[Row]:
    """In a process of its own: migrations of libraries look once, when imported, at which database there is."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.json"
        options = ["--backends", name, "--listings", str(listings), "--runs", str(runs), "--json", str(path)]
        subprocess.run([sys.executable, sys.argv[0], "bench_search", *options], check=True)  # noqa: S603
        rows: list[Row] = json.loads(path.read_text())
        return rows


def _line(timing: Timing) -> str:
    found = f"{timing.hits:>10,} found"
    return f"{timing.backend:11}{timing.query:19}p50 {timing.p50_ms:7.1f} ms  p95 {timing.p95_ms:7.1f} ms {found}"


def _text(rows: list[Row]) -> str:
    return json.dumps(rows, indent=1) + "\n"
