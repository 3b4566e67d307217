"""The rules, each over arrays of pairs (offer rows, need rows).

Functions named `*_ok` return a mask of the pairs that do not fail; where a rule can also stay open,
`rule_outcomes` says so. Complexity is linear in pairs.
"""

from dataclasses import dataclass

import numpy as np

from matching.engine.arrays import Needs, Offers
from matching.engine.codes import RULE_COLUMN, RULES, Outcome, Rule, Scope
from matching.engine.columns import Bytes, Flags, Floats, Ints, Longs
from matching.engine.problem import (
    CODE,
    HAZARDOUS,
    LISTED_ONLY,
    NEED_QUANTITY,
    OFFER_QUANTITY,
    PRICE,
    QUALITY_BELOW,
    UNLISTED,
    Problem,
)

QUALITY = sum(QUALITY_BELOW)


def chord_2(problem: Problem, offer: Longs, need: Longs) -> Floats:
    """Squared chord in km² between the two sites."""
    total = _gap_2(problem.offer_xyz[0], problem.need_xyz[0], offer, need)
    total += _gap_2(problem.offer_xyz[1], problem.need_xyz[1], offer, need)
    total += _gap_2(problem.offer_xyz[2], problem.need_xyz[2], offer, need)
    return total


def _gap_2(ours: Floats, theirs: Floats, offer: Longs, need: Longs) -> Floats:
    gap: Floats = ours[offer]
    gap -= theirs[need]
    gap *= gap
    return gap


def screen_ok(problem: Problem, offer: Longs, need: Longs) -> Flags:
    """The rules decided by one bit of either side: hazardous, listed, quality, and having any permit at all."""
    met: Flags = (problem.offer_screen[offer] & problem.need_screen[need]) == 0
    return met


def distance_ok(problem: Problem, offer: Longs, need: Longs, chord_2: Floats) -> Flags:
    """Within the caps both sides set themselves."""
    met: Flags = chord_2 <= np.minimum(problem.offer_cap_2[offer], problem.need_cap_2[need])
    return met


def radius_ok(problem: Problem, offer: Longs, need: Longs, chord_2: Floats) -> Flags:
    """Within the material's radius, unless either side says itself how far it goes."""
    met: Flags = (chord_2 <= problem.offer_radius_2[offer]) | problem.need_explicit[need]
    return met


def overlap_days(problem: Problem, offer: Longs, need: Longs) -> Ints:
    """Days from today on when both are available; 0 or less when there is none."""
    last = np.minimum(problem.offer_window.last[offer], problem.need_window.last[need])
    last -= np.maximum(problem.offer_window.first[offer], problem.need_window.first[need])
    last += 1
    days: Ints = last
    return days


def own_firm_ok(problem: Problem, offer: Longs, need: Longs) -> Flags:
    if not problem.rules.exclude_same_firm:
        return np.ones(len(offer), dtype=bool)
    firm = problem.offers.firm[offer]
    met: Flags = (firm != problem.needs.firm[need]) | (firm < 0)
    return met


def prohibited_ok(problem: Problem, offer: Longs, need: Longs) -> Flags:
    met: Flags = ~problem.rules.prohibited[problem.needs.demand[need], problem.offers.material[offer]]
    return met


def scope_offer_ok(problem: Problem, offer: Longs, need: Longs) -> Flags:
    return _scope_ok(problem, problem.offers, offer, problem.needs, need)


def scope_need_ok(problem: Problem, offer: Longs, need: Longs) -> Flags:
    return _scope_ok(problem, problem.needs, need, problem.offers, offer)


def _scope_ok(problem: Problem, asking: Offers | Needs, row: Longs, others: Offers | Needs, other: Longs) -> Flags:
    """Whether the other side stands in the park or the regions this side asks for; parks are compared by id."""
    scope = asking.scope[row]
    met: Flags = scope == Scope.ANYWHERE
    bound = np.flatnonzero(~met)
    local, regional = (bound[scope[bound] == kind] for kind in (Scope.SAME_PARK, Scope.REGION_SET))
    park = asking.park[row[local]]
    met[local] = (park >= 0) & (park == others.park[other[local]])
    region = others.region[other[regional]]
    met[regional] = (region >= 0) & problem.rules.region_member[asking.region_set[row[regional]], region]
    return met


def lot_ok(problem: Problem, offer: Longs, need: Longs) -> Flags:
    """Neither side's smallest lot exceeds the quantity or the largest lot of the other."""
    met: Flags = problem.offers.min_lot_t[offer] <= problem.need_lot_cap[need]
    met &= problem.needs.min_lot_t[need] <= problem.offer_lot_cap[offer]
    return met


