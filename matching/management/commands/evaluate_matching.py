"""Measure the engine on documented exchanges."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from listings.models import Material
from matching.evaluation import (
    NEVER,
    TRACKS,
    Acceptance,
    BadCases,
    CaseFiles,
    Cases,
    Finding,
    Scores,
    as_json,
    score_acceptance,
    score_track,
)
from matching.file_arrays import ReadTexts
from matching.management.arguments import file_to_write, write_json

PARTS = tuple(part.name for part in fields(CaseFiles))
DATA = Path(settings.BASE_DIR) / "tests" / "data" / "symbiosis"


class Command(BaseCommand):
    help = "Score recall, class hits and acceptance on documented exchanges, in both languages, and list what failed."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, default=DATA, help="folder of the symbiosis_*.csv files")
        parser.add_argument("--set", dest="name", default="dev", help="which set: the end of the file names")
        for part in PARTS:
            parser.add_argument(
                f"--{part}", type=Path, metavar="FILE", help=f"this file of {part} instead of the set's"
            )
        parser.add_argument("--json", type=file_to_write, help="also write everything to this file")

    def handle(self, *args: Any, data: Path, name: str, json: Path | None, **options: Any) -> None:
        if not Material.objects.exists():
            raise CommandError("There are no materials yet. Run load_reference_data first.")
        own = {part: options[part] for part in PARTS if options.get(part)}
        try:
            cases = Cases.read(replace(CaseFiles.of_set(data, name), **own))
        except BadCases as error:
            raise CommandError(str(error)) from error
        day = timezone.localdate()
        read: ReadTexts = {}
        scores = [score_track(cases, track, day, read) for track in TRACKS]
        acceptance = [score_acceptance(cases, language, day) for language in ("en", "zh")]
        self._print_table(scores, acceptance)
        for each in scores:
            self._print_failures(each)
        if json:
            write_json(json, as_json(scores, acceptance), ensure_ascii=False, indent=1)

    def _print_table(self, scores: Sequence[Scores], acceptance: Sequence[Acceptance]) -> None:
        self.stdout.write(" " * 36 + "R@1   R@5   R@10  MRR   class@1 class@5 accepted")
        for each in scores:
            columns = "  ".join(f"{figure:.2f}" for figure in (*each.recall.values(), each.mrr))
            hits = "    ".join(f"{figure:.3f}"[:5] for figure in (*each.class_hit.values(), each.accepted))
            self.stdout.write(f"{each.track:36}{columns}  {hits}")
        for side in acceptance:
            shares = f"wrong pairs accepted {side.negatives:.0%}, twins accepted {side.twins:.0%}"
            self.stdout.write(f"{side.language.upper()}: {shares}")
            self.stdout.write(f"    wrongly accepted: {', '.join(side.wrongly) or 'none'}")
            self.stdout.write(f"    twins not accepted: {', '.join(side.refused) or 'none'}")

    def _print_failures(self, scores: Scores) -> None:
        failed = [each for each in scores.findings if each.class_rank > 1 or each.verdict != "accepted"]
        self.stdout.write(f"\n{scores.track}: {len(failed)} rows to look at")
        for each in failed:
            self.stdout.write(f"  {_line(each)}")


def _line(finding: Finding) -> str:
    ranks = f"class at {_shown(finding.class_rank)}, partner at {_shown(finding.partner_rank)}"
    return f"{finding.case}: {ranks}, {finding.verdict} {finding.reasons[:120]}".rstrip()


def _shown(rank: int) -> str:
    return "none" if rank == NEVER else str(rank)
