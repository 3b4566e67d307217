"""Match everything, or only what changed."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand

from matching.rematching import rematch_all, rematch_changed


class Command(BaseCommand):
    help = "Match all open offers and needs anew and store the result."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--changed", action="store_true", help="only listings that changed since they were matched")

    def handle(self, *args: Any, changed: bool, **options: Any) -> None:
        if changed:
            self.stdout.write(f"{rematch_changed()} changed listings matched")
            return
        run = rematch_all(say=self.stdout.write)
        self.stdout.write(
            f"{run.offers} offers × {run.needs} needs: {run.pairs} pairs stored in {run.seconds:.1f} s, "
            f"of which the engine took {run.engine_seconds:.2f} s"
        )
