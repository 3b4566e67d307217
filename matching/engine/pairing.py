"""`match`: candidates → rules → score → the best of each need and offer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from matching.engine import constraints, scoring
from matching.engine.arrays import Needs, Offers, Rules
from matching.engine.candidates import Blocking
from matching.engine.choice import is_compiled
from matching.engine.codes import Outcome
from matching.engine.columns import Flags, Floats, Floats32, Ints, Longs, ragged_arange
from matching.engine.evaluation import matched_columns
from matching.engine.geo import arc_km
from matching.engine.index import OfferIndex
from matching.engine.problem import Problem
from matching.engine.rejections import with_rejected
from matching.engine.results import Pairs
from matching.engine.specification import specification
from matching.engine.stored.tree import frozen
from matching.engine.topk import EVERY, BestPerOffer, Scored, best_per_need, group_starts, kth_largest, reach
from matching.engine.windows import WindowTable

if TYPE_CHECKING:
    from matching.engine.compiled.columns import Columns

CHUNK_PAIRS = 1 << 18
EVERY_NEED = slice(None)
Side = Literal["need", "offer", "both"]
Ranked = tuple[Scored, Ints]


def match(
    offers: Offers,
    needs: Needs,
    rules: Rules,
    today: int,
    *,
    top: int = 20,
    per: Side = "need",
    rejected: bool = False,
    chunk_pairs: int = CHUNK_PAIRS,
    engine: str | None = None,
) -> Pairs:
    """The `top` best pairs of each need, offer or both (0: every pair) that break no rule.

    Sorted by need, then score downwards, then offer. With `rejected`, every pair of a suitable material that
    breaks a rule follows the ranked pairs of its need, which is meant for small inputs. Otherwise memory is
    bounded by `chunk_pairs` and the result. Neither the size of the chunks nor, ties aside, the order of the
    rows changes the result, nor does `engine`: see `choice.is_compiled`.
    """
    if top < 0 or per not in ("need", "offer", "both"):
        raise ValueError("top must not be negative and per must be need, offer or both")
    problem = Problem(offers, needs, rules, today)
    if is_compiled(engine, len(offers), len(needs), top):
        pairs = _compiled_pairs(problem, top, per)
    else:
        matching = Matching.of(problem)
        pairs = matching.pairs(*matching.run(top or EVERY, per, chunk_pairs))
    return with_rejected(pairs, problem) if rejected else pairs


def _compiled_pairs(problem: Problem, top: int, per: Side) -> Pairs:
    from matching.engine.compiled import running  # takes a second to load, so only on demand

    return running.best_pairs(columns_of(problem), 0 if per == "offer" else top, 0 if per == "need" else top)


def columns_of(problem: Problem) -> "Columns":
    """All the kernels need; the sorted listings they are made from are let go."""
    from matching.engine.compiled import gathering

    matching = Matching.of(problem)
    rows = (matching.offer_row, matching.need_row)
    columns: Columns = frozen(gathering.columns_of(matching.problem, matching.blocking, matching.windows, *rows))
    return columns


@dataclass(frozen=True)
class Survivors:
    """Pairs that break no rule but perhaps the specification; `partial` is the score without it."""

    offer: Longs
    need: Longs
    partial: Floats

    def take(self, rows: Longs) -> "Survivors":
        return Survivors(self.offer[rows], self.need[rows], self.partial[rows])


@dataclass(frozen=True)
class Matching:
    """One run over listings sorted so that neighbours in memory are neighbours in material and place.

    `offer_row` and `need_row` lead back to the rows of the caller and break ties.
    """

    problem: Problem
    blocking: Blocking
    windows: WindowTable
    offer_row: Longs
    need_row: Longs

    @classmethod
    def of(cls, problem: Problem) -> "Matching":
        offer_row, need_row = OfferIndex.of(problem).order, _need_order(problem)
        offers, needs = problem.offers.take(offer_row), problem.needs.take(need_row)
        local = Problem(offers, needs, problem.rules, problem.today)
        return cls(local, Blocking.of(local), WindowTable.of(local), offer_row, need_row)

    def run(self, top: int, per: Side, chunk_pairs: int, needs: slice = EVERY_NEED) -> tuple[Ranked, Ranked]:
        """The best of each need and of each offer, with their ranks; nothing for a side not asked for.

        `needs` names the local rows to work off; of offers, then, the best among these.
        """
        by_need: list[Ranked] = []
        by_offer = BestPerOffer(len(self.problem.offers), self.need_row, top)
        for pairs in self._scored(top if per == "need" else EVERY, chunk_pairs, needs):
            if per != "offer":
                by_need.append(best_per_need(pairs, self.offer_row, top))
            if per != "need":
                by_offer.add(pairs)
        ranks = np.concatenate([np.empty(0, dtype=np.int32), *(rank for _, rank in by_need)])
        return (Scored.joined([pairs for pairs, _ in by_need]), ranks), by_offer.result()

    def _scored(self, top: int, chunk_pairs: int, needs: slice) -> Iterator[Scored]:
        """Pairs that break no rule, by chunks of whole needs; may leave out pairs beyond the `top` of a need."""
        rows, limited = np.arange(*needs.indices(len(self.problem.needs))), self.problem.need_has_limits[needs]
        for offer, need in self.blocking.chunks(rows[~limited], chunk_pairs):
            yield self._by_table(self._survivors(offer, need))
        for offer, need in self.blocking.chunks(rows[limited], chunk_pairs):
            yield self._by_limits(self._survivors(offer, need), top)

    def _survivors(self, offer: Longs, need: Longs) -> Survivors:
        """Apply all rules but the specification, the cheap and strict ones first."""
        problem = self.problem
        kept = np.flatnonzero(constraints.screen_ok(problem, offer, need))
        offer, need = offer[kept], need[kept]
        chord_2 = constraints.chord_2(problem, offer, need)
        kept = np.flatnonzero(_near(problem, offer, need, chord_2))
        offer, need, chord_2 = offer[kept], need[kept], chord_2[kept]
        days = constraints.overlap_days(problem, offer, need)
        kept = np.flatnonzero((days >= 1) & _plain_rules(problem, offer, need))
        offer, need, chord_2, days = offer[kept], need[kept], chord_2[kept], days[kept]
        free_t, _ = constraints.permit_free_t(problem, offer, need)
        distance_km = arc_km(chord_2)
        landed = scoring.landed_per_t(problem, offer, distance_km)
        kept = np.flatnonzero(
            constraints.permit_ok(problem, offer, need, free_t) & constraints.landed_ok(problem, offer, need, landed)
        )
        offer, need = offer[kept], need[kept]
        parts = scoring.components(problem, offer, need, distance_km[kept], days[kept], free_t[kept])
        return Survivors(offer, need, scoring.partial_score(problem, parts))

    def _by_table(self, pairs: Survivors) -> Scored:
        """Finish pairs of needs without limits of their own."""
        rows = self.windows.rows(self.problem, pairs.offer, pairs.need)
        kept = np.flatnonzero(self.windows.outcome[rows] != Outcome.FAILS)
        return self._finished(pairs.take(kept), self.windows.value[rows[kept]])

    def _finished(self, pairs: Survivors, value: Floats32) -> Scored:
        return Scored(pairs.offer, pairs.need, scoring.full_score(self.problem, pairs.partial, value))

    def _by_limits(self, pairs: Survivors, top: int) -> Scored:
        """Finish pairs of needs with limits, judging only those that can still be among the best `top`.

        With a perfect specification a score reaches its bound. The 2 × top best bounds of each need are judged
        first; then only what is bound to reach the top-th score found.
        """
        starts = group_starts(pairs.need)
        bound = scoring.full_score(self.problem, pairs.partial, np.ones(len(pairs.need), dtype=np.float32))
        first = reach(bound, starts, kth_largest(bound, starts, 2 * top))
        found = np.full(len(bound), -np.inf)
        self._judge(pairs, found, np.flatnonzero(first))
        second = ~first & reach(bound, starts, kth_largest(found, starts, top))
        self._judge(pairs, found, np.flatnonzero(second))
        kept = np.flatnonzero(found > -np.inf)
        return Scored(pairs.offer[kept], pairs.need[kept], found[kept])

    def _judge(self, pairs: Survivors, found: Floats, rows: Longs) -> None:
        """Fill in the scores of some pairs that meet their specification."""
        part = pairs.take(rows)
        judged = specification(self.problem, part.offer, part.need)
        score = scoring.full_score(self.problem, part.partial, judged.value)
        found[rows] = np.where(judged.outcome == Outcome.FAILS, -np.inf, score)

    def pairs(self, need_best: Ranked, offer_best: Ranked) -> Pairs:
        """Both selections as one table in the caller's rows."""
        both = united(need_best, offer_best, len(self.problem.offers))
        columns: dict[str, Any] = matched_columns(self.problem, both.offer, both.need)
        columns |= {"rank_for_need": both.need_rank, "rank_for_offer": both.offer_rank}
        columns |= {
            "offer": self.offer_row[both.offer].astype(np.int32),
            "need": self.need_row[both.need].astype(np.int32),
        }
        if len(offer_best[1]):
            order = np.lexsort((columns["offer"], -columns["score"], columns["need"]))
        else:
            order = groups_sorted(columns["need"])
        return Pairs(**{name: columns.pop(name)[order] for name in list(columns)})


