"""What a need asks for, as one row over all materials: how suitable, whether prohibited, within which window."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from matching.knowledge import Knowledge, UseRow

# A buyer who names a material wants it; others that serve the same use are worth showing, a step behind.
NAMED = 0.9
OTHER_THAN_NAMED = 0.8
# The offer is only known to belong to the family of what is wanted.
FAMILY_ONLY = 0.45
# A use understood with less certainty than this forbids nothing.
CERTAIN_USE = 0.5


@dataclass(frozen=True)
class Demand:
    """Materials and uses by row and key, each with a weight in 0..1, and the materials not wanted.

    `guessed` materials were inferred from a text: unlike one that is named, they do not set the others back.
    """

    materials: tuple[tuple[int, float], ...] = ()
    uses: tuple[tuple[int, float], ...] = ()
    excluded: frozenset[int] = field(default_factory=frozenset)
    guessed: bool = False

    @classmethod
    def of(cls, material: int | None, use: int | None, excluded: frozenset[int] = frozenset()) -> Demand:
        return cls(
            materials=() if material is None else ((material, 1.0),),
            uses=() if use is None else ((use, 1.0),),
            excluded=excluded,
        )


class DemandTable:
    """Numbers demands and fills the matrices of the rules, one row for each different demand.

    A contaminated material is a column of its own: suitable as the material is, but prohibited for some uses.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._row_of: dict[Demand, int] = {}
        self._contaminated: dict[tuple[int, frozenset[int]], int] = {}

    def row(self, demand: Demand) -> int:
        return self._row_of.setdefault(demand, len(self._row_of))

    def column(self, material: int, forbidden_uses: frozenset[int] = frozenset()) -> int:
        """Column of a material, or of the same material where contamination forbids some uses."""
        if not forbidden_uses:
            return material
        first = len(self.knowledge.materials)
        return self._contaminated.setdefault((material, forbidden_uses), first + len(self._contaminated))

    @property
    def base_material(self) -> np.ndarray:
        """The material row behind each column."""
        return np.array([*range(len(self.knowledge.materials)), *(row for row, _uses in self._contaminated)])

    def matrices(self) -> dict[str, np.ndarray]:
        """`suitability`, `prohibited` and `window`, each [n_demands, n_columns]."""
        table = {name: matrix[:, self.base_material] for name, matrix in self._plain().items()}
        for (_material, forbidden), column in self._contaminated.items():
            for demand, row in self._row_of.items():
                certain = {use for use, weight in demand.uses if weight >= CERTAIN_USE}
                table["prohibited"][row, column] |= bool(certain & forbidden)
        return table

    def _plain(self) -> dict[str, np.ndarray]:
        shape = (len(self._row_of), len(self.knowledge.materials))
        table = {
            "suitability": np.zeros(shape, dtype=np.float32),
            "prohibited": np.zeros(shape, dtype=bool),
            "window": np.full(shape, -1, dtype=np.int32),
        }
        for demand, row in self._row_of.items():
            self._fill(demand, {name: matrix[row] for name, matrix in table.items()})
        return table

    def _fill(self, demand: Demand, row: dict[str, np.ndarray]) -> None:
        discount = OTHER_THAN_NAMED if demand.materials and not demand.guessed else 1.0
        for use, weight in demand.uses:
            if use in self.knowledge.uses:
                _add_use(row, self.knowledge.uses[use], weight, discount)
        for material, weight in demand.materials:
            self._add_named(row, material, weight, has_use=bool(demand.uses))
        row["suitability"][list(demand.excluded)] = 0

    def _add_named(self, row: dict[str, np.ndarray], material: int, weight: float, *, has_use: bool) -> None:
        wanted = self.knowledge.descendants(material)
        best = np.float32(weight * (NAMED if has_use else 1.0))
        row["suitability"][wanted] = np.maximum(row["suitability"][wanted], best)
        above = self.knowledge.ancestors(material)
        row["suitability"][above] = np.maximum(row["suitability"][above], np.float32(weight * FAMILY_ONLY))


def _add_use(row: dict[str, np.ndarray], use: UseRow, weight: float, discount: float) -> None:
    suitability = use.suitability * np.float32(weight * discount)
    better = suitability > row["suitability"][use.material]
    row["suitability"][use.material[better]] = suitability[better]
    row["window"][use.material[better]] = use.window[better]
    if weight >= CERTAIN_USE:
        row["prohibited"][use.material] |= use.prohibited
