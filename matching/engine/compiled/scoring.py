"""Scores pairs: `matching.engine.scoring` one pair at a time, the same operations in the same order."""

import math

import numpy as np

from matching.engine.columns import Floats, Floats32, Longs
from matching.engine.compiled.columns import Record, Records
from matching.engine.compiled.elementary import arc_km, exp_minus
from matching.engine.compiled.jit import compiled
from matching.engine.problem import YEAR_DAYS


@compiled
def distance_km(o: Record, n: Record) -> float:
    dx, dy, dz = o.x - n.x, o.y - n.y, o.z - n.z
    return arc_km(dx * dx + dy * dy + dz * dz)


@compiled
def landed_per_t(o: Record, r: Record, far_km: float) -> float:
    return far_km * r.haul_per_t_km + o.at_gate


@compiled
def distance(o: Record, far_km: float) -> float:
    return exp_minus(far_km * o.steepness)


@compiled
def cost(o: Record, n: Record, landed: float) -> float:
    margin = ((n.price if o.price_known else n.price * 0.0) - landed) * o.per_money
    return (margin / (abs(margin) + 1) + 1) * 0.5


@compiled
def tradable_t(o: Record, n: Record, free_t: float) -> float:
    if o.quantity != o.quantity or n.quantity != n.quantity:
        return math.nan
    return min(min(o.quantity, n.quantity), free_t)


@compiled
def quantity(o: Record, n: Record, tradable: float) -> float:
    share = (tradable / o.quantity + tradable / n.quantity) * 0.5
    return share if share == share else 0.5


@compiled
def overlap_days(o: Record, n: Record) -> int:
    return min(o.last, n.last) - max(o.first, n.first) + 1


@compiled
def time(o: Record, n: Record, days: int) -> float:
    return min(max(days, 0), YEAR_DAYS) / min(o.length, n.length)


@compiled
def keep_affordable(
    n: Record, offers: Records, r: Record, found: Longs, size: int, free_t: Floats, far_km: Floats
) -> int:
    """Drop offers that cost too much landed, noting the distance of the rest."""
    kept = 0
    for k in range(size):
        o = offers[found[k]]
        far = distance_km(o, n)
        found[kept], free_t[kept], far_km[kept] = found[k], free_t[k], far
        kept += int(landed_per_t(o, r, far) <= n.max_landed or not o.price_known)
    return kept


@compiled
def partial_score(o: Record, n: Record, r: Record, suitability: float, far_km: float, free_t: float) -> float:
    """The weighted sum without the specification."""
    total = suitability * r.suitability
    total += distance(o, far_km) * r.distance
    total += cost(o, n, landed_per_t(o, r, far_km)) * r.cost
    total += quantity(o, n, tradable_t(o, n, free_t)) * r.quantity
    total += time(o, n, overlap_days(o, n)) * r.time
    return total + o.quality * r.quality


@compiled
def score_parts(
    n: Record,
    offers: Records,
    r: Record,
    suitability: Floats32,
    found: Longs,
    size: int,
    free_t: Floats,
    far_km: Floats,
) -> None:
    """Put the partial scores into `free_t`, which is no longer needed."""
    for k in range(size):
        o = offers[found[k]]
        suits = np.float64(suitability[n.demand, o.material])
        free_t[k] = partial_score(o, n, r, suits, far_km[k], free_t[k])


@compiled
def full_score(r: Record, partial: float, specification: float) -> float:
    return (specification * r.specification + partial) / r.total
