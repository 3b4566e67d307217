"""How much of a substance a list overlooks: a figure up to its threshold is no reason for a hint."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from marketplace.units import Basis

from .models import Caution
from .understanding.quantities import convert, find_quantities, fold


@dataclass(frozen=True)
class Amount:
    """What is stated of a substance: `most` is the highest it may be, in the unit of its property.

    `is_there` is false of a mere limit from above, which may clear a listing but says nothing of what is in it.
    """

    shown: str
    most: float
    unit: str
    basis: str = ""
    is_there: bool = True


def is_overlooked(caution: Caution, amounts: Iterable[Amount]) -> bool:
    """Whether there are figures, and all of them are at or below the threshold of the list."""
    stated = list(amounts)
    return caution.threshold is not None and bool(stated) and all(_is_below(caution, each) for each in stated)


def _is_below(caution: Caution, amount: Amount) -> bool:
    """In doubt it is not: where the units measure different things, or a wet figure is held against a dry threshold.

    There is never less of a substance in a tonne of dry matter than in a tonne as received.
    """
    if caution.threshold is None or (caution.threshold_basis == Basis.DRY and amount.basis == Basis.AS_RECEIVED):
        return False
    most = _in_unit(caution.threshold, caution.threshold_unit, amount.unit)
    return most is not None and amount.most <= most


@lru_cache(maxsize=1000)
def _in_unit(value: Decimal, written: str, unit: str) -> float | None:
    """The threshold in the unit of the property, written as people write units: `wt%`, `ppm`, `毫克/千克`."""
    found = find_quantities(fold(f"{value:f} {written}")[0])
    if len(found) != 1 or found[0].typ is None or not found[0].unit:
        return None
    return convert(found[0].typ, found[0].unit, unit)
