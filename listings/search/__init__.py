"""Search: one question (`SearchQuery`), one answer (`Found`), whichever backend gives it."""

from .searching import clusters, search

__all__ = ["clusters", "search"]
