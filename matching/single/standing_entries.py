"""Lists of unequal length beside the rows of a standing index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from matching.engine.columns import Flags, Longs, ragged_arange
from matching.rows import Rows


@dataclass(frozen=True)
class Entries:
    """Columns of entries, place after place: those of place i lie from start[i] to before start[i + 1]."""

    start: Longs
    columns: Rows

    @classmethod
    def by_owner(cls, owner: Longs, keys: Longs, columns: Rows) -> Entries:
        """Entries in any order, each owned by one of `keys`, which are distinct and in any order, or by nobody."""
        place, is_ours = places_of(owner, keys)
        order = np.flatnonzero(is_ours)[np.argsort(place[is_ours], kind="stable")]
        return cls.of_sorted(place[order], len(keys), {name: values[order] for name, values in columns.items()})

    @classmethod
    def of_sorted(cls, place: Longs, n_places: int, columns: Rows) -> Entries:
        """Entries by rising place."""
        return cls(np.searchsorted(place, np.arange(n_places + 1)).astype(np.int64), columns)

    @classmethod
    def opened(cls, folder: Path, name: str, columns: Sequence[str]) -> Entries:
        return cls(mapped(folder, f"{name}-start"), {each: mapped(folder, f"{name}-{each}") for each in columns})

    def save(self, folder: Path, name: str) -> None:
        np.save(folder / f"{name}-start.npy", self.start)
        for each, values in self.columns.items():
            np.save(folder / f"{name}-{each}.npy", values)

    def counts(self, places: Longs) -> Longs:
        """How many entries each place has."""
        return self.start[places + 1] - self.start[places]

    def at(self, places: Longs) -> Rows:
        """The entries of these places, `owner` being the row among them."""
        first, counts = self.start[places], self.counts(places)
        entries = ragged_arange(first, counts)
        owner = np.repeat(np.arange(len(places)), counts)
        return {"owner": owner} | {name: values[entries] for name, values in self.columns.items()}


def mapped(folder: Path, name: str) -> np.ndarray:
    """A file as an array that reads itself from disk; no `memmap`, whose every step costs more."""
    return np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r"))


def places_of(keys: Longs, among: Longs) -> tuple[Longs, Flags]:
    """Where each key stands among others, which are distinct and in any order, and whether it does."""
    if not len(among):
        return np.zeros(len(keys), dtype=np.int64), np.zeros(len(keys), dtype=bool)
    order = np.argsort(among)
    place = order[np.minimum(np.searchsorted(among[order], keys), len(among) - 1)]
    return place, among[place] == keys
