"""The lists and their own columns as data. Entries come by import; what an editor has changed here stays."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from cms.registers.models import ListColumn, RegulatedList

FOLDER = Path(__file__).resolve().parents[2] / "reference"
FLAGS = ("gives_right", "rectify_suspends", "one_per_firm", "to_verify", "required")
NUMBERS = ("notice_days", "self_check_month", "position")


class Command(BaseCommand):
    help = "Add the published lists that this release knows, with their columns; those that are there stay as they are."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        known = set(RegulatedList.objects.values_list("slug", flat=True))
        new = [RegulatedList(**row) for row in _rows("lists.csv") if row["slug"] not in known]
        RegulatedList.objects.bulk_create(new)
        lists = {each.slug: each for each in RegulatedList.objects.all()}
        fresh = {each.slug for each in new}
        columns = [row for row in _rows("list_columns.csv") if row["list"] in fresh]
        ListColumn.objects.bulk_create(ListColumn(regulated_list=lists[row.pop("list")], **row) for row in columns)
        self.stdout.write(f"{len(new)} lists and {len(columns)} columns added, {len(known)} lists were there")


def _rows(name: str) -> list[dict[str, Any]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as handle:
        return [{column: _value(column, text) for column, text in row.items()} for row in csv.DictReader(handle)]


def _value(column: str, text: str) -> Any:
    if column in FLAGS:
        return text == "1"
    if column in NUMBERS:
        return int(text) if text else None
    return text
