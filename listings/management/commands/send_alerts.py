"""The clock of saved searches."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from listings.alerts import send_alerts


class Command(BaseCommand):
    help = "Look for listings that newly fit saved searches and write to their owners. Run it every ten minutes."

    def handle(self, *args: Any, **options: Any) -> None:
        done = send_alerts()
        self.stdout.write(
            f"{done.found} new listings found, {done.sent} letters sent, {done.unsent} not taken by the mail server"
        )
