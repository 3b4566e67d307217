"""What one chunk of needs gives: the best pairs of its needs, and those that may be among the best of their offers."""

from dataclasses import dataclass
from io import BytesIO
from typing import NamedTuple

import numpy as np

from matching.engine.columns import Floats, Ints, Longs
from matching.engine.topk import Scored, group_starts


class Chunk(NamedTuple):
    """Needs first … last − 1 in the order they are worked off in."""

    number: int
    first: int
    last: int


def chunks_of(n_needs: int, size: int) -> list[Chunk]:
    """All needs in chunks of `size`, the last one perhaps smaller.

    >>> chunks_of(5, 2)[-1]
    Chunk(number=2, first=4, last=5)
    """
    return [Chunk(number, first, min(first + size, n_needs)) for number, first in enumerate(range(0, n_needs, size))]


@dataclass(frozen=True, eq=False)
class BestOf:
    """The best few pairs of each owner in local rows: owners rising, the best first within each."""

    owner: Ints
    other: Ints
    score: Floats

    def ranks(self) -> Ints:
        """From 1 within each owner.

        >>> BestOf(np.array([4, 4, 7]), np.array([1, 0, 1]), np.array([0.9, 0.8, 0.9])).ranks().tolist()
        [1, 2, 1]
        """
        starts = group_starts(self.owner)
        return (np.arange(len(self.owner)) - np.repeat(starts[:-1], np.diff(starts)) + 1).astype(np.int32)

    @classmethod
    def of(cls, owner: Longs, other: Longs, score: Floats) -> "BestOf":
        return cls(owner.astype(np.int32), other.astype(np.int32), score)

    def as_needs_pairs(self) -> Scored:
        return Scored(self.other.astype(np.int64), self.owner.astype(np.int64), self.score)

    def as_offers_pairs(self) -> Scored:
        return Scored(self.owner.astype(np.int64), self.other.astype(np.int64), self.score)


@dataclass(frozen=True, eq=False)
class Best:
    """Of one chunk: of each need its best offers, of each offer its best among the chunk's needs."""

    of_needs: BestOf
    of_offers: BestOf

    def as_bytes(self) -> bytes:
        """The six arrays one after the other in NumPy's own format; the same result gives the same bytes."""
        buffer = BytesIO()
        for side in (self.of_needs, self.of_offers):
            for values in (side.owner, side.other, side.score):
                np.save(buffer, values, allow_pickle=False)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Best":
        buffer = BytesIO(content)
        sides = [BestOf(*(np.load(buffer, allow_pickle=False) for _ in range(3))) for _ in range(2)]
        return cls(*sides)
