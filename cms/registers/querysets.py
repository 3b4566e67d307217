"""The read layer of the registers: what is public, and what a list said on a day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from marketplace.firms.querysets import SpanQuerySet, Viewer

from .naming import plain_name

if TYPE_CHECKING:
    from .models import RegulatedList

MOST_WORDS = 8
UNFINISHED = "unfinished"
"""The state of a batch that is still being written, and of its new entries. Only whoever writes them knows of it."""
PREPARE, DECIDE = "registers.prepare_registers", "registers.decide_registers"


def may_prepare(user: Viewer) -> bool:
    return bool(user.is_authenticated and user.has_perm(PREPARE))


def may_decide(user: Viewer) -> bool:
    return bool(user.is_authenticated and user.has_perm(DECIDE))


class BatchQuerySet(models.QuerySet[Any]):
    def public(self) -> BatchQuerySet:
        return self.filter(state__in=("notice", "effective"))

    def visible_to(self, user: Viewer) -> BatchQuerySet:
        """What is on notice or in effect is public; the rest is for those who prepare or decide."""
        return self if may_prepare(user) or may_decide(user) else self.public()

    def due_on(self, day: dt.date) -> BatchQuerySet:
        """On notice, the notice over, the effective day come, and no objection unanswered."""
        return self.filter(state="notice", effective_on__lte=day).exclude(objections__state="open")


class EntryQuerySet(models.QuerySet[Any]):
    def active(self) -> EntryQuerySet:
        return self.filter(active=True)

    def visible_to(self, user: Viewer) -> EntryQuerySet:
        """Whatever was ever published or is on notice; applications are for those who prepare or decide."""
        if may_prepare(user) or may_decide(user):
            return self
        return self.filter(Q(state="notice") | Exists(_versions().filter(entry=OuterRef("pk"))))


class FinishedBatches(models.Manager.from_queryset(BatchQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> BatchQuerySet:
        finished: BatchQuerySet = super().get_queryset().exclude(state=UNFINISHED)
        return finished


class FinishedEntries(models.Manager.from_queryset(EntryQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> EntryQuerySet:
        finished: EntryQuerySet = super().get_queryset().exclude(state=UNFINISHED)
        return finished


class EntryVersionQuerySet(SpanQuerySet):
    def of(self, regulated_list: RegulatedList) -> EntryVersionQuerySet:
        return self.filter(regulated_list=regulated_list)

    def newest(self) -> EntryVersionQuerySet:
        """The last that was said of each entry, whether it still stands or not."""
        return self.filter(~Exists(_versions().filter(entry=OuterRef("entry"), valid_from__gt=OuterRef("valid_from"))))

    def known_as(self, words: str) -> EntryVersionQuerySet:
        """Versions of entries that at any one time had all these words in a name, code, reference or scope."""
        sought = [plain for plain in map(plain_name, words.split()[:MOST_WORDS]) if plain]
        if not sought:
            return self.none() if words.strip() else self
        said = _versions()
        for word in sought:
            said = said.filter(search_text__contains=word)
        return self.filter(entry__in=said.order_by().values("entry"))


def _versions() -> EntryVersionQuerySet:
    from .models import EntryVersion

    versions: EntryVersionQuerySet = EntryVersion.objects.all()
    return versions
