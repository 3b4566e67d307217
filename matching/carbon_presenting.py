"""Where the CO₂e figures of a plan come from, and what has no factor, as the page folds it out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from listings.models import AvoidedBurden, Material, TransportFactor, Use
from matching.carbon import Carbon
from matching.engine.plan import decimal_t
from matching.engine.plan.building import whole_kg
from matching.plans import AreaPlan

MOST_MISSING = 12


@dataclass(frozen=True)
class BurdenRow:
    """A factor that pairs here rest on. `is_foreign`: of another country, for want of one of this."""

    burden: AvoidedBurden
    is_foreign: bool


@dataclass(frozen=True)
class MissingRow:
    """A material and a use, None where needs name only the material, without a factor."""

    material: Material
    use: Use | None
    pairs: int


@dataclass(frozen=True)
class CarbonBasis:
    """`missing_pairs` have no factor; `missing_t` a year are on offer in such pairs only."""

    burdens: tuple[BurdenRow, ...]
    transport: TransportFactor | None
    transport_is_foreign: bool
    road_factor: float
    missing: tuple[MissingRow, ...]
    missing_pairs: int
    missing_t: Decimal

    @property
    def missing_kinds_hidden(self) -> int:
        """Pairs that the rows of `missing` leave out."""
        return self.missing_pairs - sum(row.pairs for row in self.missing)


def basis_of(plan: AreaPlan) -> CarbonBasis:
    carbon = plan.carbon
    factors, transport = carbon.factors, carbon.factors.transport
    return CarbonBasis(
        burdens=tuple(BurdenRow(each, each.country != factors.country) for each in carbon.used()),
        transport=transport,
        transport_is_foreign=transport is not None and transport.country != factors.country,
        road_factor=factors.road_factor,
        missing=_missing(carbon),
        missing_pairs=sum(carbon.missing.values()),
        missing_t=_missing_t(plan),
    )


def _missing(carbon: Carbon) -> tuple[MissingRow, ...]:
    """The most frequent first."""
    most = sorted(carbon.missing.items(), key=lambda entry: (-entry[1], entry[0]))[:MOST_MISSING]
    materials = Material.objects.in_bulk([material for (material, _use), _number in most])
    uses = Use.objects.in_bulk([use for (_material, use), _number in most])
    return tuple(
        MissingRow(materials[material], uses.get(use), number)
        for (material, use), number in most
        if material in materials
    )


def _missing_t(plan: AreaPlan) -> Decimal:
    """A year's tonnes of the offers that are in some pair, but in none with a factor."""
    paired = np.zeros(len(plan.inputs.offers), dtype=bool)
    counted = paired.copy()
    paired[plan.pairs.offer] = True
    counted[plan.pairs.offer[plan.carbon.burden >= 0]] = True
    return decimal_t(whole_kg(plan.inputs.offers.quantity_t[paired & ~counted]).sum())
