"""What a need asks for, as one row over all materials: how suitable, whether prohibited, within which window."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from listings.understanding.hazards import doubtful_uses, forbidden_uses
from matching.engine.columns import Flags, Floats32, Ints
from matching.knowledge import Knowledge, UseRow

# A buyer who names a material wants it; others that serve the same use are worth showing, a step behind.
NAMED = 0.9
OTHER_THAN_NAMED = 0.8
# The offer is only known to belong to the family of what is wanted.
FAMILY_ONLY = 0.45
# The offer holds what makes one ask before taking it for this use.
DOUBTFUL = 0.45
# A use understood with less certainty than this forbids nothing.
CERTAIN_USE = 0.5
DTYPES = (("suitability", np.float32), ("prohibited", np.bool_), ("window", np.int32))
# A row takes some 3 kB; spreadsheets with excluded materials could ask for any number of them.
MOST_KEPT_ROWS = 20_000


@dataclass(frozen=True)
class DemandRow:
    """One demand over all materials; shared by all who ask for the same, so never written to."""

    suitability: Floats32
    prohibited: Flags
    window: Ints


@dataclass(frozen=True)
class Demand:
    """Materials and uses by row and key, each with a weight in 0..1, and the materials not wanted.

    `guessed` materials were inferred from a text: unlike one that is named, they do not set the others back.
    Of `hinted` uses, which the words allow too, a contamination only raises doubts.
    `named` are slugs of hazards that the taker speaks of itself, which leaves doubts to its limits; a `tolerant` one
    says that it does not mind, which lifts bans too. One that is `exacting` names a grade of purity.
    """

    materials: tuple[tuple[int, float], ...] = ()
    uses: tuple[tuple[int, float], ...] = ()
    excluded: frozenset[int] = field(default_factory=frozenset)
    guessed: bool = False
    hinted: frozenset[int] = frozenset()
    named: frozenset[str] = frozenset()
    tolerant: bool = False
    exacting: bool = False

    @classmethod
    def of(cls, material: int | None, use: int | None, excluded: frozenset[int] = frozenset()) -> Demand:
        return cls(
            materials=() if material is None else ((material, 1.0),),
            uses=() if use is None else ((use, 1.0),),
            excluded=excluded,
        )


class DemandTable:
    """Numbers demands and fills the matrices of the rules, one row for each different demand.

    A contaminated material is a column of its own: suitable as the material is, but prohibited for some uses and
    doubtful for others.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._row_of: dict[Demand, int] = {}
        self._contaminated: dict[tuple[int, frozenset[str]], int] = {}

    def row(self, demand: Demand) -> int:
        return self._row_of.setdefault(demand, len(self._row_of))

    def column(self, material: int, hazards: frozenset[str] = frozenset()) -> int:
        """Column of a material, or of the same material with these contaminations."""
        if not hazards:
            return material
        first = len(self.knowledge.materials)
        return self._contaminated.setdefault((material, hazards), first + len(self._contaminated))

    @property
    def base_material(self) -> np.ndarray:
        """The material row behind each column."""
        return np.array([*range(len(self.knowledge.materials)), *(row for row, _hazards in self._contaminated)])

    def matrices(self) -> dict[str, np.ndarray]:
        """`suitability`, `prohibited` and `window`, each [n_demands, n_columns]."""
        table = {name: matrix[:, self.base_material] for name, matrix in self._plain().items()}
        verdicts = {hazards: self._judged(hazards) for hazards in {hazards for _row, hazards in self._contaminated}}
        for (_material, hazards), column in self._contaminated.items():
            forbidden, doubtful = verdicts[hazards]
            table["prohibited"][forbidden, column] = True
            table["suitability"][doubtful, column] = np.minimum(table["suitability"][doubtful, column], DOUBTFUL)
        return table

    def _judged(self, hazards: frozenset[str]) -> tuple[Flags, Flags]:
        """Per demand whether these hazards forbid its use, and whether they put it in doubt."""
        forbidden, doubtful = np.zeros(len(self._row_of), bool), np.zeros(len(self._row_of), bool)
        for demand, row in self._row_of.items():
            unasked = hazards - demand.named
            certain = {use for use, weight in demand.uses if weight >= CERTAIN_USE}
            banned = self._keys(forbidden_uses(unasked if demand.tolerant else hazards))
            forbidden[row] = bool(certain & banned)
            touched = (certain | demand.hinted) & (banned | self._keys(doubtful_uses(unasked)))
            doubtful[row] = bool(touched) or (demand.exacting and bool(unasked))
        return forbidden, doubtful

    def _keys(self, slugs: frozenset[str]) -> set[int]:
        return {self.knowledge.use_slugs[slug] for slug in slugs if slug in self.knowledge.use_slugs}

    def _plain(self) -> dict[str, np.ndarray]:
        shape = (len(self._row_of), len(self.knowledge.materials))
        rows = [demand_row(self.knowledge, demand) for demand in self._row_of]
        return {
            name: np.array([getattr(row, name) for row in rows], dtype=dtype).reshape(shape) for name, dtype in DTYPES
        }


def demand_row(knowledge: Knowledge, demand: Demand) -> DemandRow:
    """The row of a demand, made when it is first asked for and kept as long as the knowledge itself."""
    kept: dict[Demand, DemandRow] = knowledge.demand_rows
    row = kept.get(demand)
    if row is None:
        if len(kept) >= MOST_KEPT_ROWS:
            kept.clear()
        row = kept[demand] = _filled(knowledge, demand)
    return row


def _filled(knowledge: Knowledge, demand: Demand) -> DemandRow:
    size = len(knowledge.materials)
    row = DemandRow(np.zeros(size, np.float32), np.zeros(size, bool), np.full(size, -1, np.int32))
    discount = OTHER_THAN_NAMED if demand.materials and not demand.guessed else 1.0
    for use, weight in demand.uses:
        if use in knowledge.uses:
            _add_use(row, knowledge.uses[use], weight, discount)
    for material, weight in demand.materials:
        best = np.float32(weight * (NAMED if demand.uses else 1.0))
        _raise(row.suitability, knowledge.descendants(material), best)
        _raise(row.suitability, knowledge.ancestors(material), np.float32(weight * FAMILY_ONLY))
    row.suitability[list(demand.excluded)] = 0
    return row


def _raise(values: Floats32, rows: list[int], least: np.float32) -> None:
    values[rows] = np.maximum(values[rows], least)


def _add_use(row: DemandRow, use: UseRow, weight: float, discount: float) -> None:
    suitability = use.suitability * np.float32(weight * discount)
    better = suitability > row.suitability[use.material]
    row.suitability[use.material[better]] = suitability[better]
    row.window[use.material[better]] = use.window[better]
    if weight >= CERTAIN_USE:
        row.prohibited[use.material] |= use.prohibited
