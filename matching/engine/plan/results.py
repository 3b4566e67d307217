"""A plan: which pairs trade how much, what that adds up to, how good it can be at best and what stands in the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from matching.engine.columns import Ints, Longs
from matching.engine.plan.arcs import KG_PER_T
from matching.engine.plan.codes import Constraint, Method, Objective, Status


def decimal_t(quantity_kg: int) -> Decimal:
    """Kilograms as exact decimal tonnes.

    >>> decimal_t(1250)
    Decimal('1.250')
    """
    return Decimal(int(quantity_kg)).scaleb(-3)


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What a plan adds up to.

    `worth` is the objective (tonnes less a millionth per tonne-kilometre, money, or the caller's unit), no division
    is worth more than `bound`, `gap` = (bound − worth) / bound. `value` is surplus − deduction over the tonnes
    where prices are known; `unvalued_t` are the others. `seconds` is all of the work, `rounds` the problems solved.
    """

    tonnes: Decimal
    value: float
    unvalued_t: Decimal
    tonne_km: float
    worth: float
    bound: float
    gap: float
    method: Method
    rounds: int
    n_pairs: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Relief:
    """What lifting one constraint would bring.

    `gained_t` tonnes more in the plan, `shortfall_t` required tonnes still lacking. `rows` are what would be
    overstepped, most first, and `excess_t` by how much: offers (supply), needs (demand, blend), permit lines, or
    pairs (lot, worth, quantity and figure). `alone` is false where it takes all reliefs of the plan at once.
    """

    constraint: Constraint
    gained_t: Decimal
    shortfall_t: Decimal
    rows: tuple[int, ...]
    excess_t: tuple[Decimal, ...]
    alone: bool = True


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Lines in the order of the pairs: row of the pair, its offer, need and permit line (−1 none), kilograms > 0.

    `left_out` counts the pairs that could carry nothing, by the first constraint that says so; `shortfall_kg`
    [n_needs] is what required quantities lack. `reliefs` are filled when a plan is empty or infeasible.
    """

    objective: Objective
    status: Status
    pair: Longs
    offer: Ints
    need: Ints
    permit_line: Ints
    quantity_kg: Longs
    shortfall_kg: Longs
    summary: Summary
    left_out: Mapping[Constraint, int] = field(default_factory=dict)
    reliefs: tuple[Relief, ...] = ()

    def __len__(self) -> int:
        return len(self.pair)

    def quantities_t(self) -> list[Decimal]:
        return [decimal_t(kg) for kg in self.quantity_kg.tolist()]

    def by_offer_t(self, n_offers: int) -> list[Decimal]:
        return _totals_t(self.offer, self.quantity_kg, n_offers)

    def by_need_t(self, n_needs: int) -> list[Decimal]:
        return _totals_t(self.need, self.quantity_kg, n_needs)


def _totals_t(owner: Ints, quantity_kg: Longs, owners: int) -> list[Decimal]:
    totals = np.zeros(owners, dtype=np.int64)
    np.add.at(totals, owner, quantity_kg)
    return [Decimal(kg) / KG_PER_T for kg in totals.tolist()]
