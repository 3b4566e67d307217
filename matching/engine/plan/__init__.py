"""Divides quantities over all feasible pairs: a transportation problem with permits, minimum lots and blends."""

from matching.engine.plan.blending import blended, outside_alone
from matching.engine.plan.codes import Constraint, Method, Objective, Status
from matching.engine.plan.planning import greedy_by_score, greedy_by_value, plan
from matching.engine.plan.question import Effort, Terms
from matching.engine.plan.results import Plan, Relief, Summary, decimal_t

__all__ = [
    "Constraint",
    "Effort",
    "Method",
    "Objective",
    "Plan",
    "Relief",
    "Status",
    "Summary",
    "Terms",
    "blended",
    "decimal_t",
    "greedy_by_score",
    "greedy_by_value",
    "outside_alone",
    "plan",
]
