"""Slim rows of the other side, best conceivable first: what to read in full, and when to stop reading.

A bound is made in two steps. From the slim row alone it is loose; details and rights, read for the most promising few
hundred at a time, make it tight. Both may only be too high.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from matching.engine.bounds import upper_bounds
from matching.engine.columns import Flags, Floats, Longs
from matching.engine.specification import NO_EVIDENCE
from matching.rows import Rows
from matching.single.details import Details
from matching.single.pairs import one_against
from matching.single.question import Question
from matching.single.rights import may_take

FIRST_REFINED, MOST_REFINED = 400, 1600


@dataclass
class Shortlist:
    """Rows that may fit, by falling loose bound; those before `n_tight` have their tight bound, −inf once taken."""

    question: Question
    own: Rows
    rows: Rows
    details: Details
    loose: Floats
    is_plain: Flags
    tight: Floats = field(init=False)
    n_tight: int = 0

    def __post_init__(self) -> None:
        self.tight = np.full(len(self.loose), -np.inf)

    @classmethod
    def of(cls, question: Question, own: Rows, rows: Rows, details: Details) -> Shortlist:
        pair = one_against(question, own, rows)
        best = np.where(pair.is_plain, NO_EVIDENCE, 1.0).astype(np.float32)
        kept, bound = upper_bounds(pair.problem, pair.offer, pair.need, best)
        order = np.lexsort((rows["pk"][kept], -bound))
        return cls(question, own, _taken(rows, kept[order]), details, bound[order], pair.is_plain[kept[order]])

    @property
    def bound(self) -> float:
        """No row left scores higher; −inf when none is left."""
        rest = self.loose[self.n_tight] if self.n_tight < len(self.loose) else -np.inf
        return float(max(self.tight.max(initial=-np.inf), rest))

    def take(self, size: int) -> Longs:
        """Keys of the `size` best conceivable rows left."""
        if len(self.loose) <= size and not self.n_tight:  # all of them are read, so no order matters
            self.n_tight = len(self.loose)
            return self.rows["pk"]
        while self.n_tight < len(self.loose) and self._least(size) < self.loose[self.n_tight]:
            self._tighten(slice(self.n_tight, self.n_tight + min(max(FIRST_REFINED, self.n_tight), MOST_REFINED)))
        best = np.lexsort((self.rows["pk"], -self.tight))[:size]
        best = best[self.tight[best] > -np.inf]
        self.tight[best] = -np.inf
        return self.rows["pk"][best]

    def _least(self, size: int) -> float:
        """The `size`-th best tight bound, −inf where there are fewer."""
        if self.n_tight < size:
            return -np.inf
        return float(np.partition(self.tight[: self.n_tight], self.n_tight - size)[self.n_tight - size])

    def _tighten(self, part: slice) -> None:
        rows = _taken(self.rows, part)
        self.n_tight += len(rows["pk"])
        bound = self.loose[part].copy()
        bound[~may_take(self.question, self.own, rows)] = -np.inf
        open_ = np.flatnonzero(~self.is_plain[part] & (bound > -np.inf))
        if len(open_):
            bound[open_] = self._judged(_taken(rows, open_))
        self.tight[part] = bound

    def _judged(self, rows: Rows) -> Floats:
        pair = one_against(self.question, self.own, rows, self.details.of(rows["pk"]))
        kept, bound = upper_bounds(pair.problem, pair.offer, pair.need, pair.worth())
        found = np.full(len(rows["pk"]), -np.inf)
        found[kept] = bound
        return found


def _taken(rows: Rows, which: Longs | Flags | slice) -> Rows:
    return {name: values[which] for name, values in rows.items()}
