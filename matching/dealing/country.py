"""One country of a full run: its index, its chunks, and its pairs once all chunks are done."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from matching.dealing.kept import ChunkResults, Keys, write_whole
from matching.dealing.places import is_url, upload
from matching.dealing.workers import Workers, embedded
from matching.dealing.working import Task
from matching.engine import Pairs
from matching.engine.stored.best import Chunk, chunks_of
from matching.engine.stored.folder import open_index, prune, write_index
from matching.engine.stored.merging import pieces
from matching.engine.stored.prepared import prepare
from matching.inputs import Inputs

Say = Callable[[str], None]
CHUNK_NEEDS = 4096
FACTS = "country.json"


@dataclass(frozen=True)
class Dealing:
    """How a full run is worked off: by `workers`, or by `count` of this machine, as many as it has processors.

    `index_home` is a folder or a URL that all workers can read, by default below `home`.
    """

    home: Path
    workers: Workers | None = None
    count: int | None = None
    index_home: str | None = None
    chunk_needs: int = CHUNK_NEEDS

    def suits(self, n_needs: int) -> bool:
        """Whether there is something to deal: more than one chunk, or workers that were asked for."""
        return self.workers is not None or n_needs > self.chunk_needs


@dataclass(frozen=True)
class CountryRun:
    """What is kept of it in `folder`; `index` is the local folder of the index, `task` says where workers find it."""

    folder: Path
    index: Path
    task: Task
    n_needs: int
    chunk_needs: int

    @classmethod
    def begun(cls, folder: Path, inputs: Inputs, keys: Keys, dealing: Dealing, top: int) -> Self:
        """Write the index and the keys; the facts come last, so that a folder that has them has all."""
        home = dealing.index_home or str(dealing.home / "indexes")
        local = (dealing.home / "indexes" if is_url(home) else Path(home)) / folder.name
        index = write_index(prepare(inputs.offers, inputs.needs, inputs.rules, inputs.day), local)
        place = upload(index, f"{home.rstrip('/')}/{folder.name}") if is_url(home) else str(index)
        keys.write(folder)
        made = cls(folder, index, Task(place, top, "both"), len(inputs.needs), dealing.chunk_needs)
        write_whole(folder / FACTS, json.dumps(made._facts(), indent=1).encode())
        return made

    @classmethod
    def resumed(cls, folder: Path) -> Self | None:
        """What an earlier run has left of this country, if it came so far."""
        if not (folder / FACTS).exists():
            return None
        facts = json.loads((folder / FACTS).read_text())
        return cls(folder, Path(facts["index"]), Task(**facts["task"]), facts["n_needs"], facts["chunk_needs"])

    def _facts(self) -> dict[str, object]:
        facts = {"index": str(self.index), "task": asdict(self.task)}
        return facts | {"n_needs": self.n_needs, "chunk_needs": self.chunk_needs}

    @property
    def chunks(self) -> list[Chunk]:
        return chunks_of(self.n_needs, self.chunk_needs)

    def work(self, dealing: Dealing, say: Say) -> None:
        """Have all chunks done that are not done yet. May be broken off at any time and called again."""
        results = ChunkResults(self.folder)
        missing = results.missing(self.chunks)
        workers = dealing.workers or embedded(open_index(self.index).kind, dealing.count)
        progress = Progress(self.folder.name, len(self.chunks), len(missing), say)
        progress.begin(str(workers))
        for chunk, content in workers.deal(self.task, missing):
            results.write(chunk, content)
            progress.one_more(chunk)

    def pairs(self) -> Iterator[Pairs]:
        """The pairs of the whole country chunk by chunk."""
        return pieces(open_index(self.index), self.chunks, ChunkResults(self.folder).read, self.task.top, "both")

    def prune(self) -> None:
        """Keep no index of this country but the present one."""
        prune(self.index.parent, keep=1)


class Progress:
    """Says after each chunk how far the run has come and how long the rest may take."""

    def __init__(self, country: str, total: int, missing: int, say: Say) -> None:
        self.country, self.total, self.missing, self.say = country, total, missing, say
        self.done, self.needs, self.began = 0, 0, time.perf_counter()

    def begin(self, workers: str) -> None:
        kept = f", {self.total - self.missing} done before" if self.missing < self.total else ""
        self.say(f"{self.country}: {self.total} chunks{kept}, dealt to {workers}")

    def one_more(self, chunk: Chunk) -> None:
        self.done, self.needs = self.done + 1, self.needs + chunk.last - chunk.first
        taken_s = time.perf_counter() - self.began
        left_s = taken_s / self.done * (self.missing - self.done)
        place = f"{self.total - self.missing + self.done} of {self.total} chunks"
        self.say(f"{self.country}: {place}, {self.needs} needs in {taken_s:.1f} s, about {left_s:.0f} s left")
