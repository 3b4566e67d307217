"""What the engine is given: offers, needs and rules as checked columns.

Money is one currency per tonne, time whole days (proleptic ordinals), mass tonnes per year.
NaN means unknown in a float column, −1 means none in an index column, ±inf means unlimited.
"""

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from matching.engine.codes import Scope
from matching.engine.columns import Bytes, Flags, Floats, Floats32, Ints, Longs, Ragged, Table, column

OPEN_FROM = -(2**31)
OPEN_TO = 2**31 - 1


def _index(default: int | None = -1) -> Any:
    return column("int32", default, low=-1)


def _cap() -> Any:
    return column("float64", np.inf, low=0, inf=True)


@dataclass(frozen=True, kw_only=True)
class Ranges(Ragged):
    """Property figures of offers: low ≤ typ ≤ high, at most one entry per (offer, property)."""

    property: Ints = column("int32", low=0)
    low: Floats = column("float64")
    typ: Floats = column("float64")
    high: Floats = column("float64")

    def __post_init__(self) -> None:
        self.check_ragged()
        if (self.low > self.typ).any() or (self.typ > self.high).any():
            raise ValueError("typ: must lie between low and high")
        _check_sorted("property", self.owners(), self.property, strict=True)


@dataclass(frozen=True, kw_only=True)
class Limits(Ragged):
    """Acceptance limits of needs or of default windows, at most one entry per (owner, property).

    `low` −inf or `high` +inf leave that side open. A hard limit rejects; a soft one costs
    `deduction_per_unit` (money per tonne) for each unit the typical value lies outside.
    """

    property: Ints = column("int32", low=0)
    low: Floats = column("float64", -np.inf, inf=True)
    high: Floats = column("float64", np.inf, inf=True)
    hard: Flags = column("bool", True)
    deduction_per_unit: Floats = column("float64", 0.0, low=0)

    def __post_init__(self) -> None:
        self.check_ragged()
        if (self.low > self.high).any():
            raise ValueError("high: must not lie below low")
        _check_sorted("property", self.owners(), self.property, strict=True)


@dataclass(frozen=True, kw_only=True)
class PermitTable(Ragged):
    """Permit lines by holder, sorted by code: tonnes still free this year (inf unlimited) and the line's own number."""

    code: Ints = column("int32", low=0)
    free_t: Floats = column("float64", np.inf, low=0, inf=True)
    line: Ints = column("int32", low=0)

    def __post_init__(self) -> None:
        self.check_ragged()
        _check_sorted("code", self.owners(), self.code, strict=False)


def _check_sorted(name: str, owner: Longs, values: Ints, *, strict: bool) -> None:
    step = np.diff(values.astype(np.int64))
    same_owner = np.diff(owner) == 0
    if (same_owner & (step < int(strict))).any():
        raise ValueError(f"{name}: must {'strictly ' if strict else ''}rise within each owner")


@dataclass(frozen=True, kw_only=True)
class _Listings(Table):
    """What offers and needs have in common."""

    length_column: ClassVar[str] = "lat"

    lat: Floats = column("float64", low=-90, high=90)
    lon: Floats = column("float64", low=-180, high=180)
    quantity_t: Floats = column("float64", np.nan, above=0, nan=True)
    min_lot_t: Floats = column("float64", 0.0, low=0)
    max_lot_t: Floats = column("float64", np.inf, above=0, inf=True)
    price_per_t: Floats = column("float64", np.nan, nan=True)
    available_from: Ints = column("int32", OPEN_FROM)
    available_to: Ints = column("int32", OPEN_TO)
    firm: Ints = _index()
    park: Ints = _index()
    region: Ints = _index()
    listed: Flags = column("bool", False)
    listed_only: Flags = column("bool", False)
    scope: Bytes = column("int8", Scope.ANYWHERE, low=0, high=2)
    region_set: Ints = _index()
    max_distance_km: Floats = _cap()

    def check_listings(self) -> None:
        self.check_columns()
        if ((self.scope == Scope.REGION_SET) & (self.region_set < 0)).any():
            raise ValueError("region_set: required where scope is a region set")


@dataclass(frozen=True, kw_only=True)
class Offers(_Listings):
    """By-products on offer.

    `price_per_t` is signed: positive is paid by the taker, negative by the holder. `avoided_disposal_per_t`
    is what the holder saves. `regulated` material needs a permit line at the taker for `code`.
    """

    material: Ints = column("int32", low=0)
    avoided_disposal_per_t: Floats = column("float64", 0.0, low=0)
    code: Ints = _index()
    regulated: Flags = column("bool", False)
    hazardous: Flags = column("bool", False)
    quality_level: Bytes = column("int8", 0, low=0, high=3)
    properties: Ranges

    def __post_init__(self) -> None:
        self.check_listings()
        if len(self.properties) != len(self):
            raise ValueError(f"properties: expected {len(self)} rows, got {len(self.properties)}")

    @classmethod
    def build(cls, length: int, *, properties: Ranges | None = None, **columns: Any) -> Self:
        """Offers from the columns given; the rest take their defaults (unknown, none, unlimited)."""
        properties = Ranges.empty(length) if properties is None else properties
        return cls(properties=properties, **cls.filled(length, columns))

    def take(self, rows: Longs) -> Self:
        return type(self)(properties=self.properties.take(rows), **self.rows(rows))


