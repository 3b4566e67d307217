"""`match` for inputs so small that looking at every pair is quicker than sorting them first."""

from dataclasses import fields
from typing import Any

import numpy as np

from matching.engine.arrays import Needs, Offers, Rules
from matching.engine.codes import Verdict
from matching.engine.evaluation import evaluate_pairs
from matching.engine.problem import Problem
from matching.engine.results import PairColumns, Pairs
from matching.engine.topk import ranked


def match_few(offers: Offers, needs: Needs, rules: Rules, today: int, *, top: int, per: str) -> Pairs:
    """The `top` best pairs of each need or of each offer, exactly as `match` gives them. O(offers × needs)."""
    if top < 1 or per not in ("need", "offer"):
        raise ValueError("top must be positive and per must be need or offer")
    problem = Problem(offers, needs, rules, today)
    need, offer = np.nonzero(rules.suitability[needs.demand][:, offers.material] > 0)
    judged = evaluate_pairs(problem, offer, need)
    lawful = np.flatnonzero(judged.verdict != Verdict.REJECTED)
    sides = (need[lawful], offer[lawful])
    owner, other = sides if per == "need" else sides[::-1]
    best, rank = ranked(owner, judged.score[lawful], other, top)
    rows = lawful[best]
    order = np.lexsort((offer[rows], -judged.score[rows], need[rows]))
    columns: dict[str, Any] = {each.name: getattr(judged, each.name)[rows[order]] for each in fields(PairColumns)}
    none = np.full(len(rows), -1, dtype=np.int32)
    ranks = (rank[order], none) if per == "need" else (none, rank[order])
    return Pairs(**columns, rank_for_need=ranks[0], rank_for_offer=ranks[1])
