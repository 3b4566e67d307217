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
def _move(entries: Records, at: int, to: int) -> None:
    _write(entries, to, entries[at].score, entries[at].tie, entries[at].other)


@compiled
def _sink(entries: Records, base: int, size: int, score: float, tie: int, other: int) -> None:
    """Put an entry where nothing below it is worse, starting from a vacant root."""
    node = 0
    while 2 * node + 1 < size:
        child = 2 * node + 1
        if child + 1 < size and _worse(entries[base + child + 1], entries[base + child]):
            child += 1
        least = entries[base + child]
        if score < least.score or (score == least.score and tie >= least.tie):
            break
        _move(entries, base + child, base + node)
        node = child
    _write(entries, base + node, score, tie, other)


@compiled
def _rise(entries: Records, base: int, node: int, score: float, tie: int, other: int) -> None:
    """Put an entry where nothing above it is better, starting from a vacant leaf."""
    while node > 0:
        parent = (node - 1) >> 1
        above = entries[base + parent]
        if score > above.score or (score == above.score and tie <= above.tie):
            break
        _move(entries, base + parent, base + node)
        node = parent
    _write(entries, base + node, score, tie, other)


@compiled
def enter(entries: Records, sizes: Longs, k: int, owner: int, score: float, tie: int, other: int) -> None:
    """Enter a pair, pushing the worst one out where the heap is full."""
    base, size = owner * k, sizes[owner]
    if size < k:
        sizes[owner] = size + 1
        _rise(entries, base, size, score, tie, other)
        return
    root = entries[base]
    if score > root.score or (score == root.score and tie < root.tie):
        _sink(entries, base, size, score, tie, other)


@compiled
def floor_of(entries: Records, sizes: Longs, k: int, owner: int) -> float:
    """A score below this cannot enter; scores are not negative."""
    return entries[owner * k].score if sizes[owner] == k else 0.0


@compiled
def sort_best_first(entries: Records, base: int, size: int) -> None:
    """Turn a heap into a list, best first."""
    for end in range(size - 1, 0, -1):
        last = entries[base + end]
        score, tie, other = last.score, last.tie, last.other
        _move(entries, base, base + end)
        _sink(entries, base, end, score, tie, other)
