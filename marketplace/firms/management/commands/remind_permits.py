"""The daily clock of permits."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand

from marketplace.firms.expiry import remind_of_expiry


class Command(BaseCommand):
    help = "Tell holders 90, 30 and 7 days ahead that a verified permit runs out. Run it once a day."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--day", type=dt.date.fromisoformat, help="as if it were this day (2026-11-21)")

    def handle(self, *args: Any, day: dt.date | None, **options: Any) -> None:
        done = remind_of_expiry(day)
        self.stdout.write(
            f"{done.notices} notices made, {done.sent} letters sent, {done.unsent} not taken by the mail server"
        )
