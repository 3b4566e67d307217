"""Holds the search to the listings: for a clock, after imports, and after a search server was away."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from listings.search.backend import Backend, Unavailable
from listings.search.backends import DATABASE, ELASTIC, by_name, in_use
from listings.search.gathering import documents_of, open_listings
from listings.search.reconciling import Differences, differences, mend

SHOWN = 10


class Command(BaseCommand):
    help = (
        "Compare what each search backend holds with the listings on the market and say what is missing, stale or "
        "surplus. Fails where something is, unless it is told to mend it."
    )

    # Runs at every start: the checks import every page of the site.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fix", action="store_true", help="mend the differences")
        parser.add_argument("--rebuild", action="store_true", help="write everything anew instead of comparing")
        parser.add_argument("--backend", choices=(DATABASE, ELASTIC), help="only this one [those in use]")

    def handle(self, *args: Any, fix: bool, rebuild: bool, backend: str | None, **options: Any) -> None:
        for name in [backend] if backend else in_use():
            try:
                self._rebuild(by_name(name)) if rebuild else self._reconcile(by_name(name), fix=fix)
            except Unavailable as error:
                raise CommandError(f"{name}: the server does not answer: {error}") from error

    def _rebuild(self, backend: Backend) -> None:
        number = backend.rebuild(documents_of(open_listings()), lambda done: self.stdout.write(f"  {done} written"))
        self.stdout.write(f"{backend.name}: {number} listings written anew.")

    def _reconcile(self, backend: Backend, *, fix: bool) -> None:
        found = differences(backend)
        if not found:
            self.stdout.write(f"{backend.name}: no differences.")
        self._tell(backend, found)
        if found and not fix:
            raise CommandError(f"{backend.name}: run this with --fix to mend it.")
        if fix:
            mend(backend, found)
        if found:
            self.stdout.write(f"{backend.name}: mended.")

    def _tell(self, backend: Backend, found: Differences) -> None:
        for label, keys in (("missing", found.missing), ("stale", found.stale), ("surplus", found.surplus)):
            if keys:
                some = ", ".join(map(str, keys[:SHOWN])) + (" …" if len(keys) > SHOWN else "")
                self.stdout.write(f"{backend.name}: {len(keys)} {label}: {some}")
