"""The clock of proposals: rights that end by their date, and letters that did not go out."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from matching.lapses import follow_proposals
from matching.telling import send_letters


class Command(BaseCommand):
    help = (
        "Flag the open and agreed proposals whose permit or place on a list has ended, and tell both sides once. "
        "Run it every day, soon after midnight: it can be repeated without harm."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--day", type=dt.date.fromisoformat, help="as if it were this day (2026-11-21)")

    def handle(self, *args: Any, day: dt.date | None, **options: Any) -> None:
        changed, post = follow_proposals(day or timezone.localdate()), send_letters()
        self.stdout.write(f"{changed} proposals changed, {post.sent} letters sent, {post.unsent} not taken")
