"""Fills the columns of the result: `evaluation.matched_columns`, the pairs of one need at a time."""

import math
from typing import NamedTuple

import numpy as np

from matching.engine.codes import Outcome, Verdict
from matching.engine.columns import Bytes, Flags, Floats, Floats32, Ints
from matching.engine.compiled import scoring
from matching.engine.compiled.columns import Columns, LimitLists, Record, Records
from matching.engine.compiled.jit import compiled, inlined
from matching.engine.compiled.judging import judge, outcome_of, value_of
from matching.engine.compiled.permits import permit_row
from matching.engine.evaluation import LEAST_SURE_SUITABILITY
from matching.engine.results import Shorts

PASSES, POSSIBLE, ACCEPTED = int(Outcome.PASSES), int(Verdict.POSSIBLE), int(Verdict.ACCEPTED)


class Money(NamedTuple):
    distance_km: Floats
    landed_per_t: Floats
    surplus_per_t: Floats
    price_known: Flags
    quantity_t: Floats
    overlap_days: Ints
    permit_line: Ints


class Components(NamedTuple):
    suitability: Floats32
    distance: Floats32
    cost: Floats32
    quantity: Floats32
    time: Floats32
    quality: Floats32


class Limits(NamedTuple):
    verdict: Bytes
    deduction_per_t: Floats
    specification: Floats32
    n_unknown: Shorts
    n_may: Shorts


@inlined
def _free_t(n: Record, slot: int, row: int, r: Record, free_t: Floats) -> float:
    if row >= 0:
        return free_t[row]
    return math.inf if slot > r.n_codes or (slot == r.n_codes and n.holder >= 0) else 0.0


@compiled
def lay_out_pairs(c: Columns, n: Record, r: Record, offer: Ints, at: int, size: int, block: Floats, line: Ints) -> None:
    """Lay `size` pairs of a need, from `at` on, into a block, noting the permit line of each."""
    offers, slots, suitability, t = c.offers, c.sieve.slot, c.tables.suitability, c.tables
    start, codes, free_t, lines = t.permit_start, t.permit_code, t.permit_free_t, t.permit_line
    for k in range(size):
        j = offer[at + k]
        o = offers[j]
        row = permit_row(n, slots[j], r, start, codes)
        line[at + k] = lines[row] if row >= 0 else -1
        free = _free_t(n, slots[j], row, r, free_t)
        scoring.lay_in(block, k, o, n, free, suitability[n.demand, o.material], 0.0)


@compiled
def describe_money(b: Floats, n: Record, at: int, size: int, m: Money) -> None:
    """Distance, money and tonnes of the pairs of a block."""
    far_km, landed_per_t, surplus, known = m.distance_km, m.landed_per_t, m.surplus_per_t, m.price_known
    tonnes, days = m.quantity_t, m.overlap_days
    for k in range(size):
        landed, is_known = b[scoring.LANDED, k], b[scoring.KNOWN, k] > 0
        far_km[at + k], landed_per_t[at + k], known[at + k] = b[scoring.FAR_KM, k], landed, is_known
        surplus[at + k] = n.asked_price - landed if is_known else math.nan
        tonnes[at + k], days[at + k] = b[scoring.TRADABLE_T, k], np.int32(b[scoring.DAYS, k])


@compiled
def describe_components(b: Floats, at: int, size: int, p: Components) -> None:
    suits, near, cost, quantity, time, quality = p.suitability, p.distance, p.cost, p.quantity, p.time, p.quality
    for k in range(size):
        suits[at + k], quality[at + k] = b[scoring.SUITS, k], b[scoring.QUALITY, k]
        near[at + k], cost[at + k] = b[scoring.NEAR, k], b[scoring.COST, k]
        quantity[at + k], time[at + k] = b[scoring.SHARE, k], b[scoring.TIME, k]


@compiled
def describe_limits(
    lists: LimitLists, offers: Records, n: Record, b: Floats, offer: Ints, at: int, size: int, v: Limits
) -> None:
    """What the limits say of the pairs, and the verdict."""
    verdict, deduction, value, n_unknown, n_may = v.verdict, v.deduction_per_t, v.specification, v.n_unknown, v.n_may
    figures, own, defaults, windows = lists.figures, lists.own, lists.defaults, lists.windows
    for k in range(size):
        o = offers[offer[at + k]]
        judged = judge(figures, o, own, n, defaults, windows[n.demand, o.material])
        is_open = outcome_of(judged) != PASSES or (o.doubt & n.doubt) != 0
        unsure = is_open or b[scoring.SUITS, k] < LEAST_SURE_SUITABILITY
        verdict[at + k] = POSSIBLE if unsure else ACCEPTED
        deduction[at + k], value[at + k] = judged.deduction_per_t, value_of(judged)
        n_unknown[at + k], n_may[at + k] = judged.n_unknown, judged.n_may


@compiled
def to_caller_rows(offers: Records, n: Record, offer: Ints, need: Ints, at: int, size: int) -> None:
    for k in range(at, at + size):
        offer[k], need[k] = offers[offer[k]].row, n.row
