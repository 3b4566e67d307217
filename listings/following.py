"""Who must hear when a listing changes. Matching lies on the floor above and is handed down."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from .models import Listing

# Called in the transaction of the change.
Follow: TypeAlias = Callable[[Listing], None]


def nobody_follows(_listing: Listing) -> None:
    """For a site without matching."""
