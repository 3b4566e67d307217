"""How long one changed listing takes to be matched, on a market in a database of its own."""

from __future__ import annotations

import datetime as dt
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.utils import timezone

from listings.models import Listing
from matching.benchmark.stored_market import StoredMarket
from matching.rematching_one import rematch_listing

WHOLE, PROCESSOR = "whole", "processor"
WARMING = 10


@dataclass
class Timing:
    """Milliseconds of each step of each listing, by step."""

    by_step: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    pairs: list[int] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        steps = {f"{step}_ms": _quantiles(values) for step, values in self.by_step.items()}
        return steps | {"listings": len(self.pairs), "pairs": sum(self.pairs)}


class _Laps:
    """Counts the time since the last lap towards the step that just ended."""

    def __init__(self, timing: Timing) -> None:
        self.timing, self.began, self.cpu = timing, time.perf_counter(), time.process_time()
        self.spent: dict[str, float] = defaultdict(float)
        self.last = self.began

    def __call__(self, step: str) -> None:
        now = time.perf_counter()
        self.spent[step] += now - self.last
        self.last = now

    def finish(self, pairs: int) -> None:
        self.spent[WHOLE] = time.perf_counter() - self.began
        self.spent[PROCESSOR] = time.process_time() - self.cpu
        self.timing.pairs.append(pairs)
        for step, seconds in self.spent.items():
            self.timing.by_step[step].append(1000 * seconds)


def _quantiles(values: list[float]) -> dict[str, float]:
    p50, p95 = np.percentile(values, [50, 95]).tolist()
    return {"p50": round(p50, 3), "p95": round(p95, 3), "max": round(max(values), 3)}


@contextmanager
def scratch_database(name: str, *, keep: bool) -> Iterator[None]:
    """Stand on a database of one's own, made beside the configured one and dropped afterwards unless kept."""
    configured = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = name
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False, keepdb=keep)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(configured, verbosity=0, keepdb=keep)


def fill_market(size: int, seed: int, say: Callable[[str], None]) -> None:
    """Reference tables, `size` offers and as many needs, unless these are there already."""
    if Listing.objects.count() == 2 * size:
        return
    if Listing.objects.exists():
        raise ValueError("the scratch database holds another number of listings")
    call_command("load_reference_data", verbosity=0)
    StoredMarket(size, timezone.localdate(), seed).write(say)
    with connection.cursor() as cursor:
        # As PostgreSQL does by itself on a site, so that what an index tells is not looked up in the table.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def measure(changes: int, seed: int) -> Timing:
    """Match as many listings anew, offers and needs in turn, after a few to warm up; the same at every call."""
    timing = Timing()
    keys = _chosen(changes + WARMING, seed)
    for number, key in enumerate(keys):
        Listing.objects.filter(pk=key).update(revision=F("revision") + 1)
        laps = _Laps(timing if number >= WARMING else Timing())
        laps.finish(rematch_listing(key, day=_today(), lap=laps))
    return timing


@contextmanager
def indexes_in(directory: Path) -> Iterator[None]:
    """Keep indexes of made-up listings away from those of the site."""
    configured = settings.VAR_DIR
    settings.VAR_DIR = directory
    try:
        yield
    finally:
        settings.VAR_DIR = configured


def _today() -> dt.date:
    return timezone.localdate()


def _chosen(size: int, seed: int) -> list[int]:
    random = np.random.default_rng(seed)
    sides = [list(rows.values_list("pk", flat=True)) for rows in (Listing.objects.offers(), Listing.objects.needs())]
    chosen = [random.choice(np.array(side), min(-(-size // 2), len(side)), replace=False).tolist() for side in sides]
    return [key for pair in zip(*chosen, strict=True) for key in pair]
