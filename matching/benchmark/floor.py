"""The least any method can do: read the columns of every candidate once."""

import numpy as np

from matching.benchmark.scene import Scene
from matching.engine.columns import Floats, Longs
from matching.engine.compiled.jit import compiled


@compiled
def _read(places: Floats, first: Longs, last: Longs) -> float:
    total = 0
    a, b, c, d = places[0], places[1], places[2], places[3]
    for run in range(len(first)):
        for j in range(np.uint64(first[run]), np.uint64(last[run])):
            total += int((a[j] <= 0.0) & (b[j] <= 0.0) & (c[j] <= 0.0) & (d[j] <= 0.0))
    return total


def floor_of(scene: Scene) -> object:
    """A pass over coordinates and reach of all candidates, ready to be timed; the runs are looked up beforehand."""
    problem, order = scene.matching.problem, scene.matching.blocking.order
    places = np.stack((*problem.offer_xyz, np.minimum(problem.offer_cap_2, problem.offer_radius_2)))[:, order]
    first, last = scene.candidates()
    _read(places, first[:1], last[:1])
    return lambda: _read(places, first, last)
