"""Life line: what happened to a listing, a deal or an entry, as one vertical line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.safestring import SafeString

from marketplace.pictures.markup import joined, tag


@dataclass(frozen=True)
class Event:
    when: datetime
    actor: str
    verb: str
    detail: str = ""


def life_line(events: Iterable[Event]) -> SafeString:
    """The events in the order given, newest first by convention of the pages."""
    return tag("ol", joined(_entry(event) for event in events), class_="life-line")


def _entry(event: Event) -> SafeString:
    local = timezone.localtime(event.when) if timezone.is_aware(event.when) else event.when
    when = tag("time", local.strftime("%Y-%m-%d %H:%M"), datetime=local.isoformat(timespec="minutes"))
    what = tag("p", tag("b", event.actor), " ", event.verb, class_="life-what")
    detail = tag("p", event.detail, class_="life-detail") if event.detail else None
    return tag("li", when, what, detail)
