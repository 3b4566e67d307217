"""Measure how long one new or changed listing takes to be matched, in a database made for it."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from matching.benchmark.one_listing import fill_market, indexes_in, measure, scratch_database
from matching.management.arguments import at_least_one, file_to_write, not_negative, write_json
from matching.single.standing import write_index


class Command(BaseCommand):
    help = (
        "Fill a database of its own with made-up listings, change some and time the matching of each. On SQLite a "
        "temporary file, on PostgreSQL a database beside the configured one, whose listings are not touched."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--listings", type=at_least_one, default=100_000, help="so many offers, and as many needs")
        parser.add_argument("--changes", type=at_least_one, default=200)
        parser.add_argument("--seed", type=not_negative, default=1)
        parser.add_argument("--keep", type=Path, help="a directory to keep the database in, and use it again")
        parser.add_argument("--json", type=file_to_write, help="also write all figures to this file")

    def handle(self, *args: Any, listings: int, keep: Path | None, json: Path | None, **options: Any) -> None:
        with tempfile.TemporaryDirectory() as made:
            directory = keep or Path(made)
            with scratch_database(_database_name(directory, listings), keep=keep is not None):
                figures = self._figures(listings, directory, options)
        for name, value in figures.items():
            self.stdout.write(f"{name:26} {value}")
        if json:
            write_json(json, figures, indent=1)

    def _figures(self, listings: int, directory: Path, options: dict[str, Any]) -> dict[str, Any]:
        """First by the tables alone, then with the index, which is made in between."""
        fill_market(listings, options["seed"], self.stdout.write)
        figures: dict[str, Any] = {
            "offers_in_market": listings,
            "needs_in_market": listings,
            "database": connection.vendor,
        }
        with tempfile.TemporaryDirectory(dir=directory) as var, indexes_in(Path(var)):
            figures["tables"] = measure(options["changes"], options["seed"]).figures()
            began = time.perf_counter()
            write_index("CN")
            figures["index_seconds"] = round(time.perf_counter() - began, 2)
            figures["index"] = measure(options["changes"], options["seed"]).figures()
        figures["same_number_of_pairs"] = figures["tables"]["pairs"] == figures["index"]["pairs"]
        return dict(_flat(figures))


def _flat(figures: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in figures.items():
        if name in ("tables", "index"):
            yield from ((f"{name}_{each}", figure) for each, figure in value.items())
        else:
            yield name, value


def _database_name(directory: Path, listings: int) -> str:
    name = f"loopyard_bench_{listings}"
    return str(directory / f"{name}.sqlite3") if connection.vendor == "sqlite" else name
