"""Lists with what stands on them today, and where a firm stands."""

from __future__ import annotations

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from marketplace.firms.models import Firm

from .models import BatchState, Entry, EntryVersion, RegulatedList


def lists_with_counts() -> QuerySet[RegulatedList]:
    today = timezone.localdate()
    standing = EntryVersion.objects.on(today).filter(regulated_list=OuterRef("pk")).order_by()
    counted = standing.values("regulated_list").annotate(count=Count("entry")).values("count")
    newest = Max("batches__effective_on", filter=Q(batches__state=BatchState.EFFECTIVE))
    return RegulatedList.objects.annotate(standing_count=Subquery(counted), changed_on=newest).order_by("slug")


def list_pages(firm: Firm) -> dict[str, str]:
    """Slug of a list → address of the firm's entry on it."""
    entries = Entry.objects.active().filter(firm=firm).select_related("regulated_list")
    return {entry.regulated_list.slug: entry.get_absolute_url() for entry in entries}
