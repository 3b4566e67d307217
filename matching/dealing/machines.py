"""Workers of a Dask cluster, which may be on other machines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from uuid import uuid4

from matching.dealing.places import Unavailable
from matching.dealing.workers import Done
from matching.dealing.working import Task, best_of_chunk
from matching.engine.stored.best import Chunk

ANSWER_WITHIN_S = 20
WORKERS_WITHIN_S = 60
REQUIREMENTS = "requirements-distributed.txt"


@dataclass(frozen=True)
class Machines:
    """Chunks go to whichever worker is free. Those of a worker that is lost are done again by others."""

    client: Any
    address: str

    def deal(self, task: Task, chunks: Iterable[Chunk]) -> Iterator[Done]:
        run = uuid4().hex
        chunk_of = {f"chunk-{run}-{chunk.number}": chunk for chunk in chunks}
        futures = [
            self.client.submit(best_of_chunk, task, chunk, key=key, pure=False, priority=-chunk.number)
            for key, chunk in chunk_of.items()
        ]
        distributed = import_module("distributed")
        results = distributed.as_completed(futures, with_results=True, loop=self.client.loop)
        del futures
        try:
            for future, content in results:
                yield chunk_of[future.key], content
        except (distributed.KilledWorker, CancelledError) as error:  # too many died over one chunk; the scheduler did
            raise Unavailable(f"{self.address} gave up: {error}. What is done is kept, see --resume.") from error

    def __str__(self) -> str:
        return f"the workers of {self.address}"


@contextmanager
def machines(address: str) -> Iterator[Machines]:
    """The workers of the scheduler at an address such as tcp://10.0.0.5:8786; there must be one at least."""
    try:
        distributed = import_module("distributed")
    except ModuleNotFoundError as error:
        raise Unavailable(f"A scheduler needs the packages of {REQUIREMENTS}: {error}") from error
    try:
        client = distributed.Client(address, timeout=ANSWER_WITHIN_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise Unavailable(f"No scheduler answers at {address}: {error}") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=WORKERS_WITHIN_S)
        except TimeoutError as error:
            raise Unavailable(f"The scheduler at {address} has no workers.") from error
        yield Machines(client, address)
