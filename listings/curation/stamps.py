"""One number that every process compares before it trusts what it read of the reference data."""

from __future__ import annotations

from secrets import randbits

from listings.models import ReferenceStamp
from listings.names import forget

BITS = 62


def renew_stamp() -> None:
    """In the transaction of the change: whoever sees the number sees the change."""
    ReferenceStamp.objects.update_or_create(pk=1, defaults={"stamp": randbits(BITS)})
    forget()
