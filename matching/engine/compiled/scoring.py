"""Scores pairs: `matching.engine.scoring`, the same operations in the same order.

The pairs of one need are laid side by side in a block, a row per quantity, so that the compiler vectorises what is
worked out of them. Results take the place of what is needed no more.
"""

import math

import numpy as np

from matching.engine.columns import Flags, Floats
from matching.engine.compiled.columns import Record
from matching.engine.compiled.elementary import arc_km, exp_minus
from matching.engine.compiled.jit import compiled, inlined
from matching.engine.problem import YEAR_DAYS

BLOCK = 256
# Rows laid in: squared chord, cost at the gate, 1 / radius, 1 / money, tonnes of the offer, days of the offer, common
# days, tonnes free, whether the price is known, and the components that need no more work.
CHORD_2, GATE, STEEPNESS, PER_MONEY, OFFER_T, LENGTH, DAYS, FREE_T, KNOWN, SUITS, SPEC, QUALITY = range(12)
# What takes their places.
FAR_KM, LANDED, NEAR, COST, SHARE, TIME, TRADABLE_T = CHORD_2, GATE, STEEPNESS, PER_MONEY, OFFER_T, LENGTH, FREE_T
N_ROWS = 12


@inlined
def overlap_days(o: Record, n: Record) -> int:
    return min(o.last, n.last) - max(o.first, n.first) + 1


@inlined
def lay_in(b: Floats, k: int, o: Record, n: Record, free_t: float, suits: float, spec: float) -> None:
    """Put a pair into column `k` of a block."""
    dx, dy, dz = o.x - n.x, o.y - n.y, o.z - n.z
    b[CHORD_2, k] = dx * dx + dy * dy + dz * dz
    b[GATE, k], b[STEEPNESS, k], b[PER_MONEY, k] = o.at_gate, o.steepness, o.per_money
    b[OFFER_T, k], b[LENGTH, k], b[DAYS, k] = o.quantity, o.length, overlap_days(o, n)
    b[FREE_T, k], b[KNOWN, k] = free_t, o.price_known
    b[SUITS, k], b[SPEC, k], b[QUALITY, k] = suits, spec, o.quality


@compiled
def work_out(b: Floats, n: Record, r: Record, size: int) -> None:
    """Distance, money, tonnes and the components of the first `size` pairs of a block."""
    _distances(b[CHORD_2], size)
    _money(b[FAR_KM], b[GATE], b[PER_MONEY], b[KNOWN], n.price, r.haul_per_t_km, size)
    _nearness(b[FAR_KM], b[STEEPNESS], size)
    _shares(b[OFFER_T], b[FREE_T], n.quantity, size)
    _times(b[DAYS], b[LENGTH], n.length, size)


@compiled
def _distances(chord_2: Floats, size: int) -> None:
    for k in range(np.uint64(size)):
        chord_2[k] = arc_km(chord_2[k])


@compiled
def _money(
    far_km: Floats, gate: Floats, per_money: Floats, known: Floats, price: float, haul_per_t_km: float, size: int
) -> None:
    for k in range(np.uint64(size)):
        landed = far_km[k] * haul_per_t_km + gate[k]
        margin = (price * known[k] - landed) * per_money[k]
        gate[k], per_money[k] = landed, (margin / (abs(margin) + 1) + 1) * 0.5


@compiled
def _nearness(far_km: Floats, steepness: Floats, size: int) -> None:
    for k in range(np.uint64(size)):
        steepness[k] = exp_minus(far_km[k] * steepness[k])


@compiled
def _shares(offer_t: Floats, free_t: Floats, need_t: float, size: int) -> None:
    """The least of offer, need and permit, and the quantity component: ½ where a quantity is unknown."""
    for k in range(np.uint64(size)):
        most = offer_t[k]
        least = most if most < need_t else need_t
        least = least if least < free_t[k] else free_t[k]
        share = (least / most + least / need_t) * 0.5
        known = (most == most) & (need_t == need_t)
        offer_t[k], free_t[k] = share if known else 0.5, least if known else math.nan


@compiled
def _times(days: Floats, length: Floats, need_length: float, size: int) -> None:
    for k in range(np.uint64(size)):
        common = min(max(days[k], 0.0), float(YEAR_DAYS))
        shorter = length[k] if length[k] < need_length else need_length
        length[k] = common / shorter


@compiled
def score(b: Floats, n: Record, r: Record, size: int, affordable: Flags) -> None:
    """Full scores in place of the suitability, and which pairs do not cost too much landed."""
    suits, spec, near, cost, share = b[SUITS], b[SPEC], b[NEAR], b[COST], b[SHARE]
    times, quality, landed, known = b[TIME], b[QUALITY], b[LANDED], b[KNOWN]
    w_suits, w_spec, w_near, w_cost, w_share = r.suitability, r.specification, r.distance, r.cost, r.quantity
    w_time, w_quality, whole, most = r.time, r.quality, r.total, n.max_landed
    for k in range(np.uint64(size)):
        total = suits[k] * w_suits
        total += near[k] * w_near
        total += cost[k] * w_cost
        total += share[k] * w_share
        total += times[k] * w_time
        total += quality[k] * w_quality
        suits[k] = (spec[k] * w_spec + total) / whole
        affordable[k] = (landed[k] <= most) | (known[k] == 0.0)
