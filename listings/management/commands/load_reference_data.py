"""Loads the reference tables from CSV files; safe to run at every start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.db import transaction

from listings.curation.stamps import renew_stamp, wait_for_turn
from listings.loading.carbon import load_carbon
from listings.loading.codes import load_waste_codes
from listings.loading.materials import load_materials, load_properties
from listings.loading.places import load_industries, load_operations, load_parks, load_regions
from listings.loading.rows import BadReference
from listings.loading.tables import Tally
from listings.loading.targets import load_targets
from listings.loading.uses import load_haulage, load_uses
from listings.models import Listing

REFERENCE = Path(__file__).resolve().parents[2] / "reference"
# Each after what it points to.
LOADERS = (
    load_operations,
    load_industries,
    load_regions,
    load_parks,
    load_waste_codes,
    load_properties,
    load_materials,
    load_uses,
    load_haulage,
    load_carbon,
    load_targets,
)


class Command(BaseCommand):
    help = (
        "Bring the reference tables in line with the CSV files. Rows are compared one by one and only differences are "
        "written, all or nothing. Materials, uses, codes, properties, places and industries that the files no longer "
        "name are kept, because listings may point to them; what only describes these (limits, suitabilities, "
        "specifications, haulage rates, carbon factors, links) is deleted when the files drop it, also if it was "
        "entered by hand in the database. What people of the site edited in the back office stays as it is; where the "
        "files say otherwise of it than before, that is said."
    )

    # Runs at every start: the checks import every page of the site, which takes as long as a load without news.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=REFERENCE, help="folder with the CSV files")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                wait_for_turn()
                tallies = list(load_all(options["folder"]))
                if any(not tally.is_quiet for tally in tallies):
                    renew_stamp()
        except BadReference as error:
            raise CommandError(f"{str(error).rstrip('.')}. Nothing was changed.") from error
        self._report(tallies, verbosity=options["verbosity"])
        self._report_kept(tallies)
        self._bring_search_up_to_date(tallies)

    def _bring_search_up_to_date(self, tallies: list[Tally]) -> None:
        """Listings are found by the names of materials, uses, regions and parks."""
        if any(not tally.is_quiet for tally in tallies) and Listing.objects.published().exists():
            call_command("reconcile_search", "--fix", stdout=self.stdout)

    def _report(self, tallies: list[Tally], verbosity: int) -> None:
        news = [tally for tally in tallies if not tally.is_quiet]
        for tally in tallies if verbosity > 1 else news:
            self.stdout.write(f"  {in_words(tally)}")
        total = sum(tally.total for tally in tallies)
        state = "is up to date" if news else "was up to date already"
        self.stdout.write(f"The reference data {state}: {total} rows in {len(tallies)} tables.")

    def _report_kept(self, tallies: list[Tally]) -> None:
        """What a correction in the files could not reach because it was edited here."""
        kept = [f"{tally.kept} of the {tally.label}" for tally in tallies if tally.kept]
        if kept:
            self.stdout.write(f"Kept as edited here: {', '.join(kept)}.")
        for tally in tallies:
            for news in tally.news:
                self.stdout.write(f"  The files say otherwise now: {tally.label}: {news}")
            for name in tally.missing:
                self.stdout.write(f"  Edited here and not in the files: {tally.label}: {name}")


def load_all(folder: Path) -> Iterator[Tally]:
    for load in LOADERS:
        yield from load(folder)


def in_words(tally: Tally) -> str:
    parts = [f"{tally.label}: {tally.total}"]
    if tally.added:
        parts.append(f"{tally.added} new")
    if tally.changed:
        parts.append(f"{tally.changed} changed")
    if tally.gone:
        parts.append(f"{tally.gone} not in the files, {'deleted' if tally.deleted else 'kept'}")
    return ", ".join(parts)
