"""One country of a full run: read, matched at once or dealt to workers, and stored in one transaction."""

from __future__ import annotations

import datetime as dt
import itertools
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from django.db import transaction

from listings.models import Listing
from marketplace.firms.models import PermitLine
from matching.dealing.country import CountryRun, Dealing, Say
from matching.dealing.kept import Keys, RunFolder
from matching.engine import Pairs, match
from matching.inputs import Inputs, build_inputs
from matching.models import Match
from matching.storing import store

TOP = 20
BATCH = 2000


@dataclass(frozen=True)
class Stored:
    """What a country came to."""

    offers: int
    needs: int
    pairs: int
    engine_seconds: float


def rematch_country(
    country: str, day: dt.date, countries: Sequence[str], folder: RunFolder, dealing: Dealing, say: Say
) -> Stored:
    """Replace the country's pairs, unless an earlier part of this run has done so."""
    if (facts := folder.stored(country)) is not None:
        return Stored(**facts)
    begun = CountryRun.resumed(folder.country(country))
    if begun is None:
        keys, inputs = _read(country, day, say)
        if not dealing.suits(len(inputs.needs)):
            return _at_once(country, keys, inputs, say)
        folder.begin(day, countries)
        begun = CountryRun.begun(folder.country(country), inputs, keys, dealing, TOP)
    stored = _dealt(country, begun, dealing, say)
    folder.mark_stored(country, vars(stored))
    return stored


def _read(country: str, day: dt.date, say: Say) -> tuple[Keys, Inputs]:
    listings = Listing.objects.open_on(day).filter(site__country=country)
    revisions = dict(listings.values_list("pk", "revision"))
    inputs = build_inputs(listings.offers(), listings.needs(), day=day, country=country)
    say(f"{country}: {len(inputs.offers)} offers, {len(inputs.needs)} needs read")
    return Keys.of(inputs, revisions), inputs


def _at_once(country: str, keys: Keys, inputs: Inputs, say: Say) -> Stored:
    began = time.perf_counter()
    pairs = match(inputs.offers, inputs.needs, inputs.rules, inputs.day, top=TOP, per="both")
    seconds = time.perf_counter() - began
    say(f"{country}: {len(pairs)} pairs in {seconds:.2f} s")
    return Stored(len(keys.offer_pk), len(keys.need_pk), _replace(country, keys, [pairs]), seconds)


def _dealt(country: str, begun: CountryRun, dealing: Dealing, say: Say) -> Stored:
    keys, began = Keys.read(begun.folder), time.perf_counter()
    begun.work(dealing, say)
    seconds = time.perf_counter() - began
    say(f"{country}: storing")
    n_pairs = _replace(country, keys, begun.pairs())
    begun.prune()
    say(f"{country}: {n_pairs} pairs stored")
    return Stored(len(keys.offer_pk), len(keys.need_pk), n_pairs, seconds)


@transaction.atomic
def _replace(country: str, keys: Keys, parts: Iterable[Pairs]) -> int:
    """Put the new pairs in the place of the old; readers see either all of the old or all of the new."""
    Match.objects.filter(offer__site__country=country).delete()
    n_pairs = 0
    for pairs in _standing(country, keys, parts):
        store(keys, pairs)
        n_pairs += len(pairs)
    _mark_matched(keys.revisions)
    return n_pairs


def _standing(country: str, keys: Keys, parts: Iterable[Pairs]) -> Iterator[Pairs]:
    """Pairs whose listings and permit line are still there: hours may have gone by since they were read."""
    listings = Listing.objects.filter(site__country=country).order_by().values_list("pk", flat=True)
    lines = PermitLine.objects.order_by().values_list("pk", flat=True)
    offer_stands, need_stands = (np.isin(pks, list(listings)) for pks in (keys.offer_pk, keys.need_pk))
    line_stands = np.append(np.isin(keys.line_pk, list(lines)), True)  # the last for −1, no line
    for pairs in parts:
        kept = offer_stands[pairs.offer] & need_stands[pairs.need] & line_stands[pairs.permit_line]
        yield pairs if kept.all() else Pairs(**{name: values[kept] for name, values in vars(pairs).items()})


def _mark_matched(revisions: dict[int, int]) -> None:
    """Record the revision each listing was matched at, which an edit in the meantime has left behind."""
    by_revision = sorted(revisions.items(), key=lambda item: item[1])
    for revision, items in itertools.groupby(by_revision, key=lambda item: item[1]):
        keys: Sequence[int] = [key for key, _revision in items]
        for start in range(0, len(keys), BATCH):
            Listing.objects.filter(pk__in=keys[start : start + BATCH]).update(matched_revision=revision)
