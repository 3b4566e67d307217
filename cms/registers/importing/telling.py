"""How long work says how far it is: a stage, rows done, and rows in all (0 where nobody knows)."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

READING, COMPARING, DRAFTING, PUBLISHING = "reading", "comparing", "drafting", "publishing"
SAY_EVERY_S = 1.0
Tell = Callable[[str, int, int], None]


def untold(_stage: str, _done: int, _total: int) -> None:
    pass


class LineProgress:
    """At a console one line that is written over; into a file a line every ten seconds."""

    def __init__(self, out: TextIO = sys.stderr) -> None:
        self._out, self._said_at, self._stage = out, 0.0, ""
        self._end, self._every_s = ("\r", SAY_EVERY_S) if out.isatty() else ("\n", 10 * SAY_EVERY_S)

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if stage == self._stage and done != total and now - self._said_at < self._every_s:
            return
        self._stage, self._said_at = stage, now
        of = f" of {total:,}" if total else ""
        self._out.write(f"{stage}: {done:,}{of} rows".ljust(60) + self._end)
        self._out.flush()
