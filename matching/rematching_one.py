"""Store the lawful pairs of one new or changed listing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from listings.models.listings import State
from matching.models import Match
from matching.single.asking import asking_listing
from matching.single.judging import best_pairs
from matching.single.replacing import replace_pairs

TOP_OF_ONE = 100  # of a single listing more is kept, since its counterparts' own top is not computed anew


def _nobody(_step: str) -> None:
    return None


def rematch_listing(listing_pk: int, *, day: dt.date | None = None, lap: Callable[[str], None] = _nobody) -> int:
    """Match one listing anew against all that is open and replace its stored pairs; returns how many. Idempotent.

    `lap` is told of each step as it ends.
    """
    day = day or timezone.localdate()
    listing = asking_listing(listing_pk)
    if listing is None or listing.state != State.PUBLISHED:
        Match.objects.filter(Q(offer=listing_pk) | Q(need=listing_pk)).delete()
        return 0
    found = best_pairs(listing, day, TOP_OF_ONE, lap)
    with transaction.atomic():
        replace_pairs(listing, found)
    lap("store")
    return sum(len(pairs) for _inputs, pairs in found)
