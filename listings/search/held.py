"""The columns of all listings, kept in this process and brought up to date before every question.

A hundred thousand listings are some thirty megabytes here, and a question with all facets passes over them in a few
milliseconds; the database itself would have to add up the same rows once for each facet.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from threading import Lock

from django.db.models import Q

from .changes import PART_BITS, WORDS, Stamps, stamps
from .columns import Columns, no_columns, read_columns

MOST_PARTS_APART = 16
"""When more parts changed, all is read again in one go."""


@dataclass
class Held:
    """The columns of this process. Stamps are read before the rows, so rows are never older than their stamps say."""

    columns: Columns = field(default_factory=no_columns)
    stamps: Stamps = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def current(self) -> Columns:
        now = stamps()
        now.pop(WORDS, None)
        with self.lock:
            changed = {part for part, _stamp in now.items() ^ self.stamps.items()}
            if changed:
                self.columns, self.stamps = _renewed(self.columns, changed), now
            return self.columns


def _renewed(columns: Columns, parts: Collection[int]) -> Columns:
    if len(parts) > MOST_PARTS_APART:
        return read_columns(Q())
    for part in parts:
        columns = columns.spliced(part, read_columns(Q(pk__gte=part << PART_BITS, pk__lt=(part + 1) << PART_BITS)))
    return columns


HELD = Held()
