"""Who works chunks off on this machine. All give the same results, in whatever order they are done."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context
from queue import SimpleQueue
from typing import Protocol

from matching.dealing.places import Unavailable
from matching.dealing.working import Task, best_of_chunk
from matching.engine.stored.best import Chunk

Done = tuple[Chunk, bytes]
# A chunk that outlives this many workers is not worked off again.
MOST_DEATHS = 3
# Handed out ahead of those in work, so that nobody waits for the one who deals.
AHEAD = 2


class Workers(Protocol):
    def deal(self, task: Task, chunks: Iterable[Chunk]) -> Iterator[Done]:
        """The result of every chunk, as they come."""

    def __str__(self) -> str: ...


def processors() -> int:
    """Those this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def embedded(kind: str, count: int | None = None) -> Workers:
    """Workers for an index of this kind. Compiled code runs beside itself in one process, NumPy hardly does."""
    count = count or processors()
    if count == 1:
        return Alone()
    return Threads(count) if kind == "compiled" else Processes(count)


@dataclass(frozen=True)
class Alone:
    """No workers: this very process, chunk after chunk."""

    def deal(self, task: Task, chunks: Iterable[Chunk]) -> Iterator[Done]:
        for chunk in chunks:
            yield chunk, best_of_chunk(task, chunk)

    def __str__(self) -> str:
        return "this process alone"


@dataclass(frozen=True)
class Threads:
    """Threads of this process, which share one mapping of the index."""

    count: int

    def deal(self, task: Task, chunks: Iterable[Chunk]) -> Iterator[Done]:
        yield from _dealt(self.count, lambda chunk: best_of_chunk(task, chunk), chunks)

    def __str__(self) -> str:
        return f"{self.count} threads"


@dataclass(frozen=True)
class Processes:
    """Processes of this machine. One that dies is replaced and costs the chunk it had in hand, which is done again."""

    count: int

    def deal(self, task: Task, chunks: Iterable[Chunk]) -> Iterator[Done]:
        with _hands(self.count) as hands:
            yield from _dealt(self.count, lambda chunk: _by_any(hands, task, chunk), chunks)

    def __str__(self) -> str:
        return f"{self.count} processes"


@dataclass
class _Hand:
    """One process at a time. A pool of one breaks alone, where a pool of many would take all chunks in hand with it."""

    pool: ProcessPoolExecutor = field(default_factory=lambda: _pool_of_one())

    def work(self, task: Task, chunk: Chunk) -> bytes:
        for _ in range(MOST_DEATHS):
            try:
                return self.pool.submit(best_of_chunk, task, chunk).result()
            except BrokenProcessPool:
                self.pool.shutdown(wait=False)
                self.pool = _pool_of_one()
        raise Unavailable(f"Chunk {chunk.number} was given up: {MOST_DEATHS} workers died over it.")


def _pool_of_one() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))  # a fork would inherit connections and locks


@contextmanager
def _hands(count: int) -> Iterator[SimpleQueue[_Hand]]:
    made = [_Hand() for _ in range(count)]
    free: SimpleQueue[_Hand] = SimpleQueue()
    for hand in made:
        free.put(hand)
    try:
        yield free
    finally:
        for hand in made:
            hand.pool.shutdown(wait=False, cancel_futures=True)


def _by_any(hands: SimpleQueue[_Hand], task: Task, chunk: Chunk) -> bytes:
    hand = hands.get()
    try:
        return hand.work(task, chunk)
    finally:
        hands.put(hand)


def _dealt(count: int, work: Callable[[Chunk], bytes], chunks: Iterable[Chunk]) -> Iterator[Done]:
    """Results as they come; a few chunks more than there are workers are handed out at any time."""
    left = iter(chunks)
    with ThreadPoolExecutor(count) as pool:
        waiting: dict[Future[bytes], Chunk] = {}
        try:
            while True:
                for chunk in islice(left, count + AHEAD - len(waiting)):
                    waiting[pool.submit(work, chunk)] = chunk
                if not waiting:
                    return
                for done in wait(waiting, return_when=FIRST_COMPLETED).done:
                    yield waiting.pop(done), done.result()
        finally:
            for future in waiting:
                future.cancel()
