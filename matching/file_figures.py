"""Figures that a text or a cell states, as ranges and limits: what an open end means, and which ranges are limits."""

from __future__ import annotations

import math

from listings.understanding.figures import Figure
from matching.bases import MOST

# A range that a need states of these is no limit: what lies above serves as well, heat flows from hot to cold.
MORE_IS_NO_WORSE = ("temperature_c", "pressure_bar", "calorific_value", "gas_calorific_value")

Triple = tuple[float, float, float]


def range_of(
    low: float | None, typical: float | None, high: float | None, bounds: tuple[float | None, float | None]
) -> Triple:
    """A range from what is known of it; an end that is open, as in "below 5 %", reaches to what is possible."""
    known = [value for value in (low, typical, high) if value is not None]
    if not known:
        return (math.inf, math.inf, math.inf)
    if typical is not None:
        return (value_or(low, known[0]), typical, value_or(high, known[-1]))
    first, last = value_or(low, value_or(bounds[0], -MOST)), value_or(high, value_or(bounds[1], MOST))
    return (first, known[0] if last - first >= MOST else (first + last) / 2, last)


def is_wanted_range(figure: Figure) -> bool:
    return None not in (figure.low, figure.high) and figure.property_slug not in MORE_IS_NO_WORSE


def value_or(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else float(value)
