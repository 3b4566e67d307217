"""Typed columns: how a dataclass of equal-length arrays declares, fills and checks them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
Ints = NDArray[np.int32]
Bytes = NDArray[np.int8]
Longs = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Column:
    """What a column may hold. `nan` and `inf` allow unknown and unlimited; the rest bound known values."""

    dtype: str
    default: float | bool | None = None
    low: float = -np.inf
    high: float = np.inf
    above: float | None = None
    nan: bool = False
    inf: bool = False


def column(dtype: str, default: float | bool | None = None, **limits: Any) -> Any:
    """Declare a column; one with a default may be left out of `build`."""
    return field(metadata={"column": Column(dtype, default, **limits)})


def check_column(name: str, values: object, spec: Column, shape: tuple[int, ...]) -> None:
    """Raise ValueError, naming the column, unless `values` is an array that fits its declaration."""
    if not isinstance(values, np.ndarray) or values.dtype != np.dtype(spec.dtype):
        raise ValueError(f"{name}: expected an array of {spec.dtype}, got {getattr(values, 'dtype', type(values))}")
    if values.shape != shape:
        raise ValueError(f"{name}: expected shape {shape}, got {values.shape}")
    if values.dtype.kind == "b" or not values.size:
        return
    least, most = (np.fmin.reduce(values), np.fmax.reduce(values)) if spec.nan else (values.min(), values.max())
    if not spec.nan and np.isnan(least):
        raise ValueError(f"{name}: unknown values are not allowed")
    if not spec.inf and (np.isinf(least) or np.isinf(most)):
        raise ValueError(f"{name}: infinite values are not allowed")
    if least < spec.low or most > spec.high:
        raise ValueError(f"{name}: value out of range")
    if spec.above is not None and least <= spec.above:
        raise ValueError(f"{name}: must lie above {spec.above}")


def column_specs(owner: type) -> dict[str, Column]:
    """The declared columns of a dataclass, in order."""
    return _column_specs(owner)


@cache
def _column_specs(owner: Any) -> dict[str, Column]:
    return {each.name: each.metadata["column"] for each in fields(owner) if "column" in each.metadata}


@dataclass(frozen=True, kw_only=True)
class Table:
    """Columns of equal length, one row per listing; the first column tells the length."""

    length_column: ClassVar[str]

    def __len__(self) -> int:
        return len(getattr(self, self.length_column))

    def check_columns(self) -> None:
        for name, spec in column_specs(type(self)).items():
            check_column(name, getattr(self, name), spec, (len(self),))

    @classmethod
    def filled(cls, length: int, given: Mapping[str, Any]) -> dict[str, Any]:
        """Columns of `length` rows: those given, made arrays, and the defaults of the rest."""
        specs = column_specs(cls)
        known = {each.name for each in fields(cls)}
        if unknown := sorted(set(given) - known):
            raise ValueError(f"no such column: {', '.join(unknown)}")
        return {name: _column_values(name, spec, length, given) for name, spec in specs.items()}

    def rows(self, rows: Longs) -> dict[str, Any]:
        """Every column at the given rows."""
        return {name: getattr(self, name)[rows] for name in column_specs(type(self))}


def _column_values(name: str, spec: Column, length: int, given: Mapping[str, Any]) -> NDArray[Any]:
    value = given.get(name, spec.default)
    if value is None:
        raise ValueError(f"{name}: required column is missing")
    if isinstance(value, np.ndarray) and value.shape == (length,):
        return value.astype(spec.dtype)
    return np.broadcast_to(np.asarray(value, dtype=spec.dtype), (length,)).copy()


@dataclass(frozen=True, kw_only=True)
class Ragged:
    """Rows of unequal length, one list per owner: owner i has entries start[i] to start[i + 1]."""

    start: Longs

    def __len__(self) -> int:
        return len(self.start) - 1

    def check_ragged(self) -> None:
        specs = column_specs(type(self))
        size = len(getattr(self, next(iter(specs))))
        start = self.start
        if not isinstance(start, np.ndarray) or start.dtype != np.int64 or start.ndim != 1 or not start.size:
            raise ValueError("start: expected a non-empty one-dimensional array of int64")
        if start[0] != 0 or start[-1] != size or (np.diff(start) < 0).any():
            raise ValueError(f"start: must rise from 0 to {size}")
        for name, spec in specs.items():
            check_column(name, getattr(self, name), spec, (size,))

    def owners(self) -> Longs:
        """The owner of each entry."""
        return np.repeat(np.arange(len(self), dtype=np.int64), np.diff(self.start))

    @classmethod
    def empty(cls, owners: int) -> Self:
        columns = {name: np.empty(0, dtype=spec.dtype) for name, spec in column_specs(cls).items()}
        return cls(start=np.zeros(owners + 1, dtype=np.int64), **columns)

    @classmethod
    def from_columns(cls, owners: int, *, owner: Any, **given: Any) -> Self:
        """Build from entries in any order; those of one owner end up sorted by their first column."""
        owner = np.asarray(owner, dtype=np.int64)
        if owner.size and (owner.min() < 0 or owner.max() >= owners):
            raise ValueError(f"owner: must lie in 0 to {owners - 1}")
        values = {name: _column_values(name, spec, len(owner), given) for name, spec in column_specs(cls).items()}
        order = np.lexsort((next(iter(values.values())), owner))
        start = np.searchsorted(owner[order], np.arange(owners + 1)).astype(np.int64)
        return cls(start=start, **{name: value[order] for name, value in values.items()})

    def take(self, rows: Longs) -> Self:
        """The lists of the given owners, in their order."""
        counts = self.start[rows + 1] - self.start[rows]
        start = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        entries = ragged_arange(self.start[rows], counts)
        columns = {name: getattr(self, name)[entries] for name in column_specs(type(self))}
        return type(self)(start=start, **columns)


def ragged_arange(first: Longs, counts: Longs) -> Longs:
    """Concatenate the ranges first[i] … first[i] + counts[i] − 1.

    >>> ragged_arange(np.array([5, 9]), np.array([2, 3])).tolist()
    [5, 6, 9, 10, 11]
    """
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    positions = np.arange(total, dtype=np.int64)
    positions += np.repeat(first - (ends - counts), counts)
    return positions
