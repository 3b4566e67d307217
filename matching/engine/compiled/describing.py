"""Fills the columns of the result: `evaluation.matched_columns` one pair at a time."""

import math
from typing import NamedTuple

import numpy as np

from matching.engine.codes import Outcome, Verdict
from matching.engine.columns import Bytes, Flags, Floats, Floats32, Ints
from matching.engine.compiled import scoring
from matching.engine.compiled.columns import Columns, Record
from matching.engine.compiled.jit import compiled
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


@compiled
def _free_t(n: Record, slot: int, row: int, r: Record, free_t: Floats) -> float:
    if row >= 0:
        return free_t[row]
    return math.inf if slot > r.n_codes or (slot == r.n_codes and n.holder >= 0) else 0.0


@compiled
def describe_money(c: Columns, offer: Ints, need: Ints, m: Money) -> None:
    """Distance, money and tonnes of all selected pairs."""
    far_km, landed_per_t, surplus, known = m.distance_km, m.landed_per_t, m.surplus_per_t, m.price_known
    tonnes, days, line = m.quantity_t, m.overlap_days, m.permit_line
    offers, needs, r, slots = c.offers, c.needs, c.settings[0], c.sieve.slot
    start, keys, free_t, lines = (
        c.tables.permit_start,
        c.tables.permit_key,
        c.tables.permit_free_t,
        c.tables.permit_line,
    )
    for at in range(len(offer)):
        j = offer[at]
        o, n = offers[j], needs[need[at]]
        row = permit_row(n, slots[j], r, start, keys)
        far_km[at] = scoring.distance_km(o, n)
        landed = scoring.landed_per_t(o, r, far_km[at])
        landed_per_t[at], known[at] = landed, o.price_known
        surplus[at] = n.asked_price - landed if o.price_known else math.nan
        tonnes[at] = scoring.tradable_t(o, n, _free_t(n, slots[j], row, r, free_t))
        days[at] = max(scoring.overlap_days(o, n), 0)
        line[at] = lines[row] if row >= 0 else -1


@compiled
def describe_components(c: Columns, offer: Ints, need: Ints, p: Components) -> None:
    """The components of the scores of all selected pairs."""
    suits, near, cost, quantity, time, quality = p.suitability, p.distance, p.cost, p.quantity, p.time, p.quality
    offers, needs, r, slots, suitability = c.offers, c.needs, c.settings[0], c.sieve.slot, c.tables.suitability
    start, keys, free_t = c.tables.permit_start, c.tables.permit_key, c.tables.permit_free_t
    for at in range(len(offer)):
        j = offer[at]
        o, n = offers[j], needs[need[at]]
        far_km = scoring.distance_km(o, n)
        free = _free_t(n, slots[j], permit_row(n, slots[j], r, start, keys), r, free_t)
        suits[at] = suitability[n.demand, o.material]
        near[at] = scoring.distance(o, far_km)
        cost[at] = scoring.cost(o, n, scoring.landed_per_t(o, r, far_km))
        quantity[at] = scoring.quantity(o, n, scoring.tradable_t(o, n, free))
        time[at] = scoring.time(o, n, scoring.overlap_days(o, n))
        quality[at] = o.quality


@compiled
def describe_limits(c: Columns, offer: Ints, need: Ints, v: Limits) -> None:
    """What the limits say of all selected pairs, and the verdict."""
    verdict, deduction, value, n_unknown, n_may = v.verdict, v.deduction_per_t, v.specification, v.n_unknown, v.n_may
    offers, needs, suitability = c.offers, c.needs, c.tables.suitability
    figures, own, defaults, windows = c.limits.figures, c.limits.own, c.limits.defaults, c.limits.windows
    for at in range(len(offer)):
        o, n = offers[offer[at]], needs[need[at]]
        judged = judge(figures, o, own, n, defaults, windows[n.demand, o.material])
        is_open = outcome_of(judged) != PASSES or (o.doubt & n.doubt) != 0
        unsure = is_open or np.float64(suitability[n.demand, o.material]) < LEAST_SURE_SUITABILITY
        verdict[at] = POSSIBLE if unsure else ACCEPTED
        deduction[at], value[at] = judged.deduction_per_t, value_of(judged)
        n_unknown[at], n_may[at] = judged.n_unknown, judged.n_may
