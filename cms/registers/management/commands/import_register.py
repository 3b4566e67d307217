"""A published list from a spreadsheet into its register."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.registers.importing.committing import commit_draft, commit_published, proposal_of
from cms.registers.importing.comparing import Preview, preview
from cms.registers.importing.keeping import write_refused
from cms.registers.importing.telling import DRAFTING, LineProgress, Tell
from cms.registers.models import RegulatedList
from marketplace.errors import DomainError
from matching.spreadsheets import UnreadableFile

MOST_SHOWN = 20


class Command(BaseCommand):
    help = "Import a published list: rows that are new are added, others changed; the same file twice changes nothing."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("list", help="the slug of the list")
        parser.add_argument("file", type=Path, help="CSV (UTF-8, GB18030) or XLSX")
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")
        parser.add_argument("--draft", action="store_true", help="make a draft batch instead of publishing at once")
        parser.add_argument(
            "--effective-on", type=dt.date.fromisoformat, help="day of rows that name none (2020-03-01) [today]"
        )
        parser.add_argument("--json", type=Path, help="write the counts and refusals to this file")
        parser.add_argument("--errors", type=Path, help="write the refused rows to this CSV file")

    def handle(self, *args: Any, **options: Any) -> None:
        regulated_list = RegulatedList.objects.filter(slug=options["list"]).first()
        if regulated_list is None:
            known = ", ".join(RegulatedList.objects.values_list("slug", flat=True))
            raise CommandError(f"There is no list {options['list']!r}. Known: {known or 'none; run load_registers'}")
        try:
            tell = LineProgress(sys.stderr)
            found = preview(options["file"], regulated_list, tell)
            if not options["dry_run"]:
                self._commit(found, options, tell)
        except (UnreadableFile, DomainError) as error:
            raise CommandError(str(error)) from error
        self._report(found, options)

    def _commit(self, found: Preview, options: dict[str, Any], tell: Tell) -> None:
        if options["draft"]:
            proposals = [proposal_of(each) for each in found.differences]
            tell(DRAFTING, 0, len(proposals))
            name = options["file"].name
            commit_draft(actor=None, regulated_list=found.regulated_list, proposals=proposals, source=name)
            tell(DRAFTING, len(proposals), len(proposals))
        else:
            day = options["effective_on"]
            commit_published(actor=None, preview=found, day=day, say=self.stdout.write, tell=tell)

    def _report(self, found: Preview, options: dict[str, Any]) -> None:
        for refusal in found.refused[:MOST_SHOWN]:
            self.stdout.write(f"row {refusal.row}, {refusal.column}: {refusal.reason}")
        if found.ignored:
            self.stdout.write(f"columns not used: {', '.join(found.ignored)}")
        counts = found.counts()
        self.stdout.write(", ".join(f"{name} {count}" for name, count in counts.items()))
        refused = [{"row": each.row, "column": each.column, "reason": each.reason} for each in found.refused]
        if options["json"]:
            figures = {**counts, "passed_over": len(found.passed_over), "dry_run": options["dry_run"], "rows": refused}
            options["json"].write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")
        if options["errors"]:
            write_refused(options["errors"], found)
