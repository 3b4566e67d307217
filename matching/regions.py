"""The tree of regions and the composites that name some of them, as one process holds them in memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from marketplace.firms.models import Region

Row = tuple[int, str, str, str]  # key, code, level, path


@dataclass(frozen=True, eq=False)
class Regions:
    """By key: the path of each region, codes from the root down, and the members of each composite."""

    paths: dict[int, str]
    key_of: dict[str, int]
    members: dict[int, list[int]]

    @classmethod
    def of(cls, regions: Iterable[Row], links: Iterable[tuple[int, int]]) -> Regions:
        """`links` are composites with one of their members; what is linked after the regions were read is left out."""
        rows = list(regions)
        paths = {key: path for key, _code, _level, path in rows}
        composites = (key for key, _code, level, _path in rows if level == Region.Level.COMPOSITE)
        members: dict[int, list[int]] = {key: [] for key in composites}
        for composite, member in links:
            if composite in members and member in paths:
                members[composite].append(member)
        return cls(paths, {row[1]: row[0] for row in rows}, members)

    @cached_property
    def _composites(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {key: [] for key in self.paths}
        for composite, members in self.members.items():
            for member in members:
                found[member].append(composite)
        return found

    def roots(self, key: int) -> tuple[str, ...]:
        """The paths below which a region lies; of a composite those of its members."""
        return tuple(self.paths[each] for each in self.members.get(key, (key,)))

    def below(self, key: int) -> list[int]:
        """The region itself and all below it; of a composite, its members with what lies below them."""
        roots = self.roots(key)
        return [each for each, path in self.paths.items() if path.startswith(roots)]

    def around(self, path: str) -> list[int]:
        """The regions that lie on a path, and the composites that name one of them."""
        keys = [self.key_of[code] for code in path.split("/") if code in self.key_of]
        return sorted({*keys, *(composite for key in keys for composite in self._composites[key])})
