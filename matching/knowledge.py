"""What the reference tables know, as arrays: which material serves which use, within which windows, how far."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
from django.db import connection

from listings.models import HaulageRate, Material, MaterialUse, Property, Use, UseLimit
from marketplace.firms.models import Region, RegionMember
from marketplace.units import convert_money
from matching.bases import UsualBases
from matching.engine.arrays import Haulage, Limits
from matching.engine.columns import Flags, Floats, Floats32, Ints, Longs
from matching.regions import Regions

REREAD_SECONDS = 60
MATERIAL_USE = ("pk", "use", "material", "suitability", "prohibited")
PROPERTY = ("pk", "slug", "unit", "basis_default", "min_value", "max_value")
COUNT, LAST = "COUNT(*)", "MAX(id)"
EXTENT = (
    (COUNT, Material), (LAST, Material), (COUNT, Property), (LAST, Property), (LAST, Region), (LAST, RegionMember),
)  # fmt: skip
STAMP = "(SELECT MAX(stamp) FROM listings_referencestamp)"
DEFAULT_ROAD = Haulage()
NO_PAIR = -1


@dataclass(frozen=True)
class UseRow:
    """The materials of one use: `material` rows with their suitability, prohibition and window (−1 none)."""

    material: Ints
    suitability: Floats32
    prohibited: Flags
    window: Ints


@dataclass(frozen=True)
class MaterialRow:
    pk: int
    slug: str
    parent_pk: int | None
    radius_km: float


@dataclass(frozen=True, eq=False)
class Knowledge:
    """Rows stand for materials in `materials` order; properties likewise in `properties` (pk, slug) order.

    `operations` holds the operation of each use, by keys, None where it has none.
    """

    materials: tuple[MaterialRow, ...]
    properties: tuple[tuple[int, str], ...]
    bases: UsualBases
    uses: dict[int, UseRow]
    use_slugs: dict[str, int]
    operations: dict[int, int | None]
    windows: Limits
    road_rates: dict[str, tuple[Any, ...]]
    regions: Regions

    @cached_property
    def row_of(self) -> dict[int, int]:
        return {material.pk: row for row, material in enumerate(self.materials)}

    @cached_property
    def row_of_slug(self) -> dict[str, int]:
        return {material.slug: row for row, material in enumerate(self.materials)}

    @cached_property
    def property_of(self) -> dict[int, int]:
        return {pk: row for row, (pk, _slug) in enumerate(self.properties)}

    @cached_property
    def material_rows(self) -> Longs:
        """`row_of` as an array by key, −1 where there is no such material."""
        return _by_key(self.row_of)

    @cached_property
    def property_rows(self) -> Longs:
        """`property_of` likewise."""
        return _by_key(self.property_of)

    @cached_property
    def property_of_slug(self) -> dict[str, int]:
        return {slug: row for row, (_pk, slug) in enumerate(self.properties)}

    @cached_property
    def radius_km(self) -> Floats:
        return np.array([material.radius_km for material in self.materials], dtype=np.float64)

    def road_haulage(self, country: str, currency: str) -> Haulage:
        """Road haulage rates of a country in `currency`; the engine's defaults where none is known."""
        rate = self.road_rates.get(country) or self.road_rates.get("")
        if rate is None:
            return DEFAULT_ROAD
        rate_currency, fixed_per_t, rate_per_t_km, road_factor = rate
        return Haulage(
            road_factor=float(road_factor),
            rate_per_t_km=float(convert_money(rate_per_t_km, rate_currency, currency)),
            fixed_per_t=float(convert_money(fixed_per_t, rate_currency, currency)),
        )

    @cached_property
    def demand_rows(self) -> dict[Any, Any]:
        """What `demands.demand_row` has made of this knowledge."""
        return {}

    @cached_property
    def _uses_of(self) -> dict[int, tuple[int, ...]]:
        found: dict[int, list[int]] = defaultdict(list)
        for use, rows in self.uses.items():
            for material in rows.material[rows.suitability > 0].tolist():
                found[material].append(use)
        return {material: tuple(uses) for material, uses in found.items()}

    def uses_of(self, row: int) -> tuple[int, ...]:
        """Keys of the uses that a material serves."""
        return self._uses_of.get(row, ())

    @cached_property
    def _children(self) -> dict[int, list[int]]:
        children: dict[int, list[int]] = defaultdict(list)
        for row, material in enumerate(self.materials):
            if material.parent_pk is not None:
                children[self.row_of[material.parent_pk]].append(row)
        return children

    def descendants(self, row: int) -> list[int]:
        """The row itself and every material below it."""
        found = [row]
        for position in found:
            found.extend(self._children.get(position, ()))
        return found

    def ancestors(self, row: int) -> list[int]:
        found: list[int] = []
        parent = self.materials[row].parent_pk
        while parent is not None:
            found.append(self.row_of[parent])
            parent = self.materials[found[-1]].parent_pk
        return found

    def keys_below(self, material: int) -> list[int]:
        """Keys of a material and all below it."""
        return [self.materials[row].pk for row in self.descendants(self.row_of[material])]

    def keys_above(self, material: int) -> list[int]:
        """Keys of a material and its families, the nearest first."""
        row = self.row_of[material]
        return [self.materials[each].pk for each in (row, *self.ancestors(row))]


