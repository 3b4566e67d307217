"""Store the lawful pairs of all listings that changed, or of everything."""

from __future__ import annotations

import datetime as dt
import time

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from listings.models import Listing
from listings.services import follow_site
from marketplace.errors import WrongState
from marketplace.firms.models import Site, User
from marketplace.firms.services import record_event
from matching.dealing.country import Dealing, Say
from matching.dealing.kept import RunFolder
from matching.engine.version import ENGINE_VERSION
from matching.models import MatchRun
from matching.rematching_country import rematch_country
from matching.rematching_one import rematch_listing

COUNTED = ("offers", "needs", "pairs")


def rematch_changed() -> int:
    """Match every published listing that changed since it was last matched; for a clock, and after imports."""
    follow_moved_sites()
    keys = list(Listing.objects.unmatched().order_by("pk").values_list("pk", flat=True))
    for key in keys:
        rematch_listing(key)
    return len(keys)


def follow_moved_sites() -> int:
    """Listings repeat their site's public place; those of a corrected site take the new one and are matched anew."""
    places = list(Listing.objects.order_by().values_list("site", "latitude", "longitude").distinct())
    sites = Site.objects.in_bulk([key for key, _latitude, _longitude in places])
    moved = {key for key, *place in places if tuple(place) != sites[key].public_place}
    for key in moved:
        follow_site(sites[key])
    return len(moved)


def rematch_all(
    *,
    actor: User | None = None,
    day: dt.date | None = None,
    say: Say = lambda _text: None,
    dealing: Dealing | None = None,
    resume: bool = False,
) -> MatchRun:
    """Match everything, country by country, top 20 of each need and of each offer, and replace what is stored.

    With `resume`, go on with the last run where it was broken off: what was read and worked off then counts.
    """
    day, dealing = day or timezone.localdate(), dealing or Dealing(settings.VAR_DIR / "matching")
    follow_moved_sites()
    run, folder = _unfinished(dealing, day) if resume else _new_run(dealing)
    began = time.perf_counter()
    countries = folder.countries() if resume else _countries(day)
    stored = [rematch_country(country, day, countries, folder, dealing, say) for country in countries]
    run.offers, run.needs, run.pairs = (sum(getattr(each, name) for each in stored) for name in COUNTED)
    run.engine_seconds = sum(each.engine_seconds for each in stored)
    run.seconds = time.perf_counter() - began
    run.finished_at = timezone.now()
    run.save()
    record_event(actor=actor, verb="matching.run", subject=run, change=f"{run.pairs} pairs")
    folder.remove()
    return run


def _new_run(dealing: Dealing) -> tuple[MatchRun, RunFolder]:
    run = MatchRun.objects.create(engine_version=ENGINE_VERSION, started_at=timezone.now())
    return run, _folder(dealing, run)


def _folder(dealing: Dealing, run: MatchRun) -> RunFolder:
    """Named by key and moment, because another database may have a run of the same key."""
    return RunFolder(dealing.home / "runs" / f"{run.pk}-{run.started_at:%Y%m%dT%H%M%S%f}")


def _unfinished(dealing: Dealing, day: dt.date) -> tuple[MatchRun, RunFolder]:
    runs = MatchRun.objects.filter(finished_at=None, engine_version=ENGINE_VERSION).order_by("-pk")
    found = next(((run, _folder(dealing, run)) for run in runs if _folder(dealing, run).is_there), None)
    if found is None:
        raise WrongState(_("There is no unfinished run to resume."))
    if found[1].day() != day:
        text = _("The unfinished run is of %(day)s, and what is open has changed since. Start a new run.")
        raise WrongState(text % {"day": date_format(found[1].day())})
    return found


def _countries(day: dt.date) -> list[str]:
    return sorted(Listing.objects.open_on(day).order_by().values_list("site__country", flat=True).distinct())
