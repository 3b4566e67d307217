"""Loads the demonstration: an invented Chinese park, Scotland's licensed sites of 2019, and accounts to look round."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations

from listings.loading.rows import BadReference
from listings.models import Material
from marketplace.demo import park, people, registers, scotland, site_pages
from marketplace.demo.story import StoryError
from marketplace.firms.models import User
from matching.rematching import rematch_all

# Where known passwords do no harm. Any other settings module may belong to a server that others can reach.
TRIAL_SETTINGS = frozenset({"marketplace.settings.dev", "marketplace.settings.test"})
PARTS = ("site", "registers", "scotland", "park")  # the last part loaded is the newest on the home page


class Command(BaseCommand):
    help = (
        "Load the demonstration: an invented Chinese park, Scotland's licensed waste sites of 2019, published "
        "registers, editorial pages and accounts with a known password. What is there already is left alone, so it is "
        "safe to run at every start."
    )

    requires_system_checks: list[str] = []  # the server that follows checks everything anyway

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", choices=PARTS, help="load one part; all without this option")
        parser.add_argument(
            "--allow-production",
            action="store_true",
            help="load it on a production server too, accounts with a known password included",
        )

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        require_trial(allowed=options["allow_production"])
        missing = [part for part in _chosen(options["only"]) if not _is_loaded(part)]
        if missing:
            self._load(missing)
        else:
            self.stdout.write("The demonstration is loaded already.")

    def _load(self, parts: list[str]) -> None:
        if not Material.objects.exists():
            raise CommandError("There are no materials yet. Run load_reference_data first.")
        people.make_people()
        try:
            for part in parts:
                _loader(part)(people.clerk(), self.stdout.write)
        except (StoryError, BadReference) as error:
            raise CommandError(f"{error}. Run load_reference_data first; this part was not loaded.") from error
        if parts != ["registers"]:
            self._match()
        self._invite()

    def _match(self) -> None:
        run = rematch_all(say=self.stdout.write)
        sides = f"{run.offers} offers with {run.needs} needs"
        self.stdout.write(f"Matched {sides}: {run.pairs} pairs in {run.seconds:.0f} s")

    def _invite(self) -> None:
        self.stdout.write(f"Sign in with the password {people.PASSWORD} as")
        for person in people.PEOPLE:
            self.stdout.write(f"  {person.email}")


def require_trial(*, allowed: bool) -> None:
    if allowed or settings.DEBUG or os.environ.get("DJANGO_SETTINGS_MODULE") in TRIAL_SETTINGS:
        return
    raise CommandError(
        "The demonstration has accounts with a known password and belongs on no production server. "
        "If you mean it, add --allow-production."
    )


def _chosen(only: str | None) -> tuple[str, ...]:
    return (only,) if only else PARTS


def _is_loaded(part: str) -> bool:
    return {"park": park, "registers": registers, "scotland": scotland, "site": site_pages}[part].is_loaded()


def _loader(part: str) -> Callable[[User, Callable[[str], None]], Any]:
    if part == "site":
        return lambda clerk, say: site_pages.load_site_pages(actor=clerk, say=say)
    if part == "park":
        return lambda clerk, say: park.load_park(officer=clerk, say=say)
    if part == "registers":
        return lambda _clerk, say: registers.load_registers(officer=people.user_named("admin"), say=say)
    return lambda clerk, say: scotland.load_scotland(actor=clerk, say=say)
