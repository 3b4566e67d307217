"""What an analysis says of a thing that nobody names: ideas that figures carry, for the rules to combine with words.

`measures.csv` gives each idea a property and a range: SiO2 of 80 % or more is `m_sio2_very_high`, which together
with a dust points at silica fume.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from .catalogue import read_rows
from .figures import Figure
from .reading import Reading

HEAT_USES = frozenset(
    {
        "aquaculture_heat", "desalination_feed", "district_heating", "drying", "greenhouse_heat", "power_generation",
        "process_steam",
    }
)  # fmt: skip
WARM_C = 40.0
PROCESS_HEAT_C = 100.0
"""No heat pump in use makes heat of 100 °C and more out of lukewarm water."""
LIFT_K = 50.0
"""What heat pumps lift at most; own reading of common practice, to verify."""


@dataclass(frozen=True, slots=True)
class Measure:
    """`low` and `high` are in the property's canonical unit; both belong to the range."""

    idea: str
    low: float
    high: float


@lru_cache(maxsize=1)
def measures() -> dict[str, tuple[Measure, ...]]:
    """Measures by property."""
    table: dict[str, tuple[Measure, ...]] = {}
    for row in read_rows(Path(__file__).parent / "measures.csv", required=True):
        measure = Measure(row["idea"], float(row["low"]), float(row["high"]))
        table[row["property"]] = (*table.get(row["property"], ()), measure)
    return table


def with_measures(reading: Reading, figures: Iterable[Figure]) -> Reading:
    """The reading with the ideas that its figures carry; they are about the thing itself."""
    found = [(measure.idea, figure.text) for figure in figures for measure in _measures_of(figure)]
    ideas = frozenset(idea for idea, _text in found)
    return replace(
        reading,
        concepts=reading.concepts | ideas,
        wanted=reading.wanted | ideas,
        subject=reading.subject | ideas,
        words=(*reading.words, *found),
    )


def demanded(figures: Iterable[Figure], use: str) -> tuple[Figure, ...]:
    """The temperature that a need of heat speaks of as the least it can take, less what a heat pump lifts."""
    if use not in HEAT_USES:
        return tuple(figures)
    return tuple(_at_least(each) for each in figures)


def _at_least(figure: Figure) -> Figure:
    value = figure.typ if figure.typ is not None else figure.low
    if figure.property_slug != "temperature_c" or figure.kind != "value" or value is None or value < WARM_C:
        return figure
    least = value if value >= PROCESS_HEAT_C else value - LIFT_K
    return replace(figure, low=least, high=None, typ=None, kind="limit")


def _measures_of(figure: Figure) -> list[Measure]:
    """Those in whose range the figure lies: its typical value, the middle of its range, or its one limit."""
    ends = [end for end in (figure.low, figure.high) if end is not None]
    value = figure.typ if figure.typ is not None else sum(ends) / len(ends) if ends else None
    if value is None or (figure.typ is None and figure.low is None):
        return []
    return [each for each in measures().get(figure.property_slug, ()) if each.low <= value <= each.high]
