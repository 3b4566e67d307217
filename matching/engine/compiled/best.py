"""Keeps the best few pairs of one owner: a heap whose root is the worst kept, k entries in a row for each owner."""

import numpy as np

from matching.engine.columns import Longs
from matching.engine.compiled.columns import Record, Records
from matching.engine.compiled.jit import compiled

# A pair as one side sees it: `other` is the other side's local row, `tie` the row that ranks equal scores.
ENTRY = np.dtype([("score", "f8"), ("tie", "i4"), ("other", "i4")])


@compiled
def _worse(a: Record, b: Record) -> bool:
    return a.score < b.score or (a.score == b.score and a.tie > b.tie)


@compiled
def _write(entries: Records, at: int, score: float, tie: int, other: int) -> None:
    entries[at].score, entries[at].tie, entries[at].other = score, tie, other


@compiled
def _swap(entries: Records, a: int, b: int) -> None:
    score, tie, other = entries[a].score, entries[a].tie, entries[a].other
    _write(entries, a, entries[b].score, entries[b].tie, entries[b].other)
    _write(entries, b, score, tie, other)


@compiled
def _sink(entries: Records, base: int, size: int) -> None:
    """Let the root sink until nothing below it is worse."""
    node = 0
    while 2 * node + 1 < size:
        child = 2 * node + 1
        if child + 1 < size and _worse(entries[base + child + 1], entries[base + child]):
            child += 1
        if not _worse(entries[base + child], entries[base + node]):
            return
        _swap(entries, base + child, base + node)
        node = child


@compiled
def _rise(entries: Records, base: int, node: int) -> None:
    while node > 0:
        parent = (node - 1) >> 1
        if not _worse(entries[base + node], entries[base + parent]):
            return
        _swap(entries, base + node, base + parent)
        node = parent


@compiled
def enter(entries: Records, sizes: Longs, k: int, owner: int, score: float, tie: int, other: int) -> None:
    """Enter a pair, pushing the worst one out where the heap is full."""
    base, size = owner * k, sizes[owner]
    if size < k:
        _write(entries, base + size, score, tie, other)
        sizes[owner] = size + 1
        _rise(entries, base, size)
        return
    root = entries[base]
    if score > root.score or (score == root.score and tie < root.tie):
        _write(entries, base, score, tie, other)
        _sink(entries, base, size)


@compiled
def floor_of(entries: Records, sizes: Longs, k: int, owner: int) -> float:
    """A score below this cannot enter; scores are not negative."""
    return entries[owner * k].score if sizes[owner] == k else 0.0


@compiled
def sort_best_first(entries: Records, base: int, size: int) -> None:
    """Turn a heap into a list, best first."""
    for end in range(size - 1, 0, -1):
        _swap(entries, base, base + end)
        _sink(entries, base, end)
