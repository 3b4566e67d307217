"""For an update: lists that were published before this release could speak to listings."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from cms.registers.hinting import KINDS, follow_cautions
from cms.registers.models import RegulatedList


class Command(BaseCommand):
    help = (
        "Let listings know anew what the lists of substitutes and of equipment say. Publishing does it by itself; "
        "run it once after an update from a release before this one, or when the table of substances has changed."
    )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        for regulated_list in RegulatedList.objects.filter(kind__in=KINDS).order_by("slug"):
            changed = follow_cautions(regulated_list, regulated_list.entries.only("pk"))
            self.stdout.write(f"{regulated_list.slug}: {changed} cautions changed")
