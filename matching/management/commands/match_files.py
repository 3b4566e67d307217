"""The engine on two spreadsheets, without posting anything."""

from __future__ import annotations

import argparse
import csv
import math
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from listings.models import Material
from listings.models.listings import Kind
from matching.engine.codes import Verdict
from matching.file_arrays import FileArrays
from matching.file_matching import COMPONENTS, FileMatcher, FilePair
from matching.file_rows import FileRow, read_rows
from matching.knowledge import forget, knowledge
from matching.management.arguments import file_to_write, not_negative
from matching.spreadsheets import UnreadableFile, harmless, read_sheet

HEADER = (
    "need_id", "offer_id", "rank", "score", "distance_km", "verdict", "reasons", "landed_per_t", "quantity_t",
    *COMPONENTS,
)  # fmt: skip


class Command(BaseCommand):
    help = "Match offers.csv with needs.csv (or .xlsx) and write the pairs. Exit code 1 if a row could not be used."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("offers", type=Path)
        parser.add_argument("needs", type=Path)
        parser.add_argument("-o", "--output", type=file_to_write, required=True)
        parser.add_argument(
            "--top", type=not_negative, default=20, help="pairs for each need; 0 = every pair (default 20)"
        )
        parser.add_argument("--explain", action="store_true", help="also rejected pairs, with the rule that failed")

    def handle(
        self, *args: Any, offers: Path, needs: Path, output: Path, top: int, explain: bool, **options: Any
    ) -> None:
        self._have_reference_data()
        bad = 0
        sides: list[list[FileRow]] = []
        for path, kind in ((offers, Kind.OFFER), (needs, Kind.NEED)):
            rows, problems = self._read(path, kind)
            sides.append(rows)
            bad += problems
        written = self._write(output, FileArrays(*sides, timezone.localdate()), top, explain)
        self.stderr.write(f"{written} pairs written to {output}; {bad} problems")
        if bad:
            raise SystemExit(1)

    def _read(self, path: Path, kind: str) -> tuple[list[FileRow], int]:
        try:
            sheet = read_sheet(path)
        except UnreadableFile as error:
            raise CommandError(str(error)) from error
        if sheet.encoding == "gb18030":
            self.stderr.write(f"{path.name}: read as GB18030")
        rows, problems = read_rows(sheet, kind, knowledge())
        for problem in problems:
            self.stderr.write(str(problem))
        return rows, len(problems)

    def _write(self, output: Path, arrays: FileArrays, top: int, explain: bool) -> int:
        written = 0
        with output.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle)
            writer.writerow(HEADER)
            try:
                for pair in FileMatcher(arrays).pairs(top=top, explain=explain):
                    writer.writerow(_line(pair))
                    written += 1
            except ValueError as error:
                raise CommandError(str(error)) from error
        return written

    def _have_reference_data(self) -> None:
        """Materials and uses come from the database; an empty one is filled once."""
        if Material._meta.db_table in connection.introspection.table_names() and Material.objects.exists():
            return
        self.stderr.write("No reference data yet: loading it, once.")
        call_command("migrate", verbosity=0)
        call_command("load_reference_data", verbosity=0, stdout=self.stderr)
        forget()


def _line(pair: FilePair) -> list[str]:
    numbers = (pair.landed_per_t, pair.quantity_t)
    return [
        harmless(pair.need.key),
        harmless(pair.offer.key),
        str(pair.rank),
        f"{pair.score:.4f}",
        "" if math.isnan(pair.distance_km) else f"{pair.distance_km:.1f}",
        Verdict(pair.verdict).name.lower(),
        "; ".join(pair.reasons),
        *("" if not math.isfinite(number) else f"{number:.2f}" for number in numbers),
        *(f"{component:.4f}" for component in pair.components),
    ]
