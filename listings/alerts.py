"""Tells people of listings that newly fit their saved searches: each listing once a search, at once or once a day.

What fits is a row before it is a letter, so that a run that was cut off is finished by the next one.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from marketplace.firms.letters import language_of, site_url, write_letter
from marketplace.firms.models import Event, User

from .disclosure import own_firms
from .filters import SearchFilter, search_query
from .models import Listing, SavedSearch, SavedSearchHit
from .rows import ListingRow, rows_for
from .saved_searches import stop_ticket
from .search import search
from .search.query import SearchQuery, Sort

NEWS = ("listing.published", "listing.changed", "listing.evidence_added", "listing.evidence_removed")
OVERLAP = dt.timedelta(minutes=10)
"""What was committed late carries an earlier time; looking twice does no harm."""
A_DAY = dt.timedelta(hours=20)
"""Less than a day, so that a clock that runs a little early is not put off until tomorrow."""
AT_ONCE = 500
MOST_TOLD = 20
Frequency = SavedSearch.Frequency


@dataclass(frozen=True)
class AlertResult:
    """What one run did. Letters that were not taken are tried again at the next run."""

    found: int
    sent: int
    unsent: int


@dataclass(frozen=True)
class Section:
    """One saved search of a letter: the first rows, how many more there are, and the page with all."""

    saved: SavedSearch
    rows: Sequence[ListingRow]
    more: int
    url: str
    stop_url: str


def send_alerts(now: dt.datetime | None = None) -> AlertResult:
    """For the clock: look for what is new to every saved search, and write where a letter is due."""
    now = now or timezone.now()
    searches = SavedSearch.objects.exclude(frequency=Frequency.NEVER).filter(user__is_active=True)
    found = sum(_look_since(saved, now) for saved in searches.select_related("user").order_by("pk"))
    sent, unsent = _write(_due(now), now)
    return AlertResult(found, sent, unsent)


def alert_at_once(listing_key: int) -> AlertResult:
    """After a publication or change: those who want to know at once are told now, and not by the clock again."""
    now = timezone.now()
    eager = SavedSearch.objects.filter(frequency=Frequency.AT_ONCE, user__is_active=True)
    found = sum(_look(saved, [listing_key], now) for saved in eager.select_related("user").order_by("pk"))
    sent, unsent = _write(_with_news(eager), now) if found else (0, 0)
    return AlertResult(found, sent, unsent)


def _look_since(saved: SavedSearch, now: dt.datetime) -> int:
    keys = sorted(set(_news_since(saved.checked_at - OVERLAP).values_list("object_id", flat=True)))
    found = sum(_look(saved, keys[start : start + AT_ONCE], now) for start in range(0, len(keys), AT_ONCE))
    SavedSearch.objects.filter(pk=saved.pk).update(checked_at=now)
    return found


def _look(saved: SavedSearch, keys: Sequence[int], now: dt.datetime) -> int:
    """Note which of these listings fit; what was noted before, and one's own, is no news."""
    query = _question(saved)
    if query is None or not keys:
        return 0
    query = replace(query, only=frozenset(keys), sort=Sort.NEWEST, page=1, page_size=len(keys))
    told = set(saved.hits.filter(listing__in=keys).values_list("listing", flat=True))
    fitting = [hit.listing for hit in search(query).hits if hit.listing not in told]
    strangers = Listing.objects.filter(pk__in=fitting).exclude(firm__in=own_firms(saved.user))
    changed = _news_since(saved.created_at).filter(object_id__in=fitting)
    changed_keys = list(changed.values_list("object_id", flat=True))
    later = strangers.filter(Q(published_at__gte=saved.created_at) | Q(pk__in=changed_keys))
    hits = [SavedSearchHit(saved_search=saved, listing=listing, found_at=now) for listing in later]
    SavedSearchHit.objects.bulk_create(hits, ignore_conflicts=True)
    return len(hits)


