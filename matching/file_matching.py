"""Match two spreadsheets without posting anything: the best pairs of each need, and why the others are not."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matching.engine import Evaluation, Needs, Offers, Rules, evaluate, match
from matching.engine.codes import RULES, Outcome, Rule, Verdict
from matching.engine.columns import Longs
from matching.engine.problem import Problem
from matching.engine.specification import limit_rows
from matching.file_arrays import FileArrays, Reading, nowhere
from matching.file_rows import FileRow

MOST_EXPLAINED = 5_000_000
COMPONENTS = ("suitability", "specification", "distance", "cost", "quantity", "time", "quality")
# What is less sure counts for less, by this part of what its share is short of one: a second reading of an offer,
# and a material that serves the use but is not what the words of the need are about.
READING_WEIGHT = 0.4
LIKENESS_WEIGHT = 0.3
UNKNOWN_DISTANCE = 0.5
EVERY = 1 << 30


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


@dataclass(frozen=True)
class World:
    """Readings of offers and needs that are matched together, with or without their places."""

    offers: Offers
    needs: Needs
    rules: Rules
    reading: Longs
    need: Longs
    placed: bool

    @classmethod
    def of(cls, arrays: FileArrays, reading: Longs, need: Longs, *, placed: bool) -> World:
        offers, needs, rules = arrays.offers.take(reading), arrays.needs.take(need), arrays.rules
        if not placed:
            offers, needs = nowhere(offers), nowhere(needs)
            rules = dataclasses.replace(rules, economic_radius_km=np.full(rules.n_materials, np.nan))
        return cls(offers, needs, rules, reading, need, placed)


def worlds(arrays: FileArrays) -> list[World]:
    """Pairs of placed rows first; pairs with a row that has no coordinates are matched without distance."""
    readings = np.arange(len(arrays.readings))
    offer_placed = np.array([arrays.offer_rows[reading.row].placed for reading in arrays.readings], dtype=bool)
    need_placed = np.array([need.placed for need in arrays.need_rows], dtype=bool)
    here, there = np.flatnonzero(need_placed), np.flatnonzero(~need_placed)
    parts = [
        World.of(arrays, readings[offer_placed], here, placed=True),
        World.of(arrays, readings[~offer_placed], here, placed=False),
        World.of(arrays, readings, there, placed=False),
    ]
    return [world for world in parts if len(world.offers) and len(world.needs)]


class FileMatcher:
    def __init__(self, arrays: FileArrays) -> None:
        self.arrays = arrays
        self.worlds = worlds(arrays)

    def pairs(self, *, top: int, explain: bool = False) -> Iterator[FilePair]:
        """The `top` best pairs (0: all) of each need in file order, with `explain` then as many rejected ones."""
        by_need: dict[int, dict[int, FilePair]] = {}
        for world in self.worlds:
            offer, need = _chosen(world, self.arrays.day, top, explain)
            for need_row, offer_row, pair in self._evaluated(world, offer, need):
                best = by_need.setdefault(need_row, {})
                if offer_row not in best or _order(pair) < _order(best[offer_row]):
                    best[offer_row] = pair
        for need_row in range(len(self.arrays.need_rows)):
            yield from _ranked(by_need.get(need_row, {}).values(), top or EVERY)

    def _evaluated(self, world: World, offer: Longs, need: Longs) -> Iterator[tuple[int, int, FilePair]]:
        judged = evaluate(world.offers, world.needs, world.rules, self.arrays.day, offer, need)
        reasons = _reasons(world, judged, self.arrays, offer, need)
        for at in range(len(judged)):
            reading = self.arrays.readings[int(world.reading[offer[at]])]
            need_row = int(world.need[need[at]])
            pair = self._pair(world, judged, at, need_row, reading, reasons[at])
            yield need_row, reading.row, pair

    def _pair(
        self, world: World, judged: Evaluation, at: int, need: int, reading: Reading, reasons: list[str]
    ) -> FilePair:
        components = [float(getattr(judged, name)[at]) for name in COMPONENTS]
        score = float(judged.score[at])
        if not world.placed:
            weights = world.rules.weights
            score -= weights.distance / weights.total * (components[COMPONENTS.index("distance")] - UNKNOWN_DISTANCE)
            components[COMPONENTS.index("distance")] = UNKNOWN_DISTANCE
        return FilePair(
            need=self.arrays.need_rows[need],
            offer=self.arrays.offer_rows[reading.row],
            rank=0,
            score=score * self._sureness(need, reading),
            verdict=_verdict(judged, at, world, self.arrays.need_rows[need]),
            distance_km=float(judged.distance_km[at]) if world.placed else math.nan,
            landed_per_t=float(judged.landed_per_t[at]) if world.placed and judged.price_known[at] else math.nan,
            quantity_t=float(judged.quantity_t[at]),
            reasons=tuple(reasons),
            components=tuple(components),
        )

    def _sureness(self, need: int, reading: Reading) -> float:
        likeness = self.arrays.likeness(need, reading)
        return (1 - READING_WEIGHT * (1 - reading.share)) * (1 - LIKENESS_WEIGHT * (1 - likeness))


def _chosen(world: World, day: int, top: int, explain: bool) -> tuple[Longs, Longs]:
    """Rows of the pairs worth evaluating: all of them to explain, else the engine's best."""
    n_offers, n_needs = len(world.offers), len(world.needs)
    if not explain:
        pairs = match(world.offers, world.needs, world.rules, day, top=3 * top, per="need")
        return pairs.offer.astype(np.int64), pairs.need.astype(np.int64)
    if n_offers * n_needs > MOST_EXPLAINED:
        raise ValueError(f"{n_offers * n_needs} pairs are too many to explain; at most {MOST_EXPLAINED}")
    return np.tile(np.arange(n_offers), n_needs), np.repeat(np.arange(n_needs), n_offers)


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


