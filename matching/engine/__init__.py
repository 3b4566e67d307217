"""Pairs offers of by-products with needs: NumPy columns in, ranked pairs and their reasons out.

No clock, no randomness; equal scores rank by row order. Rows only: ids stay with the caller.
"""

from matching.engine.arrays import Haulage, Limits, Needs, Offers, PermitTable, Ranges, Rules, Weights
from matching.engine.codes import RULES, Outcome, Rule, Scope, Verdict
from matching.engine.evaluation import evaluate
from matching.engine.explain import explain_pair, near_misses
from matching.engine.pairing import match
from matching.engine.results import Evaluation, Explanation, Pairs, PropertyResult, RuleResult

__all__ = [
    "RULES",
    "Evaluation",
    "Explanation",
    "Haulage",
    "Limits",
    "Needs",
    "Offers",
    "Outcome",
    "Pairs",
    "PermitTable",
    "PropertyResult",
    "Ranges",
    "Rule",
    "RuleResult",
    "Rules",
    "Scope",
    "Verdict",
    "Weights",
    "evaluate",
    "explain_pair",
    "match",
    "near_misses",
]
