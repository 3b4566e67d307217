"""Match two spreadsheets without posting anything: the best pairs of each need, and why the others are not."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.engine import Evaluation, evaluate
from matching.engine.codes import RULES, Outcome, Rule, Verdict
from matching.engine.columns import Longs
from matching.engine.problem import Problem
from matching.engine.specification import LimitRows, limit_rows
from matching.file_arrays import FileArrays
from matching.file_ranking import UNKNOWN_DISTANCE, RankedPairs, Search, World, ranked, worlds
from matching.file_rows import FileRow

COMPONENTS = ("suitability", "specification", "distance", "cost", "quantity", "time", "quality")
PAIRS_PER_BLOCK = 50_000
EVERY = 1 << 30
# A figure so many times off a usual limit makes a question of a match.
FAR = 3.0


@dataclass(frozen=True)
class FilePair:
    """A line of the result. NaN is unknown; `components` in the order of COMPONENTS, each in 0..1."""

    need: FileRow
    offer: FileRow
    rank: int
    score: float
    verdict: Verdict
    distance_km: float
    landed_per_t: float
    quantity_t: float
    reasons: tuple[str, ...]
    components: tuple[float, ...]


class FileMatcher:
    def __init__(self, arrays: FileArrays) -> None:
        self.arrays = arrays
        self.worlds = worlds(arrays)

    def pairs(self, *, top: int, explain: bool = False) -> Iterator[FilePair]:
        """The `top` best pairs (0: all) of each need in file order, with `explain` then as many rejected ones."""
        ranked = self.ranked(top, explain=explain)
        kept = np.flatnonzero(ranked.rank <= (top or EVERY))
        for first in range(0, len(kept), PAIRS_PER_BLOCK):
            yield from self._pairs(ranked.take(kept[first : first + PAIRS_PER_BLOCK]))

    def ranked(self, top: int, *, explain: bool = False) -> RankedPairs:
        """At least the `top` best offers (0: all) of each need by their best reading; with `explain` rejected ones too.

        Sorted by need and rank; matched and rejected pairs are ranked apart.
        """
        search = Search(self.arrays, top)
        parts = [search.every(world) if explain else search.best(world) for world in self.worlds]
        return ranked(parts, self.arrays.reading_row)

    def of_rows(self, offers: Sequence[int], needs: Sequence[int]) -> list[FilePair | None]:
        """The pair of each two rows, rejected or not; None where no material was read in the offer.

        All rows have a place, or none has.
        """
        by_offer: dict[int, list[int]] = defaultdict(list)
        for number, reading in enumerate(self.arrays.readings):
            by_offer[reading.row].append(number)
        rows = [(at, reading) for at, offer in enumerate(offers) for reading in by_offer[offer]]
        pair, reading = (np.array([row[column] for row in rows], dtype=np.int64) for column in range(2))
        found: list[FilePair | None] = [None] * len(offers)
        if len(rows):
            placed = self.arrays.offer_rows[offers[rows[0][0]]].placed
            world = World.of(self.arrays, reading, np.asarray(needs, dtype=np.int64)[pair], placed=placed)
            every = np.arange(len(rows))
            best = ranked([Search(self.arrays, 0).judged(world, every, every)], self.arrays.reading_row)
            for at, each in zip(pair[best.offer].tolist(), self._pairs(best), strict=True):
                found[at] = replace(each, rank=0)
        return found

    def _pairs(self, ranked: RankedPairs) -> list[FilePair]:
        """Everything about some pairs, in their order."""
        found: list[FilePair] = [None] * len(ranked)  # type: ignore[list-item]
        for number, world in enumerate(ranked.worlds):
            at = np.flatnonzero(ranked.world == number)
            if not len(at):
                continue
            offer, need = ranked.offer[at], ranked.need[at]
            judged = evaluate(world.offers, world.needs, world.rules, self.arrays.day, offer, need)
            reasons, far_off = _reasons(world, judged, self.arrays, offer, need)
            for place, row in enumerate(at.tolist()):
                pair = self._pair(world, judged, place, ranked, row, reasons[place])
                found[row] = replace(pair, verdict=min(pair.verdict, Verdict.POSSIBLE)) if place in far_off else pair
        return found

    def _pair(
        self, world: World, judged: Evaluation, at: int, ranked: RankedPairs, row: int, reasons: list[str]
    ) -> FilePair:
        need = self.arrays.need_rows[int(ranked.need_row[row])]
        components = [float(getattr(judged, name)[at]) for name in COMPONENTS]
        if not world.placed:
            components[COMPONENTS.index("distance")] = UNKNOWN_DISTANCE
        return FilePair(
            need=need,
            offer=self.arrays.offer_rows[int(ranked.offer_row[row])],
            rank=0 if ranked.rejected[row] else int(ranked.rank[row]),
            score=float(ranked.score[row]),
            verdict=_verdict(judged, at, world, need),
            distance_km=float(judged.distance_km[at]) if world.placed else math.nan,
            landed_per_t=float(judged.landed_per_t[at]) if world.placed and judged.price_known[at] else math.nan,
            quantity_t=float(judged.quantity_t[at]),
            reasons=tuple(reasons),
            components=tuple(components),
        )


def _verdict(judged: Evaluation, at: int, world: World, need: FileRow) -> Verdict:
    """The engine's verdict, but limits read from free text only ask a question where the offer says nothing.

    An explicit wish for a distance cannot be accepted while the distance is unknown.
    """
    verdict = Verdict(int(judged.verdict[at]))
    if verdict == Verdict.ACCEPTED and not world.placed and math.isfinite(need.max_distance_km):
        return Verdict.POSSIBLE
    doubts = np.flatnonzero(judged.outcomes[at] < Outcome.PASSES)
    only_specification = [RULES[column] for column in doubts] == [Rule.SPECIFICATION]
    unknown_only = judged.outcome(Rule.SPECIFICATION)[at] == Outcome.UNKNOWN and judged.n_may[at] == 0
    if verdict == Verdict.POSSIBLE and only_specification and unknown_only and not need.properties:
        return Verdict.ACCEPTED if judged.suitability[at] >= 0.5 else verdict
    return verdict


def _reasons(
    world: World, judged: Evaluation, arrays: FileArrays, offer: Longs, need: Longs
) -> tuple[list[list[str]], set[int]]:
    """For each pair the rules that do not pass, worst first, with their properties; and which pairs are far off."""
    reasons: list[list[str]] = [[] for _pair in range(len(judged))]
    for outcome in (Outcome.FAILS, Outcome.MAY, Outcome.UNKNOWN):
        for at, column in zip(*np.nonzero(judged.outcomes == outcome), strict=True):
            if RULES[column] != Rule.SPECIFICATION:
                reasons[at].append(f"{RULES[column]}: {outcome.name.lower()}")
    problem = Problem(world.offers, world.needs, world.rules, arrays.day)
    rows, far_off = limit_rows(problem, offer, need), set[int]()
    slugs = [slug for _pk, slug in arrays.known.properties]
    for at in np.flatnonzero(rows.outcome != Outcome.PASSES):
        outcome = Outcome(int(rows.outcome[at]))
        figure = "no figure" if outcome == Outcome.UNKNOWN else f"{rows.low[at]:g}–{rows.high[at]:g}"
        window = f"{rows.limit_low[at]:g}–{rows.limit_high[at]:g}".replace("-inf", "").replace("inf", "")
        source = "need" if rows.explicit[at] else "usual limit"
        if outcome == Outcome.FAILS and _is_far(rows, at):
            far_off.add(int(rows.pair[at]))
        reasons[rows.pair[at]].append(
            f"specification: {slugs[rows.property[at]]} {outcome.name.lower()} ({figure} against {window}, {source})"
        )
    return reasons, far_off


def _is_far(rows: LimitRows, at: int) -> bool:
    """The nearest end of the figure is `FAR` times above the limit, or that part of it below."""
    above = rows.low[at] > FAR * rows.limit_high[at] >= 0
    return bool(above or 0 <= rows.high[at] < rows.limit_low[at] / FAR)
