"""The frame of the editorial site, so that editors have where to write."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from cms.site_tree import make_site


class Command(BaseCommand):
    help = "Make the homes and sections of the editorial pages in both languages; what is there stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        _homes, made = make_site()
        self.stdout.write(f"{made} pages made")
