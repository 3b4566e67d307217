"""Store the lawful pairs of one listing, of all that changed, or of everything."""

from __future__ import annotations

import datetime as dt
import itertools
import time
from collections.abc import Callable, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from listings.models import Listing
from listings.models.listings import State
from listings.services import follow_site
from marketplace.firms.models import Site, User
from marketplace.firms.services import record_event
from matching.candidates import counterparts, sides
from matching.engine import match
from matching.engine.version import ENGINE_VERSION
from matching.inputs import build_inputs
from matching.models import Match, MatchRun
from matching.storing import store

TOP = 20
TOP_OF_ONE = 100  # of a single listing more is kept, since its counterparts' own top is not computed anew
BATCH = 2000


def rematch_listing(listing_pk: int, *, day: dt.date | None = None) -> int:
    """Match one listing anew against all that is open and replace its stored pairs; returns how many. Idempotent."""
    day = day or timezone.localdate()
    listing = Listing.objects.select_related("site").filter(pk=listing_pk).first()
    if listing is None or listing.state != State.PUBLISHED:
        Match.objects.filter(Q(offer=listing_pk) | Q(need=listing_pk)).delete()
        return 0
    offers, needs = sides(listing, counterparts(listing, day))
    inputs = build_inputs(offers, needs, day=day, country=listing.site.country)
    pairs = match(inputs.offers, inputs.needs, inputs.rules, inputs.day, top=TOP_OF_ONE, per=listing.kind)
    with transaction.atomic():
        Match.objects.of_listing(listing).delete()
        store(inputs, pairs)
        Listing.objects.filter(pk=listing.pk).update(matched_revision=listing.revision)
    return len(pairs)


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
    *, actor: User | None = None, day: dt.date | None = None, say: Callable[[str], None] = lambda _text: None
) -> MatchRun:
    """Match everything, country by country, top 20 of each need and of each offer, and replace what is stored."""
    day = day or timezone.localdate()
    follow_moved_sites()
    run = MatchRun.objects.create(engine_version=ENGINE_VERSION, started_at=timezone.now())
    began = time.perf_counter()
    for country in _countries(day):
        _rematch_country(run, country, day, say)
    run.seconds = time.perf_counter() - began
    run.finished_at = timezone.now()
    run.save()
    record_event(actor=actor, verb="matching.run", subject=run, change=f"{run.pairs} pairs")
    return run


def _countries(day: dt.date) -> list[str]:
    return sorted(Listing.objects.open_on(day).order_by().values_list("site__country", flat=True).distinct())


def _rematch_country(run: MatchRun, country: str, day: dt.date, say: Callable[[str], None]) -> None:
    listings = Listing.objects.open_on(day).filter(site__country=country)
    revisions = dict(listings.values_list("pk", "revision"))
    inputs = build_inputs(listings.offers(), listings.needs(), day=day, country=country)
    say(f"{country}: {len(inputs.offers)} offers, {len(inputs.needs)} needs read")
    began = time.perf_counter()
    pairs = match(inputs.offers, inputs.needs, inputs.rules, inputs.day, top=TOP, per="both")
    seconds = time.perf_counter() - began
    say(f"{country}: {len(pairs)} pairs in {seconds:.2f} s")
    with transaction.atomic():
        Match.objects.filter(offer__site__country=country).delete()
        store(inputs, pairs)
        _mark_matched(revisions)
    run.offers += len(inputs.offers)
    run.needs += len(inputs.needs)
    run.pairs += len(pairs)
    run.engine_seconds += seconds


def _mark_matched(revisions: dict[int, int]) -> None:
    """Record the revision each listing was matched at, which an edit in the meantime has left behind."""
    by_revision = sorted(revisions.items(), key=lambda item: item[1])
    for revision, items in itertools.groupby(by_revision, key=lambda item: item[1]):
        keys: Sequence[int] = [key for key, _revision in items]
        for start in range(0, len(keys), BATCH):
            Listing.objects.filter(pk__in=keys[start : start + BATCH]).update(matched_revision=revision)
