"""A published list from a spreadsheet into its register."""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.registers.importing.committing import commit_draft, commit_published
from cms.registers.importing.comparing import Preview, preview
from cms.registers.models import RegulatedList
from marketplace.errors import DomainError
from matching.spreadsheets import UnreadableFile, harmless

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
            found = preview(options["file"], regulated_list)
            if not options["dry_run"]:
                self._commit(found, options)
        except (UnreadableFile, DomainError) as error:
            raise CommandError(str(error)) from error
        self._report(found, options)

    def _commit(self, found: Preview, options: dict[str, Any]) -> None:
        if options["draft"]:
            commit_draft(actor=None, preview=found, source=options["file"].name)
        else:
            commit_published(actor=None, preview=found, day=options["effective_on"], say=self.stdout.write)

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
            with options["errors"].open("w", encoding="utf-8-sig", newline="") as handle:
                writer = csv.writer(handle)
                writer.writerow(["row", "column", "reason"])
                writer.writerows([each["row"], harmless(each["column"]), harmless(each["reason"])] for each in refused)
