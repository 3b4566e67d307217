"""What was written since somebody last looked: stamps that differ after every write, whoever made it."""

from __future__ import annotations

from typing import TypeAlias

from django.db import connection
from django.db.models import Max

from ..models import SearchChange

WORDS = -1
PART_BITS = 9
"""A part is 512 listings with keys in a row: small enough to be read again after one of them changed."""
MANY = 10_000
"""Rows that are read before a question without being noticed."""
Stamps: TypeAlias = dict[int, int]


def stamps() -> Stamps:
    """The sum of stamps by part. Rows are random numbers that database triggers write, so a sum never comes back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT part, SUM(stamp) FROM listings_searchchange GROUP BY part")
        return {part: int(total) for part, total in cursor.fetchall()}


def gather_changes() -> None:
    """Replace the many rows that PostgreSQL's triggers add by one row a part; whoever looks next reads all anew."""
    if SearchChange.objects.count() < MANY:
        return
    for part, last in SearchChange.objects.values_list("part").annotate(Max("pk")).order_by():
        SearchChange.objects.filter(part=part, pk__lt=last).delete()
