"""Store the lawful pairs of one listing, of all that changed, or of everything."""

from __future__ import annotations

import datetime as dt
import itertools
import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from listings.models import Listing
from listings.models.listings import State
from marketplace.firms.models import User
from marketplace.firms.services import record_event
from matching.candidates import counterparts, sides
from matching.engine import Pairs, match
from matching.engine.version import ENGINE_VERSION
from matching.inputs import Inputs, build_inputs
from matching.models import Match, MatchRun

TOP = 20
TOP_OF_ONE = 100  # of a single listing more is kept, since its counterparts' own top is not computed anew
BATCH = 2000
COMPONENTS = ("suitability", "specification", "distance", "quantity", "time", "quality")


def rematch_listing(listing_pk: int, *, day: dt.date | None = None) -> int:
    """Match one listing anew against all that is open and replace its stored pairs; returns how many. Idempotent."""
    day = day or timezone.localdate()
    listing = Listing.objects.select_related("site").filter(pk=listing_pk).first()
    if listing is None or listing.state != State.PUBLISHED:
        return Match.objects.filter(Q(offer=listing_pk) | Q(need=listing_pk)).delete()[0] and 0
    offers, needs = sides(listing, counterparts(listing, day))
    inputs = build_inputs(offers, needs, day=day, country=listing.site.country)
    pairs = match(inputs.offers, inputs.needs, inputs.rules, inputs.day, top=TOP_OF_ONE, per=listing.kind)
    with transaction.atomic():
        Match.objects.of_listing(listing).delete()
        _store(inputs, pairs)
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
    """Listings repeat their site's coordinates; those of a corrected site take the new ones and are matched anew."""
    moved = Listing.objects.exclude(latitude=F("site__latitude"), longitude=F("site__longitude"))
    listings = list(moved.select_related("site"))
    for listing in listings:
        listing.latitude, listing.longitude = listing.site.latitude, listing.site.longitude
        listing.revision += 1
        listing.save(update_fields=["latitude", "longitude", "revision"])
    return len(listings)


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
        _store(inputs, pairs)
        _mark_matched(revisions)
    run.offers += len(inputs.offers)
    run.needs += len(inputs.needs)
    run.pairs += len(pairs)
    run.engine_seconds += seconds


def _store(inputs: Inputs, pairs: Pairs) -> None:
    rows = _rows(inputs, pairs)
    while batch := list(itertools.islice(rows, BATCH)):
        Match.objects.bulk_create(batch, update_conflicts=True, unique_fields=["offer", "need"], update_fields=_UPDATED)


_UPDATED = [field.name for field in Match._meta.concrete_fields if field.name not in ("id", "offer", "need")]


def _rows(inputs: Inputs, pairs: Pairs) -> Iterator[Match]:
    """Unsaved matches, columns turned into Python numbers at once rather than one by one."""
    now = timezone.now()
    columns = {
        "offer_id": inputs.offer_pk[pairs.offer],
        "need_id": inputs.need_pk[pairs.need],
        "landed_score": pairs.cost,
        **{f"{name}_score": getattr(pairs, name) for name in COMPONENTS},
        **{name: getattr(pairs, name) for name in _PLAIN},
    }
    line_pk = np.append(inputs.line_pk, -1)[pairs.permit_line]  # −1, no line, picks the last entry
    lines = _optional(line_pk, pairs.permit_line < 0)
    surplus = _optional(pairs.surplus_per_t, np.isnan(pairs.surplus_per_t))
    quantity = _optional(pairs.quantity_t, ~np.isfinite(pairs.quantity_t))
    for values, line, left, tonnes in zip(_dicts(columns), lines, surplus, quantity, strict=True):
        yield Match(
            **values, permit_line_id=line, surplus_per_t=left, quantity_t=tonnes,
            engine_version=ENGINE_VERSION, computed_at=now,
        )  # fmt: skip


_PLAIN = ("score", "verdict", "distance_km", "landed_per_t", "price_known", "deduction_per_t", "n_unknown")


def _optional(values: np.ndarray, missing: np.ndarray) -> list[object]:
    return [None if gone else value for value, gone in zip(values.tolist(), missing.tolist(), strict=True)]


def _dicts(columns: dict[str, np.ndarray]) -> Iterator[dict[str, object]]:
    names = list(columns)
    for values in zip(*(column.tolist() for column in columns.values()), strict=True):
        yield dict(zip(names, values, strict=True))


def _mark_matched(revisions: dict[int, int]) -> None:
    """Record the revision each listing was matched at, which an edit in the meantime has left behind."""
    by_revision = sorted(revisions.items(), key=lambda item: item[1])
    for revision, items in itertools.groupby(by_revision, key=lambda item: item[1]):
        keys: Sequence[int] = [key for key, _revision in items]
        for start in range(0, len(keys), BATCH):
            Listing.objects.filter(pk__in=keys[start : start + BATCH]).update(matched_revision=revision)
