"""Measure a full re-match on made-up listings against what one would write instead."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching.benchmark.comparing import METHODS, compare, summary
from matching.benchmark.workers import LISTINGS, simulate, table
from matching.management.arguments import at_least_one, file_to_write, not_negative, write_json


class Command(BaseCommand):
    help = "Time a full re-match, top 20 of each need, against SQL, the ORM and KD-trees on the same made-up listings."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--offers", type=at_least_one, default=100_000)
        parser.add_argument("--needs", type=at_least_one, default=100_000)
        parser.add_argument("--seed", type=not_negative, default=1)
        parser.add_argument("--repeat", type=at_least_one, default=3, help="runs of the engine; the median counts")
        parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
        parser.add_argument(
            "--sql-needs", type=at_least_one, default=5_000, help="needs the statement is asked for, scaled up"
        )
        parser.add_argument(
            "--simulate-workers", type=at_least_one, nargs="?", const=LISTINGS, metavar="LISTINGS",
            help="instead: how evenly a market of so many offers and needs would load 2 to 64 machines",
        )  # fmt: skip
        parser.add_argument("--json", type=file_to_write, help="also write all figures to this file")

    def handle(
        self, *args: Any, offers: int, needs: int, methods: list[str], json: Path | None, **options: Any
    ) -> None:
        if options["simulate_workers"]:
            simulated = simulate(options["simulate_workers"], options["seed"], self.stdout.write)
            self._finish(table(simulated), simulated, json)
            return
        if not {"numba", "numpy"} & set(methods):
            raise CommandError("--methods must name numba or numpy, which the others are compared with.")
        named = {name: options[name] for name in ("seed", "repeat", "sql_needs")}
        result = compare(n_offers=offers, n_needs=needs, methods=methods, say=self.stdout.write, **named)
        self._finish(summary(result), result.figures(), json)

    def _finish(self, lines: list[str], figures: dict[str, Any], file: Path | None) -> None:
        for line in lines:
            self.stdout.write(line)
        if file:
            write_json(file, figures, indent=1)
