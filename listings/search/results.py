"""What a search answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Hit:
    """A listing found. `landed_per_t` is what a tonne costs the searcher at his gate, in the base currency."""

    listing: int
    distance_km: float | None = None
    landed_per_t: float | None = None


@dataclass(frozen=True)
class Correction:
    """A word that nobody uses, and the words that were looked for instead."""

    typed: str
    used: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """One page of hits in order, how many there are in all, and per facet how many hold each value.

    The counts of a facet are those of the question without what is chosen in that facet itself, so that they say
    what choosing another value would bring. `backend` names who answered.
    """

    hits: tuple[Hit, ...]
    total: int
    counts: Mapping[str, Mapping[str, int]]
    corrections: tuple[Correction, ...] = ()
    backend: str = ""


@dataclass(frozen=True)
class Cluster:
    """Listings that lie close together on a map; a lone one is named. The place is their mean, in WGS-84 degrees."""

    latitude: float
    longitude: float
    offers: int
    needs: int
    quantity_t_per_year: float
    listing: int | None = None
