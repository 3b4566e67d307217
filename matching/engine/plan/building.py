"""From a question to arcs: what cannot carry anything is left out, and counted by what keeps it out."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from matching.engine.arrays import Limits, PermitTable
from matching.engine.columns import Flags, Floats, Ints, Longs
from matching.engine.plan.arcs import KG_PER_T, Transport, Windows
from matching.engine.plan.blending import binding, known, windows_over, without_figure
from matching.engine.plan.codes import Constraint
from matching.engine.plan.question import Question

Eased = frozenset[Constraint]
NOTHING_EASED: Eased = frozenset()
UNLIMITED_KG = np.iinfo(np.int64).max


def transport_of(question: Question, eased: Eased = NOTHING_EASED) -> tuple[Transport, Counter[Constraint]]:
    """The arcs of a question, some constraints lifted, and how many pairs each of the others keeps out."""
    builder = _Builder.of(question, eased)
    builder.leave_out()
    return builder.transport(), builder.left_out


def whole_kg(quantity_t: Floats) -> Longs:
    """Tonnes as whole kilograms, rounded down; a millionth of a gram forgives what binary fractions lose.

    >>> whole_kg(np.array([0.29, 1.0009])).tolist()
    [290, 1000]
    """
    return np.floor(np.round(quantity_t * KG_PER_T, 6)).astype(np.int64)


def lot_kg(lot_t: Floats) -> Longs:
    """Minimum lots as whole kilograms, rounded up."""
    return -whole_kg(-lot_t)


@dataclass
class _Builder:
    """Arcs by row of the pairs; `kept` shrinks as constraints leave pairs out."""

    question: Question
    eased: Eased
    supply_kg: Longs
    demand_kg: Longs
    line_kg: Longs
    kept: Longs
    left_out: Counter[Constraint]

    @classmethod
    def of(cls, question: Question, eased: Eased) -> "_Builder":
        supply_kg, demand_kg = _quantities_kg(question, eased)
        line_kg = _free_kg(question.rules.permits, question.pairs.permit_line)
        return cls(question, eased, supply_kg, demand_kg, line_kg, np.arange(len(question.pairs)), Counter())

    @property
    def offer(self) -> Longs:
        return self.question.pairs.offer[self.kept].astype(np.int64)

    @property
    def need(self) -> Longs:
        return self.question.pairs.need[self.kept].astype(np.int64)

    def worth_per_t(self) -> Floats:
        eased = Constraint.WORTH in self.eased
        return (self.question.tonnage_per_t() if eased else self.question.worth_per_t())[self.kept]

    def keep(self, mask: Flags, constraint: Constraint) -> None:
        lost = int(len(mask) - np.count_nonzero(mask))
        if lost:
            self.left_out[constraint] += lost
            self.kept = self.kept[mask]

    def leave_out(self) -> None:
        self.keep((self.supply_kg[self.offer] >= 0) & (self.demand_kg[self.need] >= 0), Constraint.QUANTITY)
        self.keep(self._has_figures(), Constraint.FIGURE)
        self.keep(self._has_worth(), Constraint.WORTH)
        self.keep(self._most_kg() > 0, Constraint.PERMIT)
        self.keep(self._most_kg() >= self._lot_kg(), Constraint.LOT)

    def _has_figures(self) -> Flags:
        if self._blends is None or Constraint.FIGURE in self.eased:
            return np.ones(len(self.kept), dtype=bool)
        windows = windows_over(self.question.offers, self._blends, self.offer, self.need)
        return ~without_figure(windows, len(self.kept))

    def _has_worth(self) -> Flags:
        """Worth is known and positive, or the pair may help to meet what is required or to mend a blend."""
        worth = self.worth_per_t()
        helps = self._required_kg() > 0
        if self._blends is not None:
            helps |= np.diff(self._blends.start) > 0
        return (worth > 0) | (helps[self.need] & ~np.isnan(worth))

    @property
    def _blends(self) -> Limits | None:
        return None if Constraint.BLEND in self.eased else self.question.terms.blends

    def _required_kg(self) -> Longs:
        required_t = self.question.terms.required_t
        if required_t is None:
            return np.zeros(len(self.demand_kg), dtype=np.int64)
        return lot_kg(np.nan_to_num(required_t))

    def _lot_kg(self) -> Longs:
        """Neither side trades less than its own smallest lot with one partner in a year."""
        if Constraint.LOT in self.eased:
            return np.zeros(len(self.kept), dtype=np.int64)
        offers, needs = self.question.offers, self.question.needs
        return lot_kg(np.maximum(offers.min_lot_t[self.offer], needs.min_lot_t[self.need]))

    def _most_kg(self) -> Longs:
        least = np.minimum(self.supply_kg[self.offer], self.demand_kg[self.need])
        return np.minimum(least, self.line_kg[self._line()])

    def _line(self) -> Longs:
        """The permit line of each arc, a row of `line_kg`; −1, where nothing is limited, is its last."""
        if Constraint.PERMIT in self.eased:
            return np.full(len(self.kept), -1, dtype=np.int64)
        return self.question.pairs.permit_line[self.kept].astype(np.int64)

    def transport(self) -> Transport:
        offer, need, most_kg = self.offer, self.need, self._most_kg()
        line = self._line()
        line = np.where(_may_bind(line, need, most_kg, self.demand_kg, self.line_kg)[line], line, -1)
        required_kg = self._required_kg()
        demand_kg = np.maximum(self.demand_kg, required_kg)
        return Transport(
            pair=self.kept,
            offer=offer,
            need=need,
            worth_per_t=self.worth_per_t(),
            most_kg=most_kg,
            lot_kg=self._lot_kg(),
            line=line,
            supply_kg=np.maximum(self.supply_kg, 0),
            demand_kg=demand_kg,
            required_kg=required_kg,
            line_kg=self.line_kg,
            windows=self._windows(offer, need),
        )

    def _windows(self, offer: Longs, need: Longs) -> Windows:
        if self._blends is None:
            return Windows.none()
        return binding(known(windows_over(self.question.offers, self._blends, offer, need)))


def _quantities_kg(question: Question, eased: Eased) -> tuple[Longs, Longs]:
    """Supply and demand, −1 where unknown; a limit that is lifted leaves as much as the other side has in all."""
    supply_t, demand_t = question.offers.quantity_t, question.needs.quantity_t
    supply_kg, demand_kg = (whole_kg(np.nan_to_num(each, nan=-1e-3)) for each in (supply_t, demand_t))
    ample_supply, ample_demand = int(np.maximum(demand_kg, 0).sum()), int(np.maximum(supply_kg, 0).sum())
    if Constraint.QUANTITY in eased:
        supply_kg, demand_kg = _guessed(supply_kg, ample_supply), _guessed(demand_kg, ample_demand)
    if Constraint.SUPPLY in eased:
        supply_kg = np.where(supply_kg < 0, supply_kg, np.maximum(supply_kg, ample_supply))
    if Constraint.DEMAND in eased:
        demand_kg = np.where(demand_kg < 0, demand_kg, np.maximum(demand_kg, ample_demand))
    return supply_kg, demand_kg


def _guessed(quantity_kg: Longs, ample_kg: int) -> Longs:
    """The median of the known in place of the unknown."""
    known_kg = quantity_kg[quantity_kg >= 0]
    return np.where(quantity_kg < 0, int(np.median(known_kg)) if len(known_kg) else ample_kg, quantity_kg)


def _free_kg(permits: PermitTable, used: Ints) -> Longs:
    """Free kilograms by number of permit line, the least where a number occurs twice; the last row is no line."""
    size = 1 + max(int(permits.line.max(initial=-1)), int(used.max(initial=-1)))
    free_kg = np.full(size + 1, UNLIMITED_KG, dtype=np.int64)
    limited = np.flatnonzero(np.isfinite(permits.free_t))
    np.minimum.at(free_kg, permits.line[limited], whole_kg(permits.free_t[limited]))
    return free_kg


def _may_bind(line: Longs, need: Longs, most_kg: Longs, demand_kg: Longs, line_kg: Longs) -> Flags:
    """By line, whether the needs under it could ever ask for more than it leaves free."""
    size = max(len(demand_kg), 1)
    limited = np.flatnonzero(line >= 0)
    cell = np.unique(line[limited] * np.int64(size) + need[limited])
    wanted = np.bincount(cell // size, weights=demand_kg[cell % size], minlength=len(line_kg))
    carried = np.bincount(line[limited], weights=most_kg[limited], minlength=len(line_kg))
    binds: Flags = np.minimum(wanted, carried) > line_kg
    return binds
