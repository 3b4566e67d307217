"""Default windows judged once per (window, offer): a need without limits of its own then only looks the answer up."""

from dataclasses import dataclass

import numpy as np

from matching.engine.codes import Outcome
from matching.engine.columns import Bytes, Floats32, Longs, ragged_arange
from matching.engine.problem import Problem
from matching.engine.specification import NO_EVIDENCE, window_specification

ROWS_PER_BLOCK = 1 << 18
NO_WINDOW = -(2**62)


@dataclass(frozen=True)
class WindowTable:
    """Outcome and value by row; row 0 stands for the absence of a window.

    The row of an offer for a demand is base[demand, material] + offer, or 0 where `base` is `NO_WINDOW`.
    One row per offer and distinct window of its material.
    """

    base: Longs
    outcome: Bytes
    value: Floats32

    @classmethod
    def of(cls, problem: Problem) -> "WindowTable":
        """Needs offers sorted by material."""
        window = problem.rules.window
        starts = np.searchsorted(problem.offers.material, np.arange(problem.rules.n_materials + 1))
        counts = np.diff(starts)
        demand, material = np.nonzero((window >= 0) & (problem.rules.suitability > 0) & (counts > 0))
        cells = np.stack((material, window[demand, material]), axis=1)
        distinct, which = np.unique(cells, axis=0, return_inverse=True)
        sizes = counts[distinct[:, 0]]
        first = 1 + np.cumsum(sizes) - sizes
        base = np.full(window.shape, NO_WINDOW, dtype=np.int64)
        base[demand, material] = (first - starts[distinct[:, 0]])[which.ravel()]
        offer = ragged_arange(starts[distinct[:, 0]], sizes)
        return cls(base, *_judged(problem, offer, np.repeat(distinct[:, 1].astype(np.int64), sizes)))

    def rows(self, problem: Problem, offer: Longs, need: Longs) -> Longs:
        cell = problem.needs.demand[need] * np.int64(problem.rules.n_materials)
        cell += problem.offers.material[offer]
        rows: Longs = self.base.ravel()[cell]
        rows += offer
        return np.maximum(rows, 0, out=rows)


def _judged(problem: Problem, offer: Longs, window: Longs) -> tuple[Bytes, Floats32]:
    outcomes, values = [np.array([Outcome.PASSES], dtype=np.int8)], [np.full(1, NO_EVIDENCE, dtype=np.float32)]
    for first in range(0, len(offer), ROWS_PER_BLOCK):
        block = slice(first, first + ROWS_PER_BLOCK)
        judged = window_specification(problem, offer[block], window[block])
        outcomes.append(judged.outcome)
        values.append(judged.value)
    return np.concatenate(outcomes), np.concatenate(values)
