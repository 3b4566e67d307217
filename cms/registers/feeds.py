"""Changes of the registers as RSS and Atom: what is on public notice and what took effect, newest first."""

from __future__ import annotations

import datetime as dt

from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.translation import gettext as _

from .announcing import counts_of
from .models import Batch, BatchState, RegulatedList
from .wording import ACTION_TITLES

MOST_ITEMS = 30


class Announcements(Feed):
    """Each item is a batch; it appears with its notice and again when it takes effect."""

    def items(self, regulated_list: RegulatedList | None) -> list[Batch]:
        public = Batch.objects.public().select_related("regulated_list")
        if regulated_list is not None:
            public = public.filter(regulated_list=regulated_list)
        newest = sorted(_recent(public), key=announced_at, reverse=True)
        return newest[:MOST_ITEMS]

    def item_title(self, item: Batch) -> str:
        title = _("%(batch)s: on public notice until %(day)s") if item.state == BatchState.NOTICE else "%(batch)s"
        return title % {"batch": item, "day": item.notice_to}

    def item_description(self, item: Batch) -> str:
        counts = [f"{ACTION_TITLES[action]}: {count}" for action, count in counts_of(item).items()]
        effective = _("in effect from %(day)s") % {"day": item.effective_on}
        return " · ".join(part for part in (item.announcement, effective, *counts) if part)

    def item_link(self, item: Batch) -> str:
        return item.get_absolute_url()

    def item_guid(self, item: Batch) -> str:
        return f"{item.get_absolute_url()}#{item.state}"

    item_guid_is_permalink = False

    def item_pubdate(self, item: Batch) -> dt.datetime:
        return announced_at(item)


def _recent(public: QuerySet[Batch]) -> list[Batch]:
    """Few enough to sort by two kinds of day."""
    effective = public.filter(state=BatchState.EFFECTIVE).order_by("-published_at")[:MOST_ITEMS]
    return [*effective, *public.filter(state=BatchState.NOTICE).order_by("-notice_from")[:MOST_ITEMS]]


def announced_at(batch: Batch) -> dt.datetime:
    if batch.state == BatchState.EFFECTIVE and batch.published_at:
        return batch.published_at
    day = batch.notice_from or batch.created_at.date()
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


class RssOfAll(Announcements):
    feed_type = Rss201rev2Feed

    def get_object(self, request: HttpRequest) -> None:
        return None

    def title(self, regulated_list: RegulatedList | None) -> str:
        name = str(regulated_list) if regulated_list else _("Registers")
        return _("%(name)s: changes") % {"name": name}

    def link(self, regulated_list: RegulatedList | None) -> str:
        return regulated_list.get_absolute_url() if regulated_list else reverse("registers:index")

    def description(self, regulated_list: RegulatedList | None) -> str:
        return regulated_list.legal_basis if regulated_list else _("Public notices and changes of every list.")

    def subtitle(self, regulated_list: RegulatedList | None) -> str:
        return self.description(regulated_list)


class RssOfOne(RssOfAll):
    def get_object(self, request: HttpRequest, slug: str) -> RegulatedList:  # type: ignore[override]
        return get_object_or_404(RegulatedList, slug=slug)


class AtomOfAll(RssOfAll):
    feed_type = Atom1Feed


class AtomOfOne(RssOfOne):
    feed_type = Atom1Feed
