"""What published lists say against substances and equipment, written here by whoever keeps the lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

from django.db import transaction

from .models import Caution

ROWS_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class Stated:
    """One thing that one version of an entry speaks of; the fields are those of `Caution`."""

    kind: str
    entry_key: int
    entry_number: int
    entry_url: str
    substance: str = ""
    name_zh: str = ""
    name_en: str = ""
    cas: str = ""
    words: str = ""
    instead_zh: str = ""
    instead_en: str = ""
    field_zh: str = ""
    field_en: str = ""
    stop_by: dt.date | None = None
    threshold: Decimal | None = None
    threshold_unit: str = ""
    threshold_basis: str = ""
    list_name_zh: str = ""
    list_name_en: str = ""
    source_url: str = ""
    valid_from: dt.date
    to_verify: bool = False


@transaction.atomic
def state_cautions(*, list_slug: str, stated: Iterable[Stated], ended: Mapping[int, dt.date]) -> int:
    """What these entries say from now on takes the place of what they said; returns how many rows were written.

    `ended` holds every entry concerned with the day on which what it does not say any more ends. A caution that is
    taken back on the day it began never held. Where nothing changes nothing is written.
    """
    wanted = {(each.entry_key, each.substance): each for each in stated}
    standing = {(row.entry_key, row.substance): row for row in _open_cautions(list_slug, list(ended))}
    over = [row for key, row in standing.items() if key not in wanted or not _same(row, wanted[key])]
    fresh = [each for key, each in wanted.items() if key not in standing or not _same(standing[key], each)]
    _end(over, ended)
    Caution.objects.bulk_create(
        [Caution(list_slug=list_slug, **asdict(each)) for each in fresh], batch_size=ROWS_AT_ONCE
    )
    return len(over) + len(fresh)


def _open_cautions(list_slug: str, entries: Sequence[int]) -> Iterable[Caution]:
    for start in range(0, len(entries), ROWS_AT_ONCE):
        portion = entries[start : start + ROWS_AT_ONCE]
        yield from Caution.objects.filter(list_slug=list_slug, entry_key__in=portion, valid_before=None)


def _end(rows: Iterable[Caution], ended: Mapping[int, dt.date]) -> None:
    held = []
    for row in rows:
        row.valid_before = ended[row.entry_key]
        if row.valid_before > row.valid_from:
            held.append(row)
        else:
            row.delete()
    Caution.objects.bulk_update(held, ["valid_before"], batch_size=ROWS_AT_ONCE)


def _same(row: Caution, stated: Stated) -> bool:
    return all(getattr(row, name) == value for name, value in asdict(stated).items())
