"""The same questions put to the database in the plain way: what the pages are compared with, and tested against."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q, QuerySet

from ..models import EntryState, EntryVersion, RegulatedList

SOUGHT = ("name_zh", "name_en", "credit_code", "reference", "province", "address", "scope_zh", "scope_en")


def plain_versions(regulated_list: RegulatedList, day: dt.date, asked: Mapping[str, str]) -> QuerySet[EntryVersion]:
    """What the list says on the day of what is asked: a condition on two days, and `icontains` on every text."""
    gone = asked.get("standing") == EntryState.WITHDRAWN
    found = EntryVersion.objects.of(regulated_list)
    found = _gone_by(found, day) if gone else found.valid_on(day)
    if asked.get("standing") and not gone:
        found = found.filter(standing=asked["standing"])
    if asked.get("province"):
        found = found.filter(province=asked["province"])
    if asked.get("scope"):
        found = found.filter(Q(scope_zh__icontains=asked["scope"]) | Q(scope_en__icontains=asked["scope"]))
    return plain_named(found, asked.get("q", "")).order_by("entry_id")


def plain_named(versions: QuerySet[EntryVersion], words: str) -> QuerySet[EntryVersion]:
    """Versions of entries that ever bore the words, as they are written."""
    if not words:
        return versions
    ever = EntryVersion.objects.filter(entry=OuterRef("entry"))
    return versions.filter(Exists(ever.filter(_holds(words))))


def plain_page(found: QuerySet[EntryVersion], start: int, rows: int) -> tuple[int, list[int]]:
    """The total and the keys of one page, each asked for by itself as a paginator does."""
    return found.count(), [version.pk for version in found[start : start + rows]]


def _holds(words: str) -> Q:
    holds = Q()
    for name in SOUGHT:
        holds |= Q(**{f"{name}__icontains": words})
    return holds


def _gone_by(found: QuerySet[EntryVersion], day: dt.date) -> QuerySet[EntryVersion]:
    later = EntryVersion.objects.filter(
        entry=OuterRef("entry"), valid_from__lte=day, valid_from__gt=OuterRef("valid_from")
    )
    return found.filter(~Exists(later), valid_before__lte=day)
