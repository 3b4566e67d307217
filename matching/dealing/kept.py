"""Files of an unfinished run: what a country's chunks are made of, and the result of each that is done."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Self

import numpy as np

from matching.engine.columns import Flags, Longs
from matching.engine.stored.best import Best, Chunk
from matching.inputs import Inputs


def write_whole(path: Path, content: bytes) -> None:
    """Under its name a file is complete or not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".unfinished-", delete=False) as unfinished:
        unfinished.write(content)
    os.replace(unfinished.name, path)


@dataclass(frozen=True, eq=False)
class Keys:
    """The database's keys of the engine's rows, and the revision each listing was read at."""

    offer_pk: Longs
    need_pk: Longs
    line_pk: Longs
    undecided: Flags
    listing_pk: Longs
    revision: Longs

    @classmethod
    def of(cls, inputs: Inputs, revisions: dict[int, int]) -> Self:
        pks, numbers = (np.array(list(column), dtype=np.int64) for column in (revisions.keys(), revisions.values()))
        return cls(inputs.offer_pk, inputs.need_pk, inputs.line_pk, inputs.undecided, pks, numbers)

    @property
    def revisions(self) -> dict[int, int]:
        return dict(zip(self.listing_pk.tolist(), self.revision.tolist(), strict=True))

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for each in fields(self):
            np.save(folder / f"{each.name}.npy", getattr(self, each.name), allow_pickle=False)

    @classmethod
    def read(cls, folder: Path) -> Self:
        return cls(*(np.load(folder / f"{each.name}.npy", allow_pickle=False) for each in fields(cls)))


@dataclass(frozen=True)
class ChunkResults:
    """One file for each chunk that is done."""

    folder: Path

    def missing(self, chunks: Sequence[Chunk]) -> list[Chunk]:
        return [chunk for chunk in chunks if not self._path(chunk).exists()]

    def write(self, chunk: Chunk, content: bytes) -> None:
        write_whole(self._path(chunk), content)

    def read(self, chunk: Chunk) -> Best:
        return Best.from_bytes(self._path(chunk).read_bytes())

    def _path(self, chunk: Chunk) -> Path:
        return self.folder / f"chunk-{chunk.number:06d}"


@dataclass(frozen=True)
class RunFolder:
    """Folder of one full run: its day and countries, and of each country what it has so far."""

    path: Path

    def begin(self, day: dt.date, countries: Sequence[str]) -> None:
        self._write("run.json", {"day": day.isoformat(), "countries": list(countries)})

    @property
    def is_there(self) -> bool:
        return (self.path / "run.json").exists()

    def day(self) -> dt.date:
        return dt.date.fromisoformat(self._read("run.json")["day"])

    def countries(self) -> list[str]:
        return [str(country) for country in self._read("run.json")["countries"]]

    def country(self, country: str) -> Path:
        return self.path / country

    def mark_stored(self, country: str, facts: dict[str, Any]) -> None:
        """To be called when the database has the country's pairs; doing it all again would do no harm."""
        self._write(f"{country}-stored.json", facts)

    def stored(self, country: str) -> dict[str, Any] | None:
        """What `mark_stored` was given."""
        name = f"{country}-stored.json"
        return self._read(name) if (self.path / name).exists() else None

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)

    def _write(self, name: str, facts: dict[str, Any]) -> None:
        write_whole(self.path / name, json.dumps(facts, indent=1).encode())

    def _read(self, name: str) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads((self.path / name).read_text())
        return facts
