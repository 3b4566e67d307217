"""In which order pairs of two spreadsheets come: by the engine's score, less for what was only inferred from words."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from matching.engine import Needs, Offers, Rules, evaluate, match
from matching.engine.codes import Verdict
from matching.engine.columns import Flags, Floats, Longs
from matching.engine.results import PairColumns
from matching.file_arrays import FileArrays, nowhere

MOST_EXPLAINED = 5_000_000
# What is less sure counts for less, by this part of what its share is short of one: a second reading of an offer,
# and a material that serves the use but is not what the words of the need are about.
READING_WEIGHT = 0.4
LIKENESS_WEIGHT = 0.3
UNKNOWN_DISTANCE = 0.5
# The engine is first asked for so many times the pairs wanted, since its order is not the last word, and for so many
# times more where that may have left out one of the best.
FIRST_ASKED, WIDER = 3, 4
# Pairs that one question to the engine may bring at most, where more than one need asks.
MOST_ASKED = 10_000_000


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


@dataclass(frozen=True)
class Candidates:
    """Pairs of one world, in its rows, with their scores; an offer may be in it by several readings."""

    world: World
    offer: Longs
    need: Longs
    score: Floats
    rejected: Flags

    def take(self, rows: Longs) -> Candidates:
        return Candidates(self.world, self.offer[rows], self.need[rows], self.score[rows], self.rejected[rows])


@dataclass(frozen=True)
class RankedPairs:
    """Pairs by need, matched ones before rejected ones, best first; `rank` counts both kinds from 1.

    `world` numbers the worlds, whose rows `offer` and `need` are; `offer_row` and `need_row` are rows of the files.
    """

    worlds: tuple[World, ...]
    world: Longs
    offer: Longs
    need: Longs
    offer_row: Longs
    need_row: Longs
    score: Floats
    rejected: Flags
    rank: Longs

    def __len__(self) -> int:
        return len(self.rank)

    def take(self, rows: Longs) -> RankedPairs:
        columns = {each.name: getattr(self, each.name)[rows] for each in fields(self)[1:]}
        return RankedPairs(worlds=self.worlds, **columns)


def ranked(parts: Sequence[Candidates], reading_row: Longs) -> RankedPairs:
    """Each offer by its best reading, ranked by score, then by the order of the file."""
    none = np.empty(0, dtype=np.int64)
    number, offer, need, reading, need_row = (
        np.concatenate([none, *columns]).astype(np.int64)
        for columns in (
            [np.full(len(part.offer), at) for at, part in enumerate(parts)],
            [part.offer for part in parts],
            [part.need for part in parts],
            [part.world.reading[part.offer] for part in parts],
            [part.world.need[part.need] for part in parts],
        )
    )
    score = np.concatenate([np.empty(0), *(part.score for part in parts)])
    rejected = np.concatenate([np.empty(0, dtype=bool), *(part.rejected for part in parts)])
    offer_row = reading_row[reading]
    order = np.lexsort((reading, -score, rejected, offer_row, need_row))
    order = order[_starts_group(need_row[order], offer_row[order])]
    order = order[np.lexsort((offer_row[order], -score[order], rejected[order], need_row[order]))]
    first = np.flatnonzero(_starts_group(need_row[order], rejected[order]))
    rank = np.arange(len(order)) - np.repeat(first, np.diff(np.append(first, len(order)))) + 1
    columns = (number, offer, need, offer_row, need_row, score, rejected)
    return RankedPairs(tuple(part.world for part in parts), *(column[order] for column in columns), rank)


def _starts_group(*columns: Longs | Flags) -> Flags:
    """Where a row of the sorted columns differs from the one before."""
    starts = np.zeros(len(columns[0]), dtype=bool)
    starts[:1] = True
    for column in columns:
        starts[1:] |= column[1:] != column[:-1]
    return starts


@dataclass(frozen=True)
class Search:
    """Finds the `top` best offers (0: all) of each need of a world, exactly, though the engine scores otherwise."""

    arrays: FileArrays
    top: int

    def every(self, world: World) -> Candidates:
        """All pairs, those that break a rule included."""
        n_offers, n_needs = len(world.offers), len(world.needs)
        if n_offers * n_needs > MOST_EXPLAINED:
            raise ValueError(f"{n_offers * n_needs} pairs are too many to explain; at most {MOST_EXPLAINED}")
        return self.judged(world, np.tile(np.arange(n_offers), n_needs), np.repeat(np.arange(n_needs), n_offers))

    def judged(self, world: World, offer: Longs, need: Longs) -> Candidates:
        columns = evaluate(world.offers, world.needs, world.rules, self.arrays.day, offer, need)
        return self._scored(world, columns, need)

    def best(self, world: World) -> Candidates:
        """Asks the engine for more of those needs whose best may not be among what it gave."""
        rows, asked, parts = np.arange(len(world.needs)), FIRST_ASKED * self.top, []
        most_sure = self._most_sure(world)
        while len(rows):
            asked = 0 if asked >= len(world.offers) else asked
            step = max(1, MOST_ASKED // (asked or len(world.offers)))
            found = [self._asked(world, rows[at : at + step], asked, most_sure) for at in range(0, len(rows), step)]
            parts += [part for part, _open in found]
            rows, asked = np.concatenate([still for _part, still in found]), WIDER * asked
        names = ("offer", "need", "score", "rejected")
        return Candidates(world, *(np.concatenate([getattr(part, name) for part in parts]) for name in names))

    def _asked(self, world: World, rows: Longs, asked: int, most_sure: Floats) -> tuple[Candidates, Longs]:
        """The pairs of the needs that have their best, and the needs that may have better ones."""
        pairs = match(world.offers, world.needs.take(rows), world.rules, self.arrays.day, top=asked)
        found = self._scored(world, pairs, rows[pairs.need])
        if not asked:
            return found, np.empty(0, dtype=np.int64)
        worst = np.full(len(world.needs), np.inf)
        np.minimum.at(worst, found.need, self._unweighted(world, pairs))
        is_open = np.bincount(found.need, minlength=len(worst)) >= asked
        is_open &= worst * most_sure > self._last_kept(found)
        return found.take(np.flatnonzero(~is_open[found.need])), rows[is_open[rows]]

    def _last_kept(self, found: Candidates) -> Floats:
        """By need, the score of the last of its best, −∞ where it has fewer."""
        order = ranked([found], self.arrays.reading_row)
        last = np.full(len(found.world.needs), -np.inf)
        at = np.flatnonzero(order.rank == self.top)
        last[order.need[at]] = order.score[at]
        return last

    def _scored(self, world: World, columns: PairColumns, need: Longs) -> Candidates:
        offer = columns.offer.astype(np.int64)
        score = self._unweighted(world, columns) * self._sureness(world, offer, need)
        return Candidates(world, offer, need, score, columns.verdict == Verdict.REJECTED)

    def _unweighted(self, world: World, columns: PairColumns) -> Floats:
        """The engine's score; a distance that is not known counts one half."""
        if world.placed:
            return columns.score
        weights = world.rules.weights
        known = columns.distance.astype(np.float64) - UNKNOWN_DISTANCE
        return columns.score - weights.distance / weights.total * known

    def _sureness(self, world: World, offer: Longs, need: Longs) -> Floats:
        reading = world.reading[offer]
        likeness = self.arrays.likeness(world.need[need], self.arrays.reading_material[reading])
        return _weighted(self.arrays.reading_share[reading], likeness)

    def _most_sure(self, world: World) -> Floats:
        """By need, the most that any reading of an offer there is can be."""
        likest = self.arrays.likest(np.unique(self.arrays.reading_material[world.reading]))[world.need]
        return _weighted(np.ones(len(likest)), likest)


def _weighted(share: Floats, likeness: Floats) -> Floats:
    return (1 - READING_WEIGHT * (1 - share)) * (1 - LIKENESS_WEIGHT * (1 - likeness))
