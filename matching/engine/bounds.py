"""How well pairs could do at best, told from a few columns: what the rest is worth reading for."""

from __future__ import annotations

import numpy as np

from matching.engine import constraints, scoring
from matching.engine.columns import Floats, Floats32, Longs
from matching.engine.geo import arc_km
from matching.engine.problem import Problem

# Bound and score add up the same figures in different company, which may move their last bits.
ROUNDING = 1e-9


def reachable(problem: Problem, offer: Longs, need: Longs) -> tuple[Longs, Floats]:
    """Places of the pairs that may break no rule, and the most that they may score apart from their limits.

    Parks, regions, permits and lists are not asked, nor is a limit. Every other rule is applied. A quantity that a
    permit cuts down only lowers a score.
    """
    met = constraints.screen_ok(problem, offer, need)
    chord_2 = constraints.chord_2(problem, offer, need)
    met &= constraints.distance_ok(problem, offer, need, chord_2) & constraints.radius_ok(problem, offer, need, chord_2)
    days = constraints.overlap_days(problem, offer, need)
    met &= (days >= 1) & constraints.own_firm_ok(problem, offer, need) & constraints.lot_ok(problem, offer, need)
    met &= ~problem.rules.prohibited[problem.needs.demand[need], problem.offers.material[offer]]
    kept = np.flatnonzero(met & (scoring.suitability(problem, offer, need) > 0))
    offer, need, distance_km = offer[kept], need[kept], arc_km(chord_2[kept])
    landed = scoring.landed_per_t(problem, offer, distance_km)
    affordable = constraints.landed_ok(problem, offer, need, landed - ROUNDING)
    parts = scoring.components(problem, offer, need, distance_km, days[kept], np.full(len(kept), np.inf))
    return kept[affordable], scoring.partial_score(problem, parts)[affordable]


def upper_bounds(problem: Problem, partial: Floats, specification: Floats32) -> Floats:
    """A score that no pair exceeds whose limits are worth no more than `specification`, from `reachable`'s figures."""
    return scoring.full_score(problem, partial, specification) + ROUNDING
