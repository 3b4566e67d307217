"""What by-products save in greenhouse gases, and what hauling them emits."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path

from listings.models import AvoidedBurden, Material, TransportFactor, Use

from .rows import Row, read_rows
from .tables import Table, Tally

BURDEN_COLUMNS = (
    "material_slug", "use_slug", "country", "replaces_en", "replaces_zh", "replaced_kg_co2e_per_t",
    "substitution_ratio", "processing_kg_co2e_per_t", "scope_en", "scope_zh", "year", "source", "basis",
)  # fmt: skip
TRANSPORT_COLUMNS = (
    "mode", "country", "vehicle_en", "vehicle_zh", "kg_co2e_per_t_km", "scope_en", "scope_zh", "year", "source",
    "basis",
)  # fmt: skip


def load_carbon(folder: Path) -> Iterator[Tally]:
    yield _load_burdens(folder)
    factors = Table(TransportFactor, follows_file=True)
    rows = read_rows(folder / "transport_factors.csv", TRANSPORT_COLUMNS)
    factors.write((row, partial(_transport_factor, row)) for row in rows)
    yield factors.finish()


def _load_burdens(folder: Path) -> Tally:
    columns = {"material_id": "material_slug", "use_id": "use_slug"}
    burdens = Table(AvoidedBurden, columns=columns, follows_file=True)
    materials, uses = Table(Material), Table(Use)
    rows = read_rows(folder / "avoided_burdens.csv", BURDEN_COLUMNS)
    burdens.write((row, partial(_burden, row, materials, uses)) for row in rows)
    return burdens.finish()


def _burden(row: Row, materials: Table[Material], uses: Table[Use]) -> AvoidedBurden:
    use = row.text("use_slug")
    return AvoidedBurden(
        material=materials.find(row, "material_slug", row.required("material_slug")),
        use=uses.find(row, "use_slug", use) if use else None,
        country=row.text("country"),
        replaces_en=row.text("replaces_en"),
        replaces_zh=row.text("replaces_zh"),
        replaced_kg_co2e_per_t=row.amount("replaced_kg_co2e_per_t"),
        substitution_ratio=row.amount("substitution_ratio"),
        processing_kg_co2e_per_t=row.decimal("processing_kg_co2e_per_t") or Decimal(0),
        **_provenance(row),
    )


def _transport_factor(row: Row) -> TransportFactor:
    return TransportFactor(
        mode=row.required("mode"),
        country=row.text("country"),
        vehicle_en=row.text("vehicle_en"),
        vehicle_zh=row.text("vehicle_zh"),
        kg_co2e_per_t_km=row.amount("kg_co2e_per_t_km"),
        **_provenance(row),
    )


def _provenance(row: Row) -> dict[str, str | int | bool]:
    return {
        "scope_en": row.text("scope_en"),
        "scope_zh": row.text("scope_zh"),
        "year": row.whole("year"),
        "source": row.required("source"),
        "to_verify": row.to_verify,
    }
