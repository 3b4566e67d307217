"""Pairs of a usable material that break a rule, for callers who must account for every pair."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np

from matching.engine.codes import Verdict
from matching.engine.evaluation import BLOCK_PAIRS, evaluate_pairs
from matching.engine.problem import Problem
from matching.engine.results import PairColumns, Pairs


def with_rejected(matched: Pairs, problem: Problem) -> Pairs:
    """Add the rejected pairs, unranked, after the ranked ones of each need.

    Judges every pair whose material is suitable at all: time is offers × needs, memory the number rejected.
    """
    blocks = list(_rejected_blocks(problem))
    columns: dict[str, Any] = {}
    for each in fields(Pairs):
        own = getattr(matched, each.name)
        columns[each.name] = np.concatenate([own, *(block[each.name] for block in blocks)])
    rejected = columns["verdict"] == Verdict.REJECTED
    order = np.lexsort((columns["offer"], -columns["score"], rejected, columns["need"]))
    return Pairs(**{name: values[order] for name, values in columns.items()})


def _rejected_blocks(problem: Problem) -> Iterator[dict[str, Any]]:
    suitable = problem.rules.suitability > 0
    step = max(1, BLOCK_PAIRS // max(1, len(problem.offers)))
    for first in range(0, len(problem.needs), step):
        demand = problem.needs.demand[first : first + step]
        need, offer = np.nonzero(suitable[demand][:, problem.offers.material])
        judged = evaluate_pairs(problem, offer, need + first)
        rejected = np.flatnonzero(judged.verdict == Verdict.REJECTED)
        block = {each.name: getattr(judged, each.name)[rejected] for each in fields(PairColumns)}
        unranked = np.full(len(rejected), -1, dtype=np.int32)
        yield block | {"rank_for_need": unranked, "rank_for_offer": unranked}
