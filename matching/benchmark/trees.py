"""What a NumPy user would write: a KD-tree of the offers of each material, then the same rules and scores."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from scipy.spatial import KDTree

from matching.benchmark.scene import TOP, Found, Scene
from matching.engine.candidates import Blocking
from matching.engine.columns import Longs
from matching.engine.geo import cap_chord
from matching.engine.index import N_CLASSES
from matching.engine.pairing import CHUNK_PAIRS, Matching

NEEDS_PER_BLOCK = 2048
ACROSS_THE_EARTH_KM = 12_800.0


@dataclass(frozen=True)
class TreeBlocking(Blocking):
    """Candidates by trees instead of the sorted index; a tree for each material and class of reach."""

    trees: dict[int, KDTree]

    @classmethod
    def made(cls, given: Blocking) -> "TreeBlocking":
        points, start = np.stack(given.problem.offer_xyz, axis=1), given.index.group_start
        held = np.flatnonzero(np.diff(start))
        trees = {int(group): KDTree(points[start[group] : start[group + 1]]) for group in held}
        return cls(**vars(given), trees=trees)

    def chunks(self, needs: Longs, most: int) -> Iterator[tuple[Longs, Longs]]:
        for first in range(0, len(needs), NEEDS_PER_BLOCK):
            block = needs[first : first + NEEDS_PER_BLOCK]
            parts = [self._near(block[self.problem.needs.demand[block] == d], d) for d in self._demands(block)]
            offer, need = (np.concatenate(side) for side in zip(*chain.from_iterable(parts), strict=True))
            place = np.empty(len(self.problem.needs), dtype=np.int64)
            place[block] = np.arange(len(block))
            order = np.argsort(place[need], kind="stable")
            yield offer[order], need[order]

    def _demands(self, needs: Longs) -> list[int]:
        return np.unique(self.problem.needs.demand[needs]).tolist()

    def _near(self, needs: Longs, demand: int) -> list[tuple[Longs, Longs]]:
        """Offers within reach of needs of one demand, tree by tree."""
        found = [(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))]
        for material in self.usable[self.usable_start[demand] : self.usable_start[demand + 1]].tolist():
            for kind in range(N_CLASSES):
                if (group := material * N_CLASSES + kind) in self.trees:
                    found.append(self._ask(group, kind, needs))
        return found

    def _ask(self, group: int, kind: int, needs: Longs) -> tuple[Longs, Longs]:
        problem = self.problem
        reach_km = np.full(len(needs), self.index.reach_km[group])
        if kind == 0:
            reach_km[problem.need_explicit[needs]] = np.inf
        chord = cap_chord(np.minimum(reach_km, problem.needs.max_distance_km[needs]))
        points = np.stack([axis[needs] for axis in problem.need_xyz], axis=1)
        lists = self.trees[group].query_ball_point(points, np.minimum(chord, ACROSS_THE_EARTH_KM), return_sorted=False)
        counts = np.array([len(each) for each in lists])
        rows = np.fromiter(chain.from_iterable(lists), dtype=np.int64, count=int(counts.sum()))
        return rows + self.index.group_start[group], np.repeat(needs, counts)


def by_trees(scene: Scene) -> Found:
    matching = Matching.of(scene.problem)
    matching = replace(matching, blocking=TreeBlocking.made(matching.blocking))
    return Found.of(matching.pairs(*matching.run(TOP, "need", CHUNK_PAIRS)))