class United(NamedTuple):
    """Pairs in the selection of either side, each once; the rank is −1 on a side that does not rank a pair."""

    offer: Longs
    need: Longs
    score: Floats
    need_rank: Ints
    offer_rank: Ints


def united(need_best: Ranked, offer_best: Ranked, n_offers: int) -> United:
    sides = [best.need * n_offers + best.offer for best, _ in (need_best, offer_best)]
    if not len(sides[0]) or not len(sides[1]):
        key, which = np.concatenate(sides), np.arange(len(sides[0]) + len(sides[1]))
    else:
        key, which = _distinct(np.concatenate(sides))
    ranks, score = np.full((2, len(key)), -1, dtype=np.int32), np.empty(len(key))
    score[which] = np.concatenate((need_best[0].score, offer_best[0].score))
    ranks[0, which[: len(sides[0])]] = need_best[1]
    ranks[1, which[len(sides[0]) :]] = offer_best[1]
    return United(key % max(n_offers, 1), key // max(n_offers, 1), score, ranks[0], ranks[1])


def groups_sorted(owner: Ints) -> Longs:
    """What sorts runs of equal owners by owner, leaving the order within each."""
    starts = group_starts(owner)
    runs = np.argsort(owner[starts[:-1]])
    return ragged_arange(starts[:-1][runs], np.diff(starts)[runs])


def _distinct(keys: Longs) -> tuple[Longs, Longs]:
    """The distinct keys, rising, and the place of each key among them (np.unique by hash is far slower here)."""
    order = np.argsort(keys, kind="stable")
    fresh = np.append(True, np.diff(keys[order]) != 0)
    which = np.empty(len(keys), dtype=np.int64)
    which[order] = np.cumsum(fresh) - 1
    return keys[order][fresh], which


def _need_order(problem: Problem) -> Longs:
    """By demand and place, so that needs worked off together look at the same offers."""
    needs = problem.needs
    return np.lexsort((needs.lon, np.floor(needs.lat), needs.demand)).astype(np.int64)


def _near(problem: Problem, offer: Longs, need: Longs, chord_2: Floats) -> Flags:
    met = constraints.distance_ok(problem, offer, need, chord_2)
    met &= constraints.radius_ok(problem, offer, need, chord_2)
    return met


def _plain_rules(problem: Problem, offer: Longs, need: Longs) -> Flags:
    met = constraints.own_firm_ok(problem, offer, need)
    met &= constraints.lot_ok(problem, offer, need)
    met &= constraints.scope_offer_ok(problem, offer, need)
    met &= constraints.scope_need_ok(problem, offer, need)
    return met
