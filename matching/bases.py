"""Figures on the basis that limits are meant on: as received the water counts, dry it does not.

dry = as received / (1 − w) with w the share of water as received. Of a net calorific value the heat that evaporates
the water is taken off too (ISO 1928). Where an offer does not say how wet it is, w may be anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from marketplace.units import Basis
from matching.engine.columns import Bytes, Floats, Longs

UNSAID, DRY, AS_RECEIVED = 0, 1, 2
BASES: dict[str, int] = {Basis.DRY.value: DRY, Basis.AS_RECEIVED.value: AS_RECEIVED}
MOISTURE = "moisture"
# Units that are a share of the mass, and heat per mass; anything else has no second basis.
SHARES = ("%", "g/kg", "g/t", "mg/kg", "µg/kg", "ng TEQ/kg")
HEAT, EVAPORATION_MJ_PER_KG = "MJ/kg", 2.443
# More than anything has, where nothing else bounds a figure.
MOST = 1e12

Columns = dict[str, np.ndarray[Any, Any]]


@dataclass(frozen=True)
class UsualBases:
    """By property row: the basis of its limits (`UNSAID` where it has none), heat of evaporation, what is possible."""

    basis: Bytes
    evaporation: Floats
    least: Floats
    most: Floats
    moisture: int

    @classmethod
    def of(cls, rows: list[tuple[str, str, str, float | None, float | None]]) -> UsualBases:
        """From slug, unit, usual basis and bounds of each property."""
        has_two = [unit in SHARES or unit == HEAT for _slug, unit, *_rest in rows]
        return cls(
            basis=np.array(
                [BASES.get(row[2], UNSAID) if two else UNSAID for row, two in zip(rows, has_two, strict=True)],
                dtype=np.int8,
            ),
            evaporation=np.array([EVAPORATION_MJ_PER_KG if row[1] == HEAT else 0.0 for row in rows]),
            least=np.array([0.0 if row[3] is None else row[3] for row in rows]),
            most=np.array([MOST if row[4] is None else row[4] for row in rows]),
            moisture=next((at for at, row in enumerate(rows) if row[0] == MOISTURE), -1),
        )

    def converted(self, details: Columns, owners: int) -> Columns:
        """`owner`, `property`, `low`, `typ`, `high` of figures stated on `basis`, on the usual one of each property."""
        usual = self.basis[details["property"]]
        other = np.flatnonzero((details["basis"] != UNSAID) & (usual != UNSAID) & (details["basis"] != usual))
        if not len(other):
            return details
        found = {name: details[name].copy() for name in ("low", "typ", "high")}
        water = self._water(details, owners)[:, details["owner"][other]]
        self._convert(found, details["property"][other], details["basis"][other], other, water)
        return details | found

    def _water(self, details: Columns, owners: int) -> Floats:
        """Least, typical and most share of water as received [3, owners]; from none to nothing else if not stated."""
        water = np.repeat(np.array([[0.0], [0.0], [1.0]]), owners, axis=1)
        at = np.flatnonzero(details["property"] == self.moisture)
        basis = np.where(details["basis"][at] == UNSAID, self.basis[self.moisture], details["basis"][at])
        for row, name in zip(water, ("low", "typ", "high"), strict=True):
            share = details[name][at] / 100
            row[details["owner"][at]] = np.where(basis == DRY, share / (1 + share), share)
        return np.clip(water, 0.0, 1.0)

    def _convert(self, found: Columns, properties: Longs, basis: Bytes, at: Longs, water: Floats) -> None:
        """The wetter, the less of anything else as received, and the more of it dry."""
        to_dry, is_moisture = basis == AS_RECEIVED, properties == self.moisture
        heat = self.evaporation[properties]
        for name, dry_water, wet_water in zip(("low", "typ", "high"), water, water[::-1], strict=True):
            value = found[name][at]
            with np.errstate(divide="ignore", invalid="ignore"):
                dry = (value + heat * dry_water) / (1 - dry_water)
            wet = value * (1 - wet_water) - heat * wet_water
            said = np.where(to_dry, dry, np.where(is_moisture, 100 * dry_water, wet))
            found[name][at] = np.clip(np.nan_to_num(said, posinf=MOST), self.least[properties], self.most[properties])
