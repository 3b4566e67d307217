"""Components in 0..1 and their weighted mean.

Each component only ever falls with distance and cost and only ever rises with suitability, so that of two
pairs that are otherwise equal the nearer, the cheaper and the more suitable never ranks lower.
"""

from dataclasses import dataclass

import numpy as np

from matching.engine.columns import Floats, Floats32, Ints, Longs
from matching.engine.elementary import exp_minus
from matching.engine.problem import YEAR_DAYS, Problem


def suitability(problem: Problem, offer: Longs, need: Longs) -> Floats:
    """The rules' figure for this use of this material."""
    cell = problem.needs.demand[need] * np.int64(problem.rules.n_materials)
    cell += problem.offers.material[offer]
    values: Floats = problem.rules.suitability.ravel()[cell].astype(np.float64)
    return values


def landed_per_t(problem: Problem, offer: Longs, distance_km: Floats) -> Floats:
    """Price + fixed haulage + rate × road factor × distance − avoided disposal; an unknown price counts as 0."""
    landed = distance_km * problem.haul_per_t_km
    landed += problem.landed_at_gate[offer]
    return landed


def distance(problem: Problem, offer: Longs, distance_km: Floats) -> Floats:
    """exp(−distance / economic radius of the material): 1 at the gate, 0.37 at the radius."""
    radii = problem.offer_steepness[offer]
    radii *= distance_km
    return exp_minus(radii)


def cost(problem: Problem, offer: Longs, need: Longs, landed: Floats) -> Floats:
    """½ (1 + x / (1 + |x|)), where x = (what the taker would pay − landed) / haulage across the economic radius.

    What the taker would pay counts as 0 where it is not known, and where the asking price is not known:
    an unnamed price must not look like a bargain.
    """
    margin = problem.need_price[need] * problem.offer_price_known[offer]
    margin -= landed
    margin *= problem.offer_per_money[offer]
    bend = np.abs(margin)
    bend += 1
    margin /= bend
    margin += 1
    margin *= 0.5
    return margin


def tradable_t(problem: Problem, offer: Longs, need: Longs, free_t: Floats) -> Floats:
    """The least of offer, need and permit, in tonnes a year; NaN where a quantity is unknown."""
    least = np.minimum(problem.offers.quantity_t[offer], problem.needs.quantity_t[need])
    return np.minimum(least, free_t, out=least)


def quantity(problem: Problem, offer: Longs, need: Longs, tradable_t: Floats) -> Floats:
    """Mean of the share of the offer taken and the share of the need filled; ½ where a quantity is unknown.

    A small offer to a large kiln is wholly taken and so earns at least ½: small lots add up.
    """
    share = tradable_t / problem.offers.quantity_t[offer]
    share += tradable_t / problem.needs.quantity_t[need]
    share *= 0.5
    share[np.isnan(share)] = 0.5
    return share


def time(problem: Problem, offer: Longs, need: Longs, overlap_days: Ints) -> Floats:
    """Share of the shorter of the two windows, counted from today and at most a year, that both have in common."""
    shorter = np.minimum(problem.offer_window.length[offer], problem.need_window.length[need])
    return np.clip(overlap_days, 0, YEAR_DAYS) / shorter


def quality(problem: Problem, offer: Longs) -> Floats:
    """Data-quality level out of 3."""
    return problem.offers.quality_level[offer] / 3.0


@dataclass(frozen=True)
class Components:
    """All but the specification, which is judged last because it is dear."""

    suitability: Floats
    distance: Floats
    cost: Floats
    quantity: Floats
    time: Floats
    quality: Floats


def components(
    problem: Problem, offer: Longs, need: Longs, distance_km: Floats, overlap_days: Ints, free_t: Floats
) -> Components:
    landed = landed_per_t(problem, offer, distance_km)
    return Components(
        suitability=suitability(problem, offer, need),
        distance=distance(problem, offer, distance_km),
        cost=cost(problem, offer, need, landed),
        quantity=quantity(problem, offer, need, tradable_t(problem, offer, need, free_t)),
        time=time(problem, offer, need, overlap_days),
        quality=quality(problem, offer),
    )


def partial_score(problem: Problem, parts: Components) -> Floats:
    """Weighted sum without the specification, not yet divided by the sum of weights. Consumes `parts`."""
    weights = problem.rules.weights
    total = parts.suitability
    total *= weights.suitability
    for values, weight in (
        (parts.distance, weights.distance),
        (parts.cost, weights.cost),
        (parts.quantity, weights.quantity),
        (parts.time, weights.time),
        (parts.quality, weights.quality),
    ):
        values *= weight
        total += values
    return total


def full_score(problem: Problem, partial: Floats, specification: Floats32) -> Floats:
    """The weighted mean of all components."""
    weights = problem.rules.weights
    total = specification * np.float64(weights.specification)
    total += partial
    total /= weights.total
    return total
