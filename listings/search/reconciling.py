"""Compares what a backend holds with what it should hold, and mends the differences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from . import storing
from .backend import Backend
from .changes import gather_changes
from .database import DatabaseBackend
from .documents import fingerprint
from .gathering import documents_of, open_listings


@dataclass
class Differences:
    """Keys of listings that are not held, held otherwise, and held though they are not on the market."""

    missing: list[int] = field(default_factory=list)
    stale: list[int] = field(default_factory=list)
    surplus: list[int] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.surplus)


def differences(backend: Backend) -> Differences:
    """Both sides come by rising key and are read along, so that memory does not grow with the market."""
    wanted = ((document.listing, fingerprint(document)) for document in documents_of(open_listings()))
    found = Differences()
    for key, right, held in _abreast(wanted, backend.fingerprints()):
        if held is None:
            found.missing.append(key)
        elif right is None:
            found.surplus.append(key)
        elif right != held:
            found.stale.append(key)
    return found


def mend(backend: Backend, found: Differences) -> None:
    backend.put(documents_of(sorted(found.missing + found.stale)))
    backend.remove(found.surplus)
    if isinstance(backend, DatabaseBackend):
        gather_changes()
        if found:
            storing.relearn()


def _abreast(
    first: Iterable[tuple[int, str]], second: Iterable[tuple[int, str]]
) -> Iterator[tuple[int, str | None, str | None]]:
    """Two lists by rising key as one; None where a side lacks the key."""
    left, right = iter(first), iter(second)
    ahead, behind = next(left, None), next(right, None)
    while ahead and behind:
        if ahead[0] < behind[0]:
            yield *ahead, None
            ahead = next(left, None)
        elif behind[0] < ahead[0]:
            yield behind[0], None, behind[1]
            behind = next(right, None)
        else:
            yield *ahead, behind[1]
            ahead, behind = next(left, None), next(right, None)
    yield from ((*each, None) for each in (ahead, *left) if each)
    yield from ((key, None, held) for key, held in filter(None, (behind, *right)))
