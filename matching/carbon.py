"""CO₂e that pairs avoid: what the material stands in for in that use, less what hauling it by road emits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from listings.models import AvoidedBurden, TransportFactor
from matching.engine import Pairs
from matching.engine.columns import Floats, Longs

NO_USE = 0  # a need that names a material and not what for
KG_PER_T = 1000

Key = tuple[int, int]  # material and use


@dataclass(frozen=True)
class Factors:
    """What counts in one country: a burden for each material and use that has one, and haulage by road.

    `transport` is None where no factor is stored at all: then nothing can be counted.
    """

    country: str
    burdens: Mapping[Key, AvoidedBurden]
    transport: TransportFactor | None
    road_factor: float

    def haulage_kg_per_t(self, distance_km: Floats) -> Floats:
        """kg CO₂e for each tonne; NaN where no factor is known."""
        per_t_km = float(self.transport.kg_co2e_per_t_km) if self.transport else np.nan
        return per_t_km * self.road_factor * distance_km


@dataclass(frozen=True)
class Carbon:
    """By pair: kg CO₂e that a tonne avoids, NaN without a factor, and the row of its burden in `burdens`, −1 without.

    `missing` counts the pairs without a burden by material and use.
    """

    factors: Factors
    burdens: tuple[AvoidedBurden, ...]
    burden: Longs
    avoided_kg_per_t: Floats
    missing: Mapping[Key, int]

    @property
    def is_known(self) -> np.ndarray:
        return ~np.isnan(self.avoided_kg_per_t)

    def used(self) -> list[AvoidedBurden]:
        """The burdens that some pair rests on."""
        return [self.burdens[row] for row in np.unique(self.burden[self.burden >= 0]).tolist()]

    def is_unverified(self) -> np.ndarray:
        """Pairs whose burden nobody has checked against its source yet."""
        to_verify = np.array([*(each.to_verify for each in self.burdens), False])
        flags: np.ndarray = to_verify[self.burden]
        return flags


def carbon_of(pairs: Pairs, materials: Sequence[int], uses: Sequence[int], factors: Factors) -> Carbon:
    """`materials` by row of the offers, `uses` by row of the needs, as keys (`NO_USE` for none)."""
    material_keys, material = np.unique(np.array(materials, dtype=np.int64), return_inverse=True)
    use_keys, use = np.unique(np.array(uses, dtype=np.int64), return_inverse=True)
    burdens = tuple(factors.burdens.values())
    table = _table(material_keys.tolist(), use_keys.tolist(), factors.burdens)
    column, row = material[pairs.offer], use[pairs.need]
    burden = table[column, row]
    avoided = np.array([*(float(each.avoided_kg_co2e_per_t) for each in burdens), np.nan])[burden]
    net = avoided - factors.haulage_kg_per_t(pairs.distance_km)
    missing = _missing(column[burden < 0], row[burden < 0], material_keys.tolist(), use_keys.tolist())
    return Carbon(factors, burdens, burden, net, missing)


def _missing(column: Longs, row: Longs, materials: Sequence[int], uses: Sequence[int]) -> dict[Key, int]:
    """Pairs by material and use, of which positions are given."""
    size = max(len(uses), 1)
    found, numbers = np.unique(column * size + row, return_counts=True)
    places = zip(found.tolist(), numbers.tolist(), strict=True)
    return {(materials[place // size], uses[place % size]): number for place, number in places}


def factors_for(country: str, materials: Iterable[int], road_factor: float) -> Factors:
    """The country's own factors. Where it has none, the most cautious of the others: the least that is avoided by a
    material in a use, the most that a tonne-kilometre emits.
    """
    found: dict[Key, list[AvoidedBurden]] = defaultdict(list)
    burdens = AvoidedBurden.objects.select_related("material", "use").order_by("material__slug", "use__slug", "country")
    for each in burdens.filter(material__in=set(materials)):
        found[each.material_id, each.use_id or NO_USE].append(each)
    chosen = {key: _chosen(entries, country) for key, entries in found.items()}
    return Factors(country, chosen, _road(country), road_factor)


def _chosen(burdens: Sequence[AvoidedBurden], country: str) -> AvoidedBurden:
    own = [each for each in burdens if each.country == country]
    return min(own or burdens, key=lambda each: each.avoided_kg_co2e_per_t)


def _road(country: str) -> TransportFactor | None:
    factors = TransportFactor.objects.filter(mode="road").order_by("country")
    own = [each for each in factors if each.country == country]
    return max(own or factors, key=lambda each: each.kg_co2e_per_t_km, default=None)


def _table(materials: Sequence[int], uses: Sequence[int], burdens: Mapping[Key, AvoidedBurden]) -> Longs:
    """Rows of burdens by position of material and use, −1 where there is none."""
    table = np.full((len(materials), len(uses)), -1, dtype=np.int64)
    place, column = {key: row for row, key in enumerate(materials)}, {key: row for row, key in enumerate(uses)}
    for row, (material, use) in enumerate(burdens):
        if material in place and use in column:
            table[place[material], column[use]] = row
    return table
