"""Binary search within part of a sorted column."""

from matching.engine.columns import Ints, Longs
from matching.engine.compiled.jit import compiled


@compiled
def from_below(keys: Longs | Ints, wanted: int, low: int, high: int) -> int:
    """The first position in low … high whose key is at least `wanted`."""
    while low < high:
        middle = (low + high) >> 1
        if keys[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low