def _by_key(rows: Mapping[int, int]) -> Longs:
    found = np.full(max(rows, default=-1) + 1, -1, dtype=np.int64)
    found[list(rows)] = list(rows.values())
    return found


def knowledge() -> Knowledge:
    """The reference tables as of now; what was written past the back office and loads within a minute."""
    return _knowledge_at(int(time.monotonic() // REREAD_SECONDS), _extent())


@lru_cache(maxsize=1)
def _knowledge_at(minute: int, extent: tuple[Any, ...]) -> Knowledge:
    """Comparing whole tables with those before takes its time, so it is done when they were read, not at every call."""
    return _knowledge_of(_tables_at(minute, extent))


def _extent() -> tuple[Any, ...]:
    """How far the tables go that are made anew most often, and the stamp of edits and loads, in one query."""
    parts = (f"(SELECT {what} FROM {model._meta.db_table})" for what, model in EXTENT)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join((*parts, STAMP))}")
        return tuple(cursor.fetchone())


def forget() -> None:
    """Read the tables anew at the next call: after loading or editing them in this process."""
    _knowledge_at.cache_clear()
    _tables_at.cache_clear()


class Tables(NamedTuple):
    """The reference tables as read; where nothing changed they equal those before, and so does what is made of them."""

    materials: tuple[tuple[int, str, int | None, Decimal | None], ...]
    properties: tuple[tuple[Any, ...], ...]
    uses: tuple[tuple[str, int, int | None], ...]
    pairs: tuple[tuple[int, int, int, Decimal, bool], ...]
    limits: tuple[tuple[int, int, float | None, float | None, bool], ...]
    road_rates: tuple[tuple[Any, ...], ...]
    regions: tuple[tuple[Any, ...], ...]
    members: tuple[tuple[int, int], ...]


@lru_cache(maxsize=1)
def _tables_at(_minute: int, _extent: tuple[Any, ...]) -> Tables:
    limits = UseLimit.objects.order_by("material_use", "property")
    rates = HaulageRate.objects.filter(mode="road").order_by("-pk")
    return Tables(
        tuple(Material.objects.order_by("slug").values_list("pk", "slug", "parent", "economic_radius_km")),
        tuple(Property.objects.order_by("slug").values_list(*PROPERTY)),
        tuple(Use.objects.order_by("pk").values_list("slug", "pk", "operation")),
        tuple(MaterialUse.objects.order_by("use", "material").values_list(*MATERIAL_USE)),
        tuple(limits.values_list("material_use", "property", "minimum", "maximum", "hard")),
        tuple(rates.values_list("country", "currency", "fixed_per_t", "rate_per_t_km", "road_factor")),
        tuple(Region.objects.order_by("pk").values_list("pk", "code", "level", "path")),
        tuple(RegionMember.objects.order_by("pk").values_list("composite", "member")),
    )


@lru_cache(maxsize=1)
def _knowledge_of(tables: Tables) -> Knowledge:
    materials = tuple(
        MaterialRow(pk, slug, parent, float("nan") if radius is None else float(radius))
        for pk, slug, parent, radius in tables.materials
    )
    row_of = {material.pk: row for row, material in enumerate(materials)}
    window_of, windows = _windows(tables.limits, {each[0]: row for row, each in enumerate(tables.properties)})
    return Knowledge(
        materials=materials,
        properties=tuple((pk, slug) for pk, slug, *_measured in tables.properties),
        bases=UsualBases.of([each[1:] for each in tables.properties]),
        uses=_use_rows(tables, row_of, window_of),
        use_slugs={slug: pk for slug, pk, _operation in tables.uses},
        operations={pk: operation for _slug, pk, operation in tables.uses},
        windows=windows,
        road_rates={country: tuple(rate) for country, *rate in tables.road_rates},
        regions=Regions.of(tables.regions, tables.members),
    )


def _windows(limits: Sequence[tuple[Any, ...]], property_of: dict[int, int]) -> tuple[dict[int, int], Limits]:
    """Row of each material-use that has default limits, and those limits."""
    window_of = {pair: row for row, pair in enumerate(dict.fromkeys(limit[0] for limit in limits))}
    return window_of, Limits.from_columns(
        len(window_of),
        owner=[window_of[limit[0]] for limit in limits],
        property=[property_of[limit[1]] for limit in limits],
        low=[-np.inf if limit[2] is None else limit[2] for limit in limits],
        high=[np.inf if limit[3] is None else limit[3] for limit in limits],
        hard=[limit[4] for limit in limits],
    )


def _use_rows(tables: Tables, row_of: dict[int, int], window_of: dict[int, int]) -> dict[int, UseRow]:
    by_use: dict[int, list[tuple[int, int, float, bool]]] = defaultdict(list)
    barred = _barred_by_family(tables)
    for pk, use, material, suitability, prohibited in tables.pairs:
        is_barred = (use, material) in barred
        by_use[use].append((pk, row_of[material], float(suitability), prohibited or is_barred))
        barred.discard((use, material))
    for use, material in sorted(barred):
        by_use[use].append((NO_PAIR, row_of[material], 0.0, True))
    return {use: _use_row(rows, window_of) for use, rows in by_use.items()}


def _barred_by_family(tables: Tables) -> set[tuple[int, int]]:
    """Uses and materials of which a family above is prohibited for the use, whatever is said of the material itself."""
    members: dict[int, list[int]] = defaultdict(list)
    for pk, _slug, parent, _radius in tables.materials:
        if parent is not None:
            members[parent].append(pk)
    found: set[tuple[int, int]] = set()
    for _pk, use, material, _suitability, prohibited in tables.pairs:
        level = members.get(material, []) if prohibited else []
        while level:
            found.update((use, below) for below in level)
            level = [each for below in level for each in members.get(below, ())]
    return found


def _use_row(rows: Iterable[tuple[int, int, float, bool]], window_of: dict[int, int]) -> UseRow:
    pks, material, suitability, prohibited = zip(*rows, strict=True)
    return UseRow(
        material=np.array(material, dtype=np.int32),
        suitability=np.array(suitability, dtype=np.float32),
        prohibited=np.array(prohibited, dtype=bool),
        window=np.array([window_of.get(pk, -1) for pk in pks], dtype=np.int32),
    )


def road_haulage(country: str, currency: str) -> Haulage:
    """Road haulage rates of a country in `currency`; the engine's defaults where none is known."""
    return knowledge().road_haulage(country, currency)