@dataclass(frozen=True, kw_only=True)
class Needs(_Listings):
    """What takers want.

    `demand` is a row of `Rules.suitability`; `price_per_t` is what the taker would pay at the gate (signed);
    `permit_holder` is a row of `Rules.permits`.
    """

    demand: Ints = column("int32", low=0)
    max_landed_per_t: Floats = column("float64", np.nan, nan=True)
    permit_holder: Ints = _index()
    accepts_hazardous: Flags = column("bool", False)
    min_quality_level: Bytes = column("int8", 0, low=0, high=3)
    limits: Limits

    def __post_init__(self) -> None:
        self.check_listings()
        if len(self.limits) != len(self):
            raise ValueError(f"limits: expected {len(self)} rows, got {len(self.limits)}")

    @classmethod
    def build(cls, length: int, *, limits: Limits | None = None, **columns: Any) -> Self:
        """Needs from the columns given; the rest take their defaults (unknown, none, unlimited)."""
        limits = Limits.empty(length) if limits is None else limits
        return cls(limits=limits, **cls.filled(length, columns))

    def take(self, rows: Longs) -> Self:
        return type(self)(limits=self.limits.take(rows), **self.rows(rows))


@dataclass(frozen=True, kw_only=True)
class Haulage:
    """Cost of carrying a tonne: fixed_per_t + rate_per_t_km × road_factor × distance as the crow flies."""

    road_factor: float = 1.3
    rate_per_t_km: float = 0.5
    fixed_per_t: float = 10.0

    def __post_init__(self) -> None:
        _check_scalars(self, low=0)


@dataclass(frozen=True, kw_only=True)
class Weights:
    """Weight of each component in the score; they need not add up to one."""

    suitability: float = 0.25
    specification: float = 0.20
    distance: float = 0.20
    cost: float = 0.15
    quantity: float = 0.10
    time: float = 0.05
    quality: float = 0.05

    def __post_init__(self) -> None:
        _check_scalars(self, low=0)
        if self.total <= 0:
            raise ValueError("weights: at least one must be positive")

    @property
    def total(self) -> float:
        return float(sum(getattr(self, each.name) for each in fields(self)))


def _check_scalars(owner: Any, *, low: float) -> None:
    for each in fields(owner):
        value = getattr(owner, each.name)
        if not np.isfinite(value) or value < low:
            raise ValueError(f"{each.name}: must be finite and at least {low}")


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What is usable for what, within which windows, under which permits, at what cost.

    `suitability` [n_demands, n_materials] in 0..1, 0 meaning not usable. `window` [n_demands, n_materials]
    names a row of `default_limits` (−1 none); a need's own limit replaces the default one on the same property.
    `region_member` [n_sets, n_regions]. `economic_radius_km` [n_materials]; where it is NaN the default radius
    enters the score but nothing is cut off by it.
    """

    suitability: Floats32
    prohibited: Flags
    window: Ints
    default_limits: Limits
    region_member: Flags
    permits: PermitTable
    economic_radius_km: Floats
    default_radius_km: float = 100.0
    economic_radius_factor: float = 3.0
    haulage: Haulage = field(default_factory=Haulage)
    weights: Weights = field(default_factory=Weights)
    check_permits: bool = True
    check_listed: bool = True
    exclude_same_firm: bool = True

    def __post_init__(self) -> None:
        _check_matrix("suitability", self.suitability, "float32")
        _check_matrix("region_member", self.region_member, "bool")
        for name, dtype in (("prohibited", "bool"), ("window", "int32")):
            _check_matrix(name, getattr(self, name), dtype, self.suitability.shape)
        self._check_values()

    def _check_values(self) -> None:
        if not ((self.suitability >= 0) & (self.suitability <= 1)).all():
            raise ValueError("suitability: must lie in 0 to 1")
        if self.window.size and not -1 <= self.window.min() <= self.window.max() < len(self.default_limits):
            raise ValueError("window: must be −1 or a row of default_limits")
        radius = self.economic_radius_km
        if radius.dtype != np.float64 or radius.shape != (self.n_materials,) or (radius <= 0).any():
            raise ValueError("economic_radius_km: expected a positive or unknown float64 per material")
        if not (self.default_radius_km > 0 and self.economic_radius_factor > 0):
            raise ValueError("default_radius_km and economic_radius_factor: must be positive")

    @property
    def n_demands(self) -> int:
        return int(self.suitability.shape[0])

    @property
    def n_materials(self) -> int:
        return int(self.suitability.shape[1])

    @classmethod
    def build(cls, suitability: Any, **given: Any) -> Self:
        """Rules from a suitability matrix; the rest take their defaults (no prohibition, window, region or permit)."""
        matrix = np.asarray(suitability, dtype=np.float32)
        defaults: dict[str, Any] = {
            "prohibited": np.zeros(matrix.shape, dtype=bool),
            "window": np.full(matrix.shape, -1, dtype=np.int32),
            "default_limits": Limits.empty(0),
            "region_member": np.zeros((0, 0), dtype=bool),
            "permits": PermitTable.empty(0),
            "economic_radius_km": np.full(matrix.shape[1], np.nan),
        }
        return cls(suitability=matrix, **(defaults | given))


def _check_matrix(name: str, values: NDArray[Any], dtype: str, shape: tuple[int, ...] | None = None) -> None:
    if values.dtype != np.dtype(dtype) or values.ndim != 2:
        raise ValueError(f"{name}: expected a matrix of {dtype}")
    if shape is not None and values.shape != shape:
        raise ValueError(f"{name}: expected shape {shape}, got {values.shape}")
