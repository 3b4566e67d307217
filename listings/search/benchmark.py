"""Ten typical questions, each put to a backend many times with other particulars: how long half and 95 in 100 take."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np

from .backend import Backend
from .benchmark_market import TODAY, Market, Town
from .query import Box, Level, Place, SearchQuery, Sort

WARM_UP, RUNS = 8, 40
LATIN = ("gypsum", "fly ash", "slag", "sludge", "plastic", "dust", "catalyst", "timber", "rubber", "silo truck")
HAN = ("石膏", "粉煤灰", "钢渣", "污泥", "废铝", "塑料", "木材", "吨袋包装", "北京", "脱硫石膏")
MISSPELT = (
    "gypsun",
    "aluminim",
    "catalist",
    "plastik",
    "slugde",
    "rubbre",
    "furnance",
    "limestome",
    "sulfer",
    "timbre",
)
Dice: TypeAlias = random.Random
Question: TypeAlias = Callable[[Dice, Market], SearchQuery]


@dataclass(frozen=True)
class Timing:
    """`p50_ms`, `p95_ms`: milliseconds that 50 and 95 of 100 questions take at most; `hits` the mean total."""

    backend: str
    query: str
    p50_ms: float
    p95_ms: float
    hits: int


def _asked(dice: Dice, **particulars: object) -> SearchQuery:
    level = dice.choice((Level.VISITOR, Level.MEMBER))
    return SearchQuery(today=TODAY, level=level, page=dice.randrange(1, 5), **particulars)  # type: ignore[arg-type]


def _town(dice: Dice, market: Market) -> Town:
    return dice.choice(market.towns[:400])


def _near(dice: Dice, market: Market) -> Place:
    town = _town(dice, market)
    return Place(town.latitude + dice.uniform(-0.1, 0.1), town.longitude + dice.uniform(-0.1, 0.1))


def _all(dice: Dice, market: Market) -> SearchQuery:
    return _asked(dice, kind=dice.choice(("", "offer", "need")))


def _word(words: tuple[str, ...], dice: Dice, market: Market) -> SearchQuery:
    return _asked(dice, words=dice.choice(words))


def _within(radius_km: float, dice: Dice, market: Market) -> SearchQuery:
    return _asked(dice, near=_near(dice, market), radius_km=radius_km, sort=Sort.DISTANCE)


def _word_within(dice: Dice, market: Market) -> SearchQuery:
    radius_km = dice.choice((50, 100, 200, 400))
    return _asked(dice, words=dice.choice(LATIN + HAN), near=_near(dice, market), radius_km=radius_km)


def _family_in_region(dice: Dice, market: Market) -> SearchQuery:
    province = _town(dice, market).province
    regions = frozenset(town.key for town in market.towns if town.province == province)
    return _asked(dice, chosen={"family": frozenset({dice.choice(market.subjects).family})}, regions=regions)


def _by_distance(dice: Dice, market: Market) -> SearchQuery:
    return _asked(dice, near=_near(dice, market), sort=Sort.DISTANCE)


def _map(dice: Dice, market: Market) -> SearchQuery:
    place, across = _near(dice, market), 360 / 2 ** dice.randrange(3, 11)
    south, west = max(place.latitude - across / 2, -85), place.longitude - across / 2
    return _asked(dice, box=Box(south, west, min(south + across, 85), west + across))


QUESTIONS: dict[str, Question] = {
    "browse all": _all,
    "latin word": partial(_word, LATIN),
    "han word": partial(_word, HAN),
    "within 50 km": partial(_within, 50),
    "within 200 km": partial(_within, 200),
    "word and radius": _word_within,
    "family and region": _family_in_region,
    "all by distance": _by_distance,
    "misspelt word": partial(_word, MISSPELT),
    "map clusters": _map,
}


def time_backend(backend: Backend, name: str, runs: int = RUNS) -> Iterator[Timing]:
    market = Market()
    for question, make in QUESTIONS.items():
        dice = random.Random(question)  # noqa: S311
        for _ in range(WARM_UP):
            _ask(backend, make(dice, market))
        timed = [_timed(backend, make(dice, market)) for _ in range(runs)]
        spent_ms = [each for each, _number in timed]
        p50_ms, p95_ms = (round(float(value), 1) for value in np.percentile(spent_ms, (50, 95)))
        yield Timing(name, question, p50_ms, p95_ms, round(sum(number for _each, number in timed) / runs))


def _timed(backend: Backend, query: SearchQuery) -> tuple[float, int]:
    start = time.perf_counter()
    number = _ask(backend, query)
    return (time.perf_counter() - start) * 1_000, number


def _ask(backend: Backend, query: SearchQuery) -> int:
    """A map asks for its clusters, a page for hits, total and all facet counts."""
    if query.box is None:
        return backend.find(query).total
    zoom = round(np.log2(360 / (query.box.east - query.box.west))) + 2
    return sum(cluster.offers + cluster.needs for cluster in backend.clusters(query, int(zoom)))
