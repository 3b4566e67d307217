"""How evenly a full re-match would load many machines: chunks dealt in order, or shards by family or province.

Nothing of this size is matched. Of the made-up market (`market.Market`) only what it draws from is taken: shares of
materials, demands and parks, places of the parks, who can use what within which radius. The expected candidates of a
need follow from these; what a need and a candidate cost is measured on a small market of the same kind.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from heapq import heapify, heapreplace
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls
from scipy.stats import ncx2

from matching.benchmark.market import TODAY, Market
from matching.benchmark.scene import TOP, Scene
from matching.engine.columns import Floats, Longs
from matching.engine.pairing import Matching
from matching.engine.stored.best import chunks_of
from matching.engine.stored.prepared import prepare

LISTINGS = 10_000_000
MACHINES = (2, 4, 8, 16, 32, 64)
CHUNK_NEEDS = 4096
SAMPLE = 100_000
SAMPLE_CHUNK = 1024
N_FAMILIES = 21  # as many as the materials table has at its top
SPREAD_KM = 25.0  # σ of places around their park, in the market
EARTH_KM = 6371.0
Say = Callable[[str], None]


@dataclass(frozen=True)
class Cost:
    """Seconds of one processor core, and how the modelled candidates of the sample compare with those counted."""

    per_need: float
    per_candidate: float
    modelled_per_counted: float


@dataclass(frozen=True)
class Load:
    """Needs of equal demand and park, in the order they are worked off in: how many, and seconds for each."""

    demand: Longs
    park: Longs
    needs: Floats
    seconds: Floats

    @property
    def total(self) -> float:
        return float(self.needs @ self.seconds)


def simulate(listings: int, seed: int, say: Say) -> dict[str, Any]:
    """Load of the busiest machine over the mean, for each way of dividing and each number of machines."""
    market = Market(seed)
    market_rules = market.rules()
    cost = measured_cost(seed)
    say(f"a need takes {cost.per_need * 1e6:.1f} µs and {cost.per_candidate * 1e9:.1f} ns for each candidate")
    load = _load(market, market_rules, listings, cost)
    chunks = _chunk_seconds(load)
    family = market.random.integers(0, N_FAMILIES, market.n_demands)
    ways = {
        "dealt": [dealt(chunks, each) for each in MACHINES],
        "by_family": [sharded(load, family[load.demand], each) for each in MACHINES],
        "by_province": [sharded(load, market.park_region[load.park], each) for each in MACHINES],
    }
    return {
        "listings": listings,
        "seed": seed,
        "chunks": len(chunks),
        "core_hours": load.total / 3600,
        "longest_chunk_s": float(chunks.max()),
        "cost": vars(cost),
        "machines": list(MACHINES),
        "balance": ways,
    }


def table(result: dict[str, Any]) -> list[str]:
    ways = result["balance"]
    lines = [
        f"{result['listings']} offers × {result['listings']} needs, {result['chunks']} chunks, "
        f"{result['core_hours']:.1f} core hours, longest chunk {result['longest_chunk_s']:.1f} s",
        "busiest machine over the mean (1 is perfect)",
        f"{'machines':>8} {'dealt':>8} {'family':>8} {'province':>9}",
    ]
    rows = zip(result["machines"], ways["dealt"], ways["by_family"], ways["by_province"], strict=True)
    return lines + [
        f"{number:8} {dealt:8.3f} {family:8.1f} {province:9.1f}" for number, dealt, family, province in rows
    ]


# --- what it costs ----------------------------------------------------------------------------------------------------


def measured_cost(seed: int) -> Cost:
    """Time every chunk of a real market on one core and divide the time over needs and candidates."""
    scene = Scene.made(seed, SAMPLE, SAMPLE)
    index = prepare(scene.offers, scene.needs, scene.rules, TODAY)
    chunks = chunks_of(SAMPLE, SAMPLE_CHUNK)
    index.best(chunks[0], TOP, "need")  # compiles
    seconds = [_timed(partial(index.best, chunk, TOP, "need")) for chunk in chunks]
    counted = _counted(scene.matching, len(chunks))
    facts = np.stack((np.array([chunk.last - chunk.first for chunk in chunks], dtype=float), counted), axis=1)
    (per_need, per_candidate), _rest = nnls(facts, np.array(seconds))
    market = Market(seed)
    expected = _needs(market, SAMPLE).ravel() @ _candidates(market, market.rules(), SAMPLE).ravel()
    return Cost(float(per_need), float(per_candidate), float(expected / counted.sum()))


def _timed(work: Callable[[], Any]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def _counted(matching: Matching, n_chunks: int) -> Floats:
    """Candidates of each chunk, as the engine looks them up."""
    runs = matching.blocking.runs(np.arange(len(matching.problem.needs)))
    counted: Floats = np.zeros(n_chunks)
    np.add.at(counted, runs.need // SAMPLE_CHUNK, runs.last - runs.first)
    return counted


# --- what there would be ----------------------------------------------------------------------------------------------


def _zipf(kinds: int) -> Floats:
    share = 1 / np.arange(1, kinds + 1)
    return np.asarray(share / share.sum())


def _needs(market: Market, listings: int) -> Floats:
    """Needs expected [n_demands, n_parks]."""
    return listings * np.outer(_zipf(market.n_demands), _zipf(market.n_parks))


def _candidates(market: Market, rules: Any, listings: int) -> Floats:
    """Candidates expected of one need [n_demands, n_parks]: offers it can use within three economic radii."""
    usable = (rules.suitability > 0) & ~rules.prohibited
    found = np.zeros((market.n_demands, market.n_parks))
    for radius_km in np.unique(rules.economic_radius_km):
        alike = rules.economic_radius_km == radius_km
        offers = listings * usable[:, alike] @ _zipf(market.n_materials)[alike]
        near = _within(market, radius_km * rules.economic_radius_factor) @ _zipf(market.n_parks)
        found += np.outer(offers, near)
    return found


def _within(market: Market, reach_km: float) -> Floats:
    """How likely listings of two parks lie within reach [n_parks, n_parks].

    Both scatter by σ in each direction, so the square of their distance over 2σ² is χ² about that of the parks.
    """
    lat, lon = np.radians(market.park_lat), np.radians(market.park_lon)
    north = EARTH_KM * (lat[:, None] - lat)
    east = EARTH_KM * np.cos((lat[:, None] + lat) / 2) * (lon[:, None] - lon)
    variance = 2 * SPREAD_KM**2
    return np.asarray(ncx2.cdf(reach_km**2 / variance, 2, (north**2 + east**2) / variance))


def _load(market: Market, rules: Any, listings: int, cost: Cost) -> Load:
    demand, park = (each.ravel() for each in np.indices((market.n_demands, market.n_parks)))
    order = np.lexsort((market.park_lon[park], np.floor(market.park_lat[park]), demand))
    candidates = _candidates(market, rules, listings).ravel() / cost.modelled_per_counted
    seconds = cost.per_need + cost.per_candidate * candidates
    return Load(demand[order], park[order], _needs(market, listings).ravel()[order], seconds[order])


# --- who gets what ----------------------------------------------------------------------------------------------------


def _chunk_seconds(load: Load) -> Floats:
    """Seconds of each chunk of needs in order."""
    needs = np.append(0.0, np.cumsum(load.needs))
    seconds = np.append(0.0, np.cumsum(load.needs * load.seconds))
    edges = np.append(np.arange(0.0, needs[-1], CHUNK_NEEDS), needs[-1])
    return np.diff(np.interp(edges, needs, seconds))


def dealt(seconds: Floats, machines: int) -> float:
    """Each piece in turn goes to whoever is free first; the last to finish, over the mean."""
    free = [0.0] * machines
    heapify(free)
    for each in seconds.tolist():
        heapreplace(free, free[0] + each)
    return max(free) * machines / float(seconds.sum())


def sharded(load: Load, shard: NDArray[Any], machines: int) -> float:
    """Whole shards, the heaviest first, each to the machine with least: the best one can do without cutting them."""
    seconds: Floats = np.zeros(int(shard.max()) + 1)
    np.add.at(seconds, shard, load.needs * load.seconds)
    return dealt(np.sort(seconds)[::-1], machines)