def _order(pair: FilePair) -> tuple[bool, float]:
    return pair.verdict == Verdict.REJECTED, -pair.score


def _ranked(pairs: object, top: int) -> Iterator[FilePair]:
    """Matches ranked from 1, then rejected pairs with rank 0."""
    ordered = sorted(pairs, key=lambda pair: (*_order(pair), pair.offer.number))  # type: ignore[call-overload]
    matched = [pair for pair in ordered if pair.verdict != Verdict.REJECTED]
    for rank, pair in enumerate(matched[:top], start=1):
        yield dataclasses.replace(pair, rank=rank)
    yield from ordered[len(matched) : len(matched) + top]


def _reasons(world: World, judged: Evaluation, arrays: FileArrays, offer: Longs, need: Longs) -> list[list[str]]:
    """For each pair the rules that do not pass, worst first, and the properties behind them."""
    reasons: list[list[str]] = [[] for _pair in range(len(judged))]
    for outcome in (Outcome.FAILS, Outcome.MAY, Outcome.UNKNOWN):
        for at, column in zip(*np.nonzero(judged.outcomes == outcome), strict=True):
            if RULES[column] != Rule.SPECIFICATION:
                reasons[at].append(f"{RULES[column]}: {outcome.name.lower()}")
    problem = Problem(world.offers, world.needs, world.rules, arrays.day)
    rows = limit_rows(problem, offer, need)
    slugs = [slug for _pk, slug in arrays.known.properties]
    for at in np.flatnonzero(rows.outcome != Outcome.PASSES):
        outcome = Outcome(int(rows.outcome[at]))
        figure = "no figure" if outcome == Outcome.UNKNOWN else f"{rows.low[at]:g}–{rows.high[at]:g}"
        window = f"{rows.limit_low[at]:g}–{rows.limit_high[at]:g}".replace("-inf", "").replace("inf", "")
        source = "need" if rows.explicit[at] else "usual limit"
        reasons[rows.pair[at]].append(
            f"specification: {slugs[rows.property[at]]} {outcome.name.lower()} ({figure} against {window}, {source})"
        )
    return reasons