def _news_since(moment: dt.datetime) -> QuerySet[Event]:
    """What happened to listings that can make them fit."""
    about_listings = Event.objects.filter(content_type=ContentType.objects.get_for_model(Listing))
    news: QuerySet[Event] = about_listings.filter(verb__in=NEWS, at__gte=moment)
    return news


def _question(saved: SavedSearch) -> SearchQuery | None:
    """None where what was saved is no longer valid: a site that was given up, a park that was renamed."""
    filterset = SearchFilter(QueryDict(saved.parameters), viewer=saved.user)
    return search_query(filterset, saved.user) if filterset.form.is_valid() else None


# --- letters ----------------------------------------------------------------------------------------------------------


def _with_news(searches: Iterable[SavedSearch]) -> list[SavedSearch]:
    unsent = SavedSearchHit.objects.filter(saved_search=OuterRef("pk"), mailed_at=None)
    chosen = SavedSearch.objects.filter(Exists(unsent), pk__in=[saved.pk for saved in searches])
    return list(chosen.select_related("user").order_by("user", "name"))


def _due(now: dt.datetime) -> list[SavedSearch]:
    rested = Q(mailed_at=None) | Q(mailed_at__lte=now - A_DAY)
    wanted = Q(frequency=Frequency.AT_ONCE) | (Q(frequency=Frequency.DAILY) & rested)
    return _with_news(SavedSearch.objects.filter(wanted, user__is_active=True))


def _write(searches: Sequence[SavedSearch], now: dt.datetime) -> tuple[int, int]:
    """One letter a person with all of his searches."""
    results = [
        _write_to(user, list(group), now) for user, group in itertools.groupby(searches, key=lambda saved: saved.user)
    ]
    return results.count(True), results.count(False)


def _write_to(user: User, searches: Sequence[SavedSearch], now: dt.datetime) -> bool | None:
    """Whether the letter was taken; None where all that had fitted has gone meanwhile."""
    keys = _unsent(searches)
    with language_of(user):
        sections = [section for saved in searches if (section := _section(saved, user, keys[saved.pk]))]
    facts = {"sections": sections, "count": sum(len(each.rows) + each.more for each in sections)}
    stop_path = reverse("listings:stop_letters", args=[stop_ticket(searches[0])]) if len(searches) == 1 else ""
    taken = write_letter(to=user, name="saved_searches", facts=facts, stop_path=stop_path) if sections else None
    if taken is not False:
        told = [key for each in keys.values() for key in each]
        SavedSearchHit.objects.filter(saved_search__in=searches, listing__in=told).update(mailed_at=now)
        SavedSearch.objects.filter(pk__in=[saved.pk for saved in searches]).update(mailed_at=now)
    return taken


def _unsent(searches: Sequence[SavedSearch]) -> dict[int, list[int]]:
    """Keys of the listings that each search has to tell of, the newest first."""
    unsent = SavedSearchHit.objects.filter(saved_search__in=searches, mailed_at=None)
    keys: dict[int, list[int]] = defaultdict(list)
    for saved, listing in unsent.order_by(F("listing__published_at").desc(), "-pk").values_list(
        "saved_search", "listing"
    ):
        keys[saved].append(listing)
    return keys


def _section(saved: SavedSearch, user: User, keys: Sequence[int]) -> Section | None:
    today = timezone.localdate()
    open_now = Listing.objects.visible_to(user).open_on(today).filter(pk__in=keys).for_rows()
    listings = {listing.pk: listing for listing in open_now}
    shown = [listings[key] for key in keys if key in listings]
    if not shown:
        return None
    return Section(
        saved,
        rows_for(shown[:MOST_TOLD], user),
        max(len(shown) - MOST_TOLD, 0),
        site_url(f"{reverse('listings:browse')}?{saved.parameters}"),
        site_url(reverse("listings:stop_letters", args=[stop_ticket(saved)])),
    )
