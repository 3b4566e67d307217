"""Match everything, or only what changed."""

from __future__ import annotations

import argparse
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from marketplace.errors import DomainError
from matching.dealing.country import CHUNK_NEEDS, Dealing
from matching.dealing.machines import machines
from matching.dealing.places import Unavailable
from matching.engine.stored.folder import UnfitIndex
from matching.management.arguments import at_least_one
from matching.rematching import rematch_all, rematch_changed


class Command(BaseCommand):
    help = "Match all open offers and needs anew and store the result."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--changed", action="store_true", help="only listings that changed since they were matched")
        parser.add_argument("--resume", action="store_true", help="go on with the last run, which was broken off")
        parser.add_argument("--scheduler", help="Dask scheduler whose workers do the work, e.g. tcp://10.0.0.5:8786")
        parser.add_argument("--workers", type=at_least_one, help="workers on this machine; all processors by default")
        parser.add_argument("--index", help="folder or URL for the index, which all workers can read")
        parser.add_argument("--chunk", type=at_least_one, default=CHUNK_NEEDS, help="needs dealt at a time")

    def handle(self, *args: Any, changed: bool, resume: bool, **options: Any) -> None:
        if changed:
            self.stdout.write(f"{rematch_changed()} changed listings matched")
            return
        try:
            with machines(options["scheduler"]) if options["scheduler"] else nullcontext() as workers:
                dealing = Dealing(
                    home=Path(settings.VAR_DIR) / "matching",
                    workers=workers,
                    count=options["workers"],
                    index_home=options["index"],
                    chunk_needs=options["chunk"],
                )
                run = rematch_all(say=self.stdout.write, dealing=dealing, resume=resume)
        except (Unavailable, UnfitIndex, DomainError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{run.offers} offers × {run.needs} needs: {run.pairs} pairs stored in {run.seconds:.1f} s, "
            f"of which the engine took {run.engine_seconds:.2f} s"
        )
        call_command("index_listings", stdout=self.stdout)
