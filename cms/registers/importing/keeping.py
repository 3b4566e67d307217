"""What was found in a file, kept beside it until its draft is made, so that a file is read once.

Three files in the folder of the run: the rows that add and those that change, a JSON object a line, and the refused
rows as the CSV sheet that is handed out.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from matching.spreadsheets import harmless

from ..drafting import Proposal
from ..models import Entry, ListColumn, RegulatedList
from .comparing import Difference, Preview

ADDED, CHANGED, REFUSED = "added.jsonl", "changed.jsonl", "refused.csv"


@dataclass(frozen=True)
class KeptLine:
    """A difference as it is kept: the entry by its key, the list's own columns by their keys."""

    row: int
    name: str
    action: str
    entry: int | None
    facts: Mapping[str, Any]
    own: Mapping[str, str]
    before: Mapping[str, Any]
    own_before: Mapping[str, str]


def keep(folder: Path, found: Preview) -> None:
    for name, rows in ((ADDED, found.added), (CHANGED, found.changed)):
        with (folder / name).open("w", encoding="utf-8") as handle:
            handle.writelines(json.dumps(_plain(each), ensure_ascii=False, default=str) + "\n" for each in rows)
    write_refused(folder / REFUSED, found)


def write_refused(path: Path, found: Preview) -> None:
    """The refused rows as a sheet: what is wrong with each, then its cells, to be mended and imported again."""
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow([_("row"), _("column"), _("reason"), *(harmless(each.text) for each in found.headings)])
        for each in found.refused:
            cells = (each.cells.get(heading, "") for heading in found.headings)
            writer.writerow([each.row, *map(harmless, (each.column, each.reason, *cells))])


def _plain(each: Difference) -> dict[str, Any]:
    return {
        "row": each.row.number,
        "name": each.row.name,
        "action": each.action,
        "entry": each.entry.pk if each.entry else None,
        "facts": dict(each.facts),
        "own": _by_key(each.own),
        "before": dict(each.before),
        "own_before": _by_key(each.own_before),
    }


def _by_key(own: Mapping[ListColumn, str]) -> dict[str, str]:
    return {str(column.pk): value for column, value in own.items()}


def kept_lines(folder: Path, name: str, most: int | None = None) -> list[KeptLine]:
    """None where the draft was made meanwhile."""
    try:
        with (folder / name).open(encoding="utf-8") as handle:
            return [KeptLine(**json.loads(line)) for line in islice(handle, most)]
    except FileNotFoundError:
        return []


def kept_refusals(folder: Path, most: int) -> list[list[str]]:
    """Row, column and reason of the first refused rows."""
    path = folder / REFUSED
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return [cells[:3] for cells in islice(csv.reader(handle), 1, most + 1)]


def kept_proposals(folder: Path, regulated_list: RegulatedList) -> Iterator[Proposal]:
    """Line by line what the draft would hold."""
    entries = {entry.pk: entry for entry in Entry.objects.filter(regulated_list=regulated_list).iterator()}
    columns = {str(column.pk): column for column in regulated_list.columns.all()}
    for line in chain(kept_lines(folder, ADDED), kept_lines(folder, CHANGED)):
        own = {columns[key]: value for key, value in line.own.items()}
        yield Proposal(line.action, entries[line.entry] if line.entry else None, facts=_typed(line.facts), own=own)


def _typed(facts: Mapping[str, Any]) -> dict[str, Any]:
    capacity = facts.get("capacity_t_per_year")
    return dict(facts) if capacity is None else {**facts, "capacity_t_per_year": Decimal(capacity)}


def forget_lines(folder: Path) -> None:
    for name in (ADDED, CHANGED):
        (folder / name).unlink(missing_ok=True)


def forget_all(folder: Path) -> None:
    """The uploaded file too."""
    shutil.rmtree(folder, ignore_errors=True)
