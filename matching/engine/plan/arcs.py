"""The transportation problem in whole kilograms: one arc per pair that may carry something."""

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Self

import numpy as np

from matching.engine.columns import Flags, Floats, Longs

KG_PER_T = 1000
WINDOW_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Windows:
    """Blend windows. Per window: need, property, low, high; per entry: a window, an arc into its need, its figure."""

    need: Longs
    property: Longs
    low: Floats
    high: Floats
    window: Longs
    arc: Longs
    figure: Floats

    def __len__(self) -> int:
        return len(self.need)

    @classmethod
    def none(cls) -> Self:
        whole, real = np.empty(0, dtype=np.int64), np.empty(0)
        return cls(whole, whole, real, real, whole, whole, real)

    def take_arcs(self, arcs: Longs, n_arcs: int) -> Self:
        """The same windows over some of the arcs, which are renumbered in the order given."""
        number = np.full(n_arcs, -1, dtype=np.int64)
        number[arcs] = np.arange(len(arcs))
        kept = np.flatnonzero(number[self.arc] >= 0)
        entries = (self.window[kept], number[self.arc[kept]], self.figure[kept])
        return type(self)(self.need, self.property, self.low, self.high, *entries)

    def excess(self, flow_kg: Longs) -> tuple[Floats, Floats]:
        """By how much, in figure × kg, each window is left at its low and its high side; 0 or less where kept."""
        mass, content = self.totals(flow_kg)
        low, high = self.low, self.high
        with np.errstate(invalid="ignore"):  # an open side times no mass
            below = np.where(np.isfinite(low), (low - np.maximum(1, abs(low)) * WINDOW_TOLERANCE) * mass, -np.inf)
            above = np.where(np.isfinite(high), (high + np.maximum(1, abs(high)) * WINDOW_TOLERANCE) * mass, np.inf)
        return below - content, content - above

    def totals(self, flow_kg: Longs) -> tuple[Floats, Floats]:
        """Mass and figure × mass each window's need receives."""
        received = flow_kg[self.arc].astype(np.float64)
        mass = np.bincount(self.window, weights=received, minlength=len(self))
        content = np.bincount(self.window, weights=received * self.figure, minlength=len(self))
        return mass.astype(np.float64), content.astype(np.float64)


@dataclass(frozen=True)
class Transport:
    """Arcs and what bounds them.

    Per arc: the row of its pair, its offer and need, worth per tonne, the most it can carry and the least it may
    carry if anything (0: no lot), and its permit line as a row of `line_kg` (−1: none that could ever bind).
    Per offer, need and line: what they have, want and leave free. `required_kg` ≤ `demand_kg` must arrive.
    """

    pair: Longs
    offer: Longs
    need: Longs
    worth_per_t: Floats
    most_kg: Longs
    lot_kg: Longs
    line: Longs
    supply_kg: Longs
    demand_kg: Longs
    required_kg: Longs
    line_kg: Longs
    windows: Windows

    def __len__(self) -> int:
        return len(self.pair)

    def take(self, arcs: Longs) -> "Transport":
        """The same problem with some of its arcs, in the order given."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        for name in ("pair", "offer", "need", "worth_per_t", "most_kg", "lot_kg", "line"):
            values[name] = values[name][arcs]
        values["windows"] = self.windows.take_arcs(arcs, len(self))
        return Transport(**values)

    @cached_property
    def line_is_shared(self) -> Flags:
        """Whether the arcs of a line lead to more than one need, which no network of arcs can express."""
        bound = np.flatnonzero(self.line >= 0)
        line, need = self.line[bound], self.need[bound]
        first = np.full(len(self.line_kg), len(self.demand_kg), dtype=np.int64)
        last = np.full(len(self.line_kg), -1, dtype=np.int64)
        np.minimum.at(first, line, need)
        np.maximum.at(last, line, need)
        return first < last

    @property
    def is_network(self) -> bool:
        return not len(self.windows) and not bool(self.line_is_shared.any())

    def worth(self, flow_kg: Longs) -> float:
        return float(self.worth_per_t @ flow_kg) / KG_PER_T

    def below_lot(self, flow_kg: Longs) -> Flags:
        """Arcs that carry something, but less than their lot."""
        below: Flags = (flow_kg > 0) & (flow_kg < self.lot_kg)
        return below

    def shortfall_kg(self, flow_kg: Longs) -> Longs:
        """What each need lacks of what it requires."""
        lacking_kg: Longs = self.required_kg - total_kg(self.need, flow_kg, len(self.demand_kg))
        return np.maximum(lacking_kg, 0)

    def rank(self, flow_kg: Longs) -> tuple[int, float]:
        """What makes one division better than another: less shortfall first, then more worth."""
        return -int(self.shortfall_kg(flow_kg).sum()), self.worth(flow_kg)

    def broken(self, flow_kg: Longs) -> list[str]:
        """The constraints a division breaks, in exact whole kilograms (windows: to nine digits)."""
        bound = self.line >= 0
        used_kg = total_kg(self.line[bound], flow_kg[bound], len(self.line_kg))
        checks = {
            "capacity": (flow_kg < 0) | (flow_kg > self.most_kg),
            "supply": total_kg(self.offer, flow_kg, len(self.supply_kg)) > self.supply_kg,
            "demand": total_kg(self.need, flow_kg, len(self.demand_kg)) > self.demand_kg,
            "permit": used_kg > self.line_kg,
            "lot": self.below_lot(flow_kg),
            "blend": np.maximum(*self.windows.excess(flow_kg)) > 0,
        }
        return [name for name, wrong in checks.items() if wrong.any()]


def total_kg(owner: Longs, flow_kg: Longs, owners: int) -> Longs:
    """Exact sums of kilograms by owner."""
    totals = np.zeros(owners, dtype=np.int64)
    np.add.at(totals, owner, flow_kg)
    return totals
