"""`match` done the plain way: evaluate every pair, sort, cut. Quadratic, for small inputs only."""

import numpy as np

from matching.engine import Evaluation, Needs, Offers, Rules, Verdict, evaluate

Row = tuple[int, int, int, int, float, int]


def every_pair(offers: Offers, needs: Needs, rules: Rules, today: int) -> Evaluation:
    need, offer = np.divmod(np.arange(len(offers) * len(needs)), max(len(offers), 1))
    return evaluate(offers, needs, rules, today, offer, need)


def ranks(owner: np.ndarray, other: np.ndarray, score: np.ndarray) -> np.ndarray:
    order = np.lexsort((other, -score, owner))
    rank = np.empty(len(owner), dtype=np.int64)
    first = np.searchsorted(owner[order], owner[order])
    rank[order] = np.arange(len(owner)) - first + 1
    return rank


def expected(offers: Offers, needs: Needs, rules: Rules, today: int, top: int, per: str) -> list[Row]:
    """(need, offer, rank for need, rank for offer, score, verdict), as `match` should return them."""
    every = every_pair(offers, needs, rules, today)
    kept = every.verdict != Verdict.REJECTED
    offer, need, score, verdict = (getattr(every, n)[kept] for n in ("offer", "need", "score", "verdict"))
    need_rank, offer_rank = ranks(need, offer, score), ranks(offer, need, score)
    need_rank[(need_rank > (top or 10**9)) | (per == "offer")] = -1
    offer_rank[(offer_rank > (top or 10**9)) | (per == "need")] = -1
    chosen = np.flatnonzero((need_rank > 0) | (offer_rank > 0))
    chosen = chosen[np.lexsort((offer[chosen], -score[chosen], need[chosen]))]
    columns = (need, offer, need_rank, offer_rank, score, verdict)
    return list(zip(*(column[chosen].tolist() for column in columns), strict=True))
