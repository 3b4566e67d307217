"""Slim rows of the other side, best conceivable first: what to read in full, and when to stop reading.

A bound is made in two steps. From the slim row alone it is loose; limits and rights, asked of the most promising few
hundred at a time, make it tight. Both may only be too high.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from matching.engine.bounds import reachable, upper_bounds
from matching.engine.columns import Flags, Floats, Longs
from matching.engine.specification import NO_EVIDENCE
from matching.rows import Rows
from matching.single.details import Details
from matching.single.pairs import OneAgainst, one_against
from matching.single.question import Question
from matching.single.rights import may_take

# What details and rights are asked by.
ASKED = ("pk", "place", "firm", "status")
FIRST_REFINED, MOST_REFINED = 400, 1600
# So few are read in full all the same: their bounds need not be tight.
FEW = 128


@dataclass
class Shortlist:
    """Rows that may fit, by falling loose bound; those before `n_tight` have their tight bound, −inf once taken.

    `at` are their rows among all that were found, `partial` the most they may score apart from their limits; to those
    that are `plain` no limit applies.
    """

    question: Question
    pair: OneAgainst
    details: Details
    rows: Rows
    at: Longs
    partial: Floats
    plain: Flags
    loose: Floats
    tight: Floats = field(init=False)
    n_tight: int = 0

    def __post_init__(self) -> None:
        self.tight = np.full(len(self.loose), -np.inf)

    @classmethod
    def of(cls, question: Question, rows: Rows, details: Details) -> Shortlist:
        pair = one_against(question, rows)
        at, partial = reachable(pair.problem, *pair.sides(len(rows["pk"])))
        plain = _are_plain(pair, at, rows, details)
        bound = upper_bounds(pair.problem, partial, np.where(plain, NO_EVIDENCE, 1.0).astype(np.float32))
        order = np.argsort(-bound)
        at = at[order]
        slim = {name: rows[name][at] for name in ASKED}
        return cls(question, pair, details, slim, at, partial[order], plain[order], bound[order])

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
        tight = self.tight[: self.n_tight]
        best = np.lexsort((self.rows["pk"][: self.n_tight], -tight))[:size]
        best = best[tight[best] > -np.inf]
        self.tight[best] = -np.inf
        return self.rows["pk"][best]

    def _least(self, size: int) -> float:
        """The `size`-th best tight bound, −inf where there are fewer."""
        if self.n_tight < size:
            return -np.inf
        return float(np.partition(self.tight[: self.n_tight], self.n_tight - size)[self.n_tight - size])

    def _tighten(self, part: slice) -> None:
        at = self.at[part]
        self.n_tight += len(at)
        bound = np.where(may_take(self.question, self._rows(part)), self.loose[part], -np.inf)
        limited = np.flatnonzero(~self.plain[part] & (bound > -np.inf))
        if len(limited):
            worth = self.pair.worth(at[limited], self.details.of(self._rows(part.start + limited)))
            bound[limited] = upper_bounds(self.pair.problem, self.partial[part][limited], worth)
        self.tight[part] = bound

    def _rows(self, which: Longs | slice) -> Rows:
        return {name: values[which] for name, values in self.rows.items()}


def _are_plain(pair: OneAgainst, at: Longs, rows: Rows, details: Details) -> Flags:
    """To which of these rows surely no limit applies."""
    if len(at) <= FEW:
        return np.zeros(len(at), dtype=bool)
    limited = details.are_limited({name: rows[name][at] for name in ASKED})
    plain: Flags = ~(pair.is_windowed[at] | limited)
    return plain
