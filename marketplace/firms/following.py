"""Who must hear when a firm's places or rights change. Listings and matches lie above and are handed down."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from .models import Firm

# Called in the transaction of the change.
Follow: TypeAlias = Callable[[Firm], None]


def nobody_follows(_firm: Firm) -> None:
    """For a site without listings."""
