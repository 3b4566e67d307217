"""What a worker does. It reads the index and nothing else: no database, no settings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from matching.dealing.places import local_folder
from matching.engine.pairing import Side
from matching.engine.stored.best import Chunk
from matching.engine.stored.folder import open_index
from matching.engine.stored.prepared import Prepared

_opening = Lock()


@dataclass(frozen=True)
class Task:
    """The same for all chunks: where the index lies, and what to keep of each side."""

    place: str
    top: int
    per: Side


def best_of_chunk(task: Task, chunk: Chunk) -> bytes:
    """`Best` as bytes. The same task and chunk give the same bytes, whoever works them off and however often."""
    with _opening:
        index = _opened(task.place)
    return index.best(chunk, task.top, task.per).as_bytes()


@lru_cache(maxsize=1)
def _opened(place: str) -> Prepared:
    """Mapped once by each process."""
    return open_index(local_folder(place))
