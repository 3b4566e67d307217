"""What all methods of the matching benchmark share: the market, sorted once, and what each of them returns."""

import ctypes
import gc
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import median
from time import perf_counter, process_time
from typing import Any

import numpy as np

from matching.benchmark.market import TODAY, make_market
from matching.engine import Needs, Offers, Pairs, Rules
from matching.engine.candidates import NEEDS_PER_BLOCK
from matching.engine.columns import Floats, Ints, Longs
from matching.engine.pairing import Matching
from matching.engine.problem import Problem

TOP = 20


@dataclass(frozen=True)
class Scene:
    """One market; methods read it and change nothing."""

    offers: Offers
    needs: Needs
    rules: Rules

    @classmethod
    def made(cls, seed: int, n_offers: int, n_needs: int) -> "Scene":
        return cls(*make_market(seed, n_offers, n_needs))

    @cached_property
    def problem(self) -> Problem:
        return Problem(self.offers, self.needs, self.rules, TODAY)

    @cached_property
    def matching(self) -> Matching:
        return Matching.of(self.problem)

    def candidates(self) -> tuple[Longs, Longs]:
        """First and last + 1 of every run of candidates, in the sorted views of the offers."""
        runs = self.matching.blocking.runs(np.arange(len(self.needs)))
        return runs.first, runs.last

    def n_candidates(self) -> int:
        """How many pairs a method has to look at, counted block by block."""
        needs = np.arange(len(self.needs))
        blocks = (needs[first : first + NEEDS_PER_BLOCK] for first in range(0, len(needs), NEEDS_PER_BLOCK))
        found = (self.matching.blocking.runs(block) for block in blocks)
        return sum(int((runs.last - runs.first).sum()) for runs in found)


@dataclass(frozen=True)
class Found:
    """The best pairs a method returned for some of the needs."""

    need: Longs | Ints
    offer: Longs | Ints
    score: Floats

    @classmethod
    def of(cls, pairs: Pairs) -> "Found":
        return cls(pairs.need, pairs.offer, pairs.score)

    def of_needs(self, needs: Longs) -> "Found":
        kept = np.isin(self.need, needs)
        return Found(self.need[kept], self.offer[kept], self.score[kept])

    def has_the_pairs_of(self, other: "Found") -> bool:
        return np.array_equal(self._keys(), other._keys())

    def _keys(self) -> Longs:
        return np.sort(self.need.astype(np.int64) << 32 | self.offer)


@dataclass(frozen=True)
class Measured:
    """How one method did. `seconds` by the clock and `processor_s` of this process stand for all needs, scaled up where
    only `n_needs` of them were asked about."""

    method: str
    seconds: float
    processor_s: float
    runs: list[float]
    n_needs: int
    peak_mb: float
    found: Found | None = None


def measured(method: str, run: Any, needs: Longs, n_needs: int, repeat: int) -> Measured:
    """Time a method `repeat` times on some needs; the median counts."""
    forget_peak()
    times, processor_times, found = [], [], None
    scale = n_needs / max(len(needs), 1)
    for _ in range(repeat):
        found = None  # lets go of what the run before returned
        began, processor_began = perf_counter(), process_time()
        found = run()
        processor_times.append((process_time() - processor_began) * scale)
        times.append((perf_counter() - began) * scale)
    return Measured(method, median(times), median(processor_times), times, len(needs), peak_mb(), found)


def forget_peak() -> None:
    """Give back what is free and let the peak be counted from here on; where the kernel does not offer that, it goes
    on counting from the start."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc alone has it
    if trim:
        trim(0)
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def peak_mb() -> float:
    """Peak resident memory since `forget_peak`, in MB."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    except (OSError, StopIteration):
        return getrusage(RUSAGE_SELF).ru_maxrss / 1024
