"""The open listings of a country as columns on disk, mapped into memory: who may fit is found without the database.

Rows are sorted by material, needs also by use and both by park, then by whether they say themselves how far they go and
by latitude, so that who may fit lies in a few unbroken runs. The index is as old as its making; see `delta` for what
changed since.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection
from django.db.models import Max, QuerySet
from django.utils import timezone

from listings.models import Listing
from marketplace.firms.models import Event
from matching.engine.codes import Scope
from matching.engine.columns import Longs, ragged_arange
from matching.rows import STANDING, Rows, price_rates, standing_rows
from matching.single.standing_details import (
    HELD_COLUMNS,
    SAID_COLUMNS,
    Code,
    Range,
    codes_of_offers,
    lines_held,
    said_by,
)
from matching.single.standing_entries import Entries, mapped

FORMAT = 3
KINDS = ("offer", "need")
FIELDS = {"offer": ("material", "park"), "need": ("material", "use", "park")}
CODED = {"offer": ("code",), "need": ()}
LATITUDE_BITS, STEPS_PER_DEGREE = 28, 1_000_000
ROWS_AT_ONCE = 50_000
# Keys are given out before they are committed: so many of the latest events count as not yet seen.
SLACK = 1_000


@dataclass(frozen=True)
class Side:
    """One kind of listings: columns in any order, and for each field their places by rising key of `place_key`.

    What offers and needs say of properties is in `said`; of needs, what their firms may take in `held`.
    """

    columns: Rows
    order: Rows
    key: Rows
    said: Entries
    held: Entries | None

    def near(self, field: str, keys: Longs, south: float, north: float, *, explicit: bool) -> Longs:
        """Places of the rows of these materials or uses between two latitudes."""
        first = np.searchsorted(self.key[field], place_key(keys, south, explicit))
        last = np.searchsorted(self.key[field], place_key(keys, north, explicit), side="right")
        return self.order[field][ragged_arange(first, last - first)]


@dataclass(frozen=True)
class StandingIndex:
    """`codes` are numbered by the column `code` of offers, `ranges` by that of `held`."""

    sides: dict[str, Side]
    last_event: int
    last_listing: int
    database: list[str]
    rates: tuple[tuple[str, float], ...]
    codes: list[Code]
    ranges: list[Range]


def place_key(group: Any, latitude: Any, explicit: Any) -> Longs:
    """(group, explicit, latitude) as one rising number; steps of latitude are of 0.1 m."""
    cell = np.floor((np.clip(latitude, -90.0, 90.0) + 90.0) * STEPS_PER_DEGREE).astype(np.int64)
    return (np.asarray(group, dtype=np.int64) * 2 + explicit << LATITUDE_BITS) + cell


def is_explicit(rows: Rows) -> Any:
    return np.isfinite(rows["max_distance_km"]) | (rows["scope"] != Scope.ANYWHERE)


def root() -> Path:
    return Path(settings.VAR_DIR) / "standing"


def write_index(country: str) -> Path:
    """Write the open listings of a country as they are now, and take it into use; the one before is removed."""
    home = root() / country
    home.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=home, prefix="making-"))
    manifest = {
        "format": FORMAT,
        "database": _database(),
        "rates": price_rates(),
        "last_event": max(_last(Event) - SLACK, 0),
        "last_listing": _last(Listing),
        "made_at": timezone.now().isoformat(),
    }
    manifest["rows"] = {kind: _write_side(made, kind, country) for kind in KINDS}
    manifest["codes"] = _write_codes(made, country)
    manifest["ranges"] = _write_lines(made)
    (made / "manifest.json").write_text(json.dumps(manifest, indent=1))
    place = home / made.name.removeprefix("making-")
    made.rename(place)
    _point_to(home, place.name)
    return place


def _database() -> list[str]:
    """Which database is meant: an index of another one must never be taken for its own."""
    return [connection.vendor, *(str(connection.settings_dict.get(name) or "") for name in ("HOST", "PORT", "NAME"))]


def _last(model: Any) -> int:
    return model.objects.aggregate(last=Max("pk"))["last"] or 0


def _point_to(home: Path, name: str) -> None:
    pointer = home / "current.new"
    pointer.write_text(name)
    os.replace(pointer, home / "current")
    for each in home.iterdir():
        if each.is_dir() and each.name != name:
            shutil.rmtree(each, ignore_errors=True)  # whoever has it open keeps it until he lets it go


def _write_side(folder: Path, kind: str, country: str) -> int:
    parts = list(_parts(kind, country))
    columns = {name: np.concatenate([part[name] for part in parts]) for name in STANDING}
    order = np.lexsort((columns["lat"], is_explicit(columns), columns["material"]))
    columns = {name: values[order] for name, values in columns.items()}
    for name, values in columns.items():
        np.save(folder / f"{kind}-{name}.npy", values)
    for field in FIELDS[kind]:
        key = place_key(columns[field], columns["lat"], is_explicit(columns))
        by_key = np.argsort(key, kind="stable")
        np.save(folder / f"{kind}-by-{field}.npy", by_key)
        np.save(folder / f"{kind}-key-{field}.npy", key[by_key])
    said_by(kind, columns["pk"], _listings(kind)).save(folder, f"{kind}-said")
    return len(order)


def _write_codes(folder: Path, country: str) -> list[Code]:
    code, codes = codes_of_offers(np.load(folder / "offer-pk.npy"), country, _listings("offer"))
    np.save(folder / "offer-code.npy", code)
    return codes


def _write_lines(folder: Path) -> list[Range]:
    held, ranges = lines_held(np.load(folder / "need-firm.npy"), np.load(folder / "need-site.npy"))
    held.save(folder, "need-held")
    return ranges


def _parts(kind: str, country: str) -> Iterator[Rows]:
    for first in range(0, _last(Listing) + 1, ROWS_AT_ONCE):
        yield standing_rows(kind, country, first, first + ROWS_AT_ONCE)


def _listings(kind: str) -> Iterator[QuerySet[Listing]]:
    """The published ones, some at a time."""
    for first in range(0, _last(Listing) + 1, ROWS_AT_ONCE):
        yield Listing.objects.published().filter(kind=kind, pk__gte=first, pk__lt=first + ROWS_AT_ONCE)


def current_index(country: str) -> StandingIndex | None:
    """The index in use; None where there is none that this version, database and exchange rates can use."""
    try:
        name = (root() / country / "current").read_text()
    except FileNotFoundError:
        return None
    index = _opened(root() / country / name)
    is_ours = index is not None and index.database == _database() and index.rates == price_rates()
    return index if is_ours else None


@lru_cache(maxsize=4)
def _opened(folder: Path) -> StandingIndex | None:
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
        if manifest["format"] != FORMAT:
            return None
        sides = {kind: _side(folder, kind) for kind in KINDS}
    except FileNotFoundError:  # replaced by a newer one this very moment
        return None
    return StandingIndex(
        sides,
        manifest["last_event"],
        manifest["last_listing"],
        manifest["database"],
        rates=tuple((code, rate) for code, rate in manifest["rates"]),
        codes=[(scheme, key) for scheme, key in manifest["codes"]],
        ranges=[(scheme, key_from, key_to) for scheme, key_from, key_to in manifest["ranges"]],
    )


def _side(folder: Path, kind: str) -> Side:
    return Side(
        columns={name: mapped(folder, f"{kind}-{name}") for name in (*STANDING, *CODED[kind])},
        order={field: mapped(folder, f"{kind}-by-{field}") for field in FIELDS[kind]},
        key={field: mapped(folder, f"{kind}-key-{field}") for field in FIELDS[kind]},
        said=Entries.opened(folder, f"{kind}-said", SAID_COLUMNS[kind]),
        held=Entries.opened(folder, f"{kind}-held", HELD_COLUMNS) if kind == "need" else None,
    )
