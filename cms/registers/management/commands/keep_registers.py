"""The registers' clock."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from cms.registers.importing.portions import take_away_forgotten
from cms.registers.self_checks import open_self_checks, remind_of_self_checks
from cms.registers.services import publish_due


class Command(BaseCommand):
    help = (
        "Publish the batches whose day has come, open the yearly self-checks and remind of them. "
        "Run it every minute or so: it can be repeated without harm."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        published, stuck = publish_due(today)
        for batch in published:
            self.stdout.write(f"{batch.regulated_list.slug}: batch {batch.number} is in effect")
        for batch in stuck:
            self.stderr.write(f"{batch.regulated_list.slug}: batch {batch.number} cannot take effect; see its lines")
        if forgotten := take_away_forgotten():
            self.stdout.write(f"{forgotten} unfinished drafts of cancelled imports taken away")
        opened, post = open_self_checks(today), remind_of_self_checks(today)
        self.stdout.write(
            f"{len(published)} published, {opened} self-checks opened, "
            f"{post.sent} letters sent, {post.unsent} not taken by the mail server"
        )
