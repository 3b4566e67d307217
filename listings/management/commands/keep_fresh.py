"""The daily clock of freshness."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand

from listings.freshness import keep_fresh


class Command(BaseCommand):
    help = "Remind holders to confirm their listings and suspend what was not confirmed in time. Run it once a day."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--day", type=dt.date.fromisoformat, help="as if it were this day (2026-11-21)")

    def handle(self, *args: Any, day: dt.date | None, **options: Any) -> None:
        done = keep_fresh(day)
        self.stdout.write(
            f"{done.notices} notices made, {done.lapsed} listings suspended, "
            f"{done.sent} letters sent, {done.unsent} not taken by the mail server"
        )