def permit_free_t(problem: Problem, offer: Longs, need: Longs) -> tuple[Floats, Ints]:
    """Tonnes the taker may still take this year and under which line.

    Infinite and −1 where no permit is needed or the code is unknown, 0 where a permit is needed and absent.
    """
    free_t = np.full(len(offer), np.inf)
    line = np.full(len(offer), -1, dtype=np.int32)
    if not problem.rules.check_permits:
        return free_t, line
    bound = np.flatnonzero(problem.offers.regulated[offer])
    code, holder = problem.offers.code[offer[bound]], problem.needs.permit_holder[need[bound]]
    row = problem.permits.rows(holder, code)
    line[bound] = problem.permits.line[row]
    unknown = (code < 0) & (holder >= 0)
    free_t[bound] = np.where(unknown, np.inf, problem.permits.free_t[row])
    return free_t, line


def permit_ok(problem: Problem, offer: Longs, need: Longs, free_t: Floats) -> Flags:
    """Something is free, and no less than the smallest lot of either side."""
    smallest = np.maximum(problem.offers.min_lot_t[offer], problem.needs.min_lot_t[need])
    met: Flags = (free_t > 0) & (free_t >= smallest)
    return met


def landed_ok(problem: Problem, offer: Longs, need: Longs, landed_per_t: Floats) -> Flags:
    """Within the need's maximum; an unknown price leaves it open."""
    met: Flags = (landed_per_t <= problem.need_max_landed[need]) | ~problem.offer_price_known[offer]
    return met


def in_doubt(problem: Problem, offer: Longs, need: Longs, bits: int) -> Flags:
    """Whether a rule cannot be decided because a quantity, a code or a price it needs is unknown."""
    doubt: Flags = (problem.offer_doubt[offer] & problem.need_doubt[need] & np.uint8(bits)) != 0
    return doubt


@dataclass(frozen=True)
class PairFacts:
    """What several rules and the score share about each pair."""

    suitability: Floats
    chord_2: Floats
    landed_per_t: Floats
    overlap_days: Ints
    free_t: Floats
    specification: Bytes


def rule_outcomes(problem: Problem, offer: Longs, need: Longs, facts: PairFacts) -> Bytes:
    """The outcome of every rule, [n_pairs, n_rules] in the order of `codes.RULES`; nothing is filtered."""
    screen = problem.offer_screen[offer] & problem.need_screen[need]
    met = {
        Rule.MATERIAL: facts.suitability > 0,
        Rule.PROHIBITED: prohibited_ok(problem, offer, need),
        Rule.OWN_FIRM: own_firm_ok(problem, offer, need),
        Rule.TIME: facts.overlap_days >= 1,
        Rule.SCOPE_OFFER: scope_offer_ok(problem, offer, need),
        Rule.SCOPE_NEED: scope_need_ok(problem, offer, need),
        Rule.DISTANCE: distance_ok(problem, offer, need, facts.chord_2),
        Rule.RADIUS: radius_ok(problem, offer, need, facts.chord_2),
        Rule.PERMIT: permit_ok(problem, offer, need, facts.free_t),
        Rule.HAZARDOUS: (screen & HAZARDOUS) == 0,
        Rule.LISTED: (screen & (UNLISTED | LISTED_ONLY)) == 0,
        Rule.LOT: lot_ok(problem, offer, need),
        Rule.QUALITY: (screen & QUALITY) == 0,
        Rule.LANDED_COST: landed_ok(problem, offer, need, facts.landed_per_t),
    }
    outcomes = np.empty((len(offer), len(RULES)), dtype=np.int8)
    for rule, mask in met.items():
        outcomes[:, RULE_COLUMN[rule]] = np.where(mask, Outcome.PASSES, Outcome.FAILS)
    outcomes[:, RULE_COLUMN[Rule.SPECIFICATION]] = facts.specification
    _open_doubts(problem, offer, need, outcomes)
    return outcomes


def _open_doubts(problem: Problem, offer: Longs, need: Longs, outcomes: Bytes) -> None:
    """Turn a pass into unknown where the rule was passed only for want of a figure."""
    doubts = {Rule.LOT: OFFER_QUANTITY | NEED_QUANTITY, Rule.PERMIT: CODE, Rule.LANDED_COST: PRICE}
    for rule, bits in doubts.items():
        column = outcomes[:, RULE_COLUMN[rule]]
        column[in_doubt(problem, offer, need, bits) & (column == Outcome.PASSES)] = Outcome.UNKNOWN
