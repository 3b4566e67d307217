"""The public pages of the registers."""

from .batches import batch, object_to_batch
from .entries import entry
from .lists import index, register, search

__all__ = ["batch", "entry", "index", "object_to_batch", "register", "search"]
