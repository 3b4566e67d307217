"""One number that every process compares before it trusts what it read of the reference data."""

from __future__ import annotations

from secrets import randbits

from listings.models import ReferenceStamp
from listings.names import forget

BITS = 62
ONLY = 1
"""The key of the one row."""


def wait_for_turn() -> None:
    """Editors and loads take turns until the transaction ends: of two edits the second sees all of the first.

    Take it before any other row, so that nobody waits for somebody who waits.
    """
    if not _lock():
        ReferenceStamp.objects.get_or_create(pk=ONLY, defaults={"stamp": randbits(BITS)})
        _lock()


def renew_stamp() -> None:
    """In the transaction of the change: whoever sees the number sees the change."""
    ReferenceStamp.objects.update_or_create(pk=ONLY, defaults={"stamp": randbits(BITS)})
    forget()


def _lock() -> bool:
    """False where there is no stamp yet."""
    return ReferenceStamp.objects.select_for_update().filter(pk=ONLY).first() is not None
