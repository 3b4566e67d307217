"""Lists with what stands on them today, and where a firm stands."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count
from django.utils import timezone

from marketplace.firms.models import Firm

from .held import Stamp, stamps
from .models import Entry, EntryVersion, RegulatedList

KEPT_SECONDS = 600


@dataclass(frozen=True)
class CountedList:
    """A list, how many stand on it today, and the day of its last change."""

    list: RegulatedList
    standing: int
    changed_on: dt.date | None


def lists_with_counts() -> list[CountedList]:
    published, lists = stamps(), RegulatedList.objects.order_by("slug")
    counts = _counts(timezone.localdate(), published)
    return [CountedList(each, counts.get(each.pk, 0), published.get(each.pk, Stamp()).last_day) for each in lists]


def _counts(day: dt.date, published: dict[int, Stamp]) -> dict[int, int]:
    """How many stood on each list on the day. Only a publication changes that, so it is kept until the next one."""
    state = [day, *((key, stamp.batches, stamp.published_at) for key, stamp in sorted(published.items()))]
    key = f"registers-standing-{hashlib.sha256(repr(state).encode()).hexdigest()}"
    found: dict[int, int] = cache.get_or_set(key, lambda: _counted(day), KEPT_SECONDS)
    return found


def _counted(day: dt.date) -> dict[int, int]:
    standing = EntryVersion.objects.valid_on(day).order_by().values_list("regulated_list")
    return dict(standing.annotate(Count("entry")))


def list_pages(firm: Firm) -> dict[str, str]:
    """Slug of a list → address of the firm's entry on it."""
    entries = Entry.objects.active().filter(firm=firm).select_related("regulated_list")
    return {entry.regulated_list.slug: entry.get_absolute_url() for entry in entries}
