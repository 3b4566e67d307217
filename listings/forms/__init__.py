"""Forms of a listing. They check shape and hand on clean values; services do the rest."""

from .posting import Posting

__all__ = ["Posting"]
