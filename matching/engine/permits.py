"""Permit lines looked up by (holder, code)."""

from dataclasses import dataclass

import numpy as np

from matching.engine.arrays import PermitTable
from matching.engine.columns import Floats, Ints, Longs

# Up to this many cells (4 bytes each) a full table of holders × codes is quicker than a binary search.
MOST_CELLS = 1 << 24


@dataclass(frozen=True)
class PermitKeys:
    """Of each (holder, code) the line with most tonnes free, the first of equals; the last row stands for no line.

    `key` is holder × n_codes + code, rising. `cells`, where small enough to be made, gives the row by key.
    """

    n_codes: int
    key: Longs
    free_t: Floats
    line: Ints
    cells: Ints | None

    @classmethod
    def of(cls, table: PermitTable, codes: Ints) -> "PermitKeys":
        n_codes = 1 + max((int(column.max()) for column in (table.code, codes) if column.size), default=0)
        key = table.owners() * n_codes + table.code
        order = np.lexsort((-table.free_t, key))
        best = order[np.diff(key[order], prepend=-1) > 0]
        free_t, line = np.append(table.free_t[best], 0.0), np.append(table.line[best], np.int32(-1))
        return cls(n_codes, key[best], free_t, line, _cells(key[best], len(table) * n_codes))

    def rows(self, holder: Ints, code: Ints) -> Longs | Ints:
        """The row of each (holder, code), both known or −1."""
        none = len(self.key)
        if not none:
            return np.zeros(len(code), dtype=np.int64)
        wanted = holder * np.int64(self.n_codes)
        wanted += code
        np.maximum(wanted, 0, out=wanted)
        rows = self._found(wanted) if self.cells is None else self.cells[wanted]
        rows[(holder < 0) | (code < 0)] = none
        return rows

    def _found(self, wanted: Longs) -> Longs:
        rows = np.searchsorted(self.key, wanted)
        missing = self.key[np.minimum(rows, len(self.key) - 1)] != wanted
        rows[missing] = len(self.key)
        return rows


def _cells(key: Longs, size: int) -> Ints | None:
    if size > MOST_CELLS:
        return None
    cells = np.full(size, len(key), dtype=np.int32)
    cells[key] = np.arange(len(key), dtype=np.int32)
    return cells
