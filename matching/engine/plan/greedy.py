"""What people do without a plan: take the best pair that is left, give it all it can carry, and so on."""

from dataclasses import dataclass, field

import numpy as np

from matching.engine.columns import Floats, Longs
from matching.engine.plan.arcs import Transport
from matching.engine.plan.rounding import within_windows


def greedily(transport: Transport, rank_by: Floats) -> Longs:
    """Kilograms by arc, highest `rank_by` first, equal ones in the order of pairs. Worthless pairs stay empty.

    Blends are left to the end: what lies outside a window is cut back there, and what that frees is not given again.
    """
    order = np.lexsort((transport.pair, -np.nan_to_num(rank_by, nan=-np.inf)))
    order = order[transport.worth_per_t[order] > 0]
    flow_kg = np.zeros(len(transport), dtype=np.int64)
    flow_kg[order] = _taken(transport.take(order))
    return within_windows(transport, flow_kg)


def _taken(transport: Transport) -> list[int]:
    left = _Left.of(transport)
    columns = (transport.offer, transport.need, transport.line, transport.lot_kg, transport.most_kg)
    return [left.take(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


@dataclass
class _Left:
    """What is left of each offer, need and permit line. Plain lists: element by element they beat arrays."""

    supply_kg: list[int]
    demand_kg: list[int]
    line_kg: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, transport: Transport) -> "_Left":
        return cls(transport.supply_kg.tolist(), transport.demand_kg.tolist(), transport.line_kg.tolist())

    def take(self, offer: int, need: int, line: int, lot_kg: int, most_kg: int) -> int:
        """Line −1 is the last of the table, which has no limit."""
        quantity_kg = min(most_kg, self.supply_kg[offer], self.demand_kg[need], self.line_kg[line])
        if quantity_kg < lot_kg:
            return 0
        self.supply_kg[offer] -= quantity_kg
        self.demand_kg[need] -= quantity_kg
        self.line_kg[line] -= quantity_kg
        return quantity_kg
