"""What a search asks, already validated: the one question that pages, saved searches and the API put to any backend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum

from marketplace.firms.querysets import Viewer, acts_for_all

PAGE_SIZE = 25
LAST_PAGE = 400
"""Nobody reads further; an endless list would let one copy the market page by page."""


class Level(IntEnum):
    """How much a searcher may be told, and so may search, count and sort by."""

    VISITOR = 0
    MEMBER = 1
    STAFF = 2

    @classmethod
    def of(cls, viewer: Viewer) -> Level:
        if acts_for_all(viewer):
            return cls.STAFF
        return cls.MEMBER if viewer.is_authenticated else cls.VISITOR


class Sort(StrEnum):
    NEWEST = "newest"
    DISTANCE = "distance"
    LANDED = "landed"
    QUANTITY = "quantity"
    MATCH = "match"


@dataclass(frozen=True)
class Place:
    """WGS-84 degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Box:
    """The part of the world a map shows, in degrees; `west` is greater than `east` across the 180th meridian."""

    south: float
    west: float
    north: float
    east: float


@dataclass(frozen=True)
class SearchQuery:
    """One search for open listings on `today`, as a searcher of `level`.

    `chosen` holds, by facet name, the values of which any will do; all facets must agree. `regions` are the keys of
    every region looked in, those below the chosen one included; None means everywhere. `fits` maps listings to how
    well they match the searcher's own (0 to 1): sorting by match puts them first. `only` restricts the search to
    those keys and `since` to what was published from then on.
    """

    today: dt.date
    level: Level = Level.VISITOR
    words: str = ""
    kind: str = ""
    chosen: Mapping[str, frozenset[str]] = field(default_factory=dict)
    near: Place | None = None
    radius_km: float | None = None
    box: Box | None = None
    regions: frozenset[int] | None = None
    hidden_firms: frozenset[int] = frozenset()
    fits: Mapping[int, float] = field(default_factory=dict)
    only: frozenset[int] | None = None
    since: dt.datetime | None = None
    sort: Sort = Sort.NEWEST
    page: int = 1
    page_size: int = PAGE_SIZE

    def __post_init__(self) -> None:
        if self.radius_km is not None and self.near is None:
            raise ValueError("radius_km: needs a place to be measured from")
        if self.sort in (Sort.DISTANCE, Sort.LANDED) and self.near is None:
            raise ValueError("sort: distance needs a place to be measured from")

    @property
    def start(self) -> int:
        return (self.page - 1) * self.page_size

    def without(self, facet: str) -> SearchQuery:
        """The same question with nothing chosen in one facet: what that facet's own counts are taken from."""
        return replace(self, chosen={name: values for name, values in self.chosen.items() if name != facet})
