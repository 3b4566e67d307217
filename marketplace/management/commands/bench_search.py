"""Measure the search on made-up listings: ten typical questions on every backend that can be reached."""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError

from listings.search.backend import Backend, Unavailable
from listings.search.benchmark import RUNS, Timing, time_backend
from listings.search.benchmark_market import Market
from listings.search.benchmark_scratch import prepare_scratch, scratch_postgresql, scratch_sqlite
from listings.search.database import DatabaseBackend
from listings.search.elastic import ElasticBackend
from marketplace.settings.database import postgresql, sqlite

BACKENDS = ("sqlite", "postgresql", "elastic")
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
        timings: list[Timing] = []
        for name in self._reachable(backends.split(",")):
            with ExitStack() as stack:
                backend = self._filled(name, listings, stack)
                for timing in time_backend(backend, name, runs):
                    timings.append(timing)
                    self.stdout.write(_line(timing))
        if json:
            json.write_text(_text(timings, listings))

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
    return backend


def _elastic(listings: int, stack: ExitStack) -> Backend:
    backend = ElasticBackend(os.environ[SERVERS["elastic"]], index=f"bench-{uuid4().hex[:12]}")
    try:
        backend.rebuild(Market().documents(listings))
    except Unavailable as error:
        raise CommandError(f"Elasticsearch does not answer: {error}") from error
    stack.callback(backend.drop)
    return backend


def _line(timing: Timing) -> str:
    found = f"{timing.hits:>10,} found"
    return f"{timing.backend:11}{timing.query:19}p50 {timing.p50_ms:7.1f} ms  p95 {timing.p95_ms:7.1f} ms {found}"


def _text(timings: list[Timing], listings: int) -> str:
    return json.dumps([asdict(timing) | {"listings": listings} for timing in timings], indent=1) + "\n"
