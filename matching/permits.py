"""The legal part of the bridge to the engine: waste codes by number, and what each taker may take of them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from marketplace.firms.models import PermitLine
from marketplace.firms.waste_codes import covers
from matching.engine.arrays import PermitTable
from matching.prepared import DAY, KEYS, Prepared
from matching.rows import MOST_NAMED_KEYS, Rows, codes_of
from matching.statements import Keys

LINE = ("permit__firm", "pk", "site", "operation", "scheme", "key_from", "key_to")
TONNES = ("pk", "capacity_t_per_year", "taken_t", "taken_year")
# Of few firms, as one listing asks.
LINES_OF = Prepared(lambda: PermitLine.objects.valid_on(DAY).filter(permit__firm__in=KEYS).values_list(*LINE))
TONNES_OF = Prepared(
    lambda: PermitLine.objects.filter(capacity_t_per_year__isnull=False, pk__in=KEYS).order_by().values_list(*TONNES)
)


def transposed(rows: Iterable[tuple[Any, ...]], width: int) -> list[Sequence[Any]]:
    """Columns of rows of the given width; empty columns when there is no row."""
    return list(zip(*rows, strict=True)) or [()] * width


class Codes:
    """The waste codes that occur among the offers, numbered in key order for each code list.

    Of several codes the one of the country's own list counts, and of those a hazardous one before the others.
    """

    def __init__(self, offer_keys: Keys, country: str) -> None:
        """`offer_keys` are keys or a query for them."""
        schemes = ("CN-HW", "CN-SW", "EWC") if country == "CN" else ("EWC", "CN-HW", "CN-SW")
        best: dict[int, tuple[int, bool, int, tuple[str, str, int]]] = {}
        self._hazardous: set[int] = set()
        for listing, scheme, key, hazardous, code, link in codes_of(offer_keys):
            choice = (schemes.index(scheme), not hazardous, link, (scheme, key, code))
            best[listing] = min(best.get(listing, choice), choice)
            if hazardous:
                self._hazardous.add(listing)
        used = sorted({choice[-1] for choice in best.values()})
        number = {code: row for row, code in enumerate(used)}
        self.keys = [(scheme, key) for scheme, key, _code in used]
        self._of = {listing: number[choice[-1]] for listing, choice in best.items()}
        self._covered: dict[tuple[str, str, str], list[int]] = {}

    @property
    def listings(self) -> list[int]:
        """The offers that have a code."""
        return list(self._of)

    def of_offers(self, pks: Sequence[int]) -> np.ndarray:
        """The number of the code of each offer, −1 where there is none."""
        return np.array([self._of.get(pk, -1) for pk in pks], dtype=np.int32)

    def are_hazardous(self, pks: Sequence[int]) -> np.ndarray:
        return np.array([pk in self._hazardous for pk in pks], dtype=bool)

    def covered(self, scheme: str, key_from: str, key_to: str) -> list[int]:
        """Numbers of the codes that a permit line with this range covers."""
        range_ = (scheme, key_from, key_to)
        if range_ not in self._covered:
            self._covered[range_] = self._cover(*range_)
        return self._covered[range_]

    def _cover(self, scheme: str, key_from: str, key_to: str) -> list[int]:
        return [
            number
            for number, (code_scheme, key) in enumerate(self.keys)
            if code_scheme == scheme and covers(key_from, key_to, key)
        ]


class Line(NamedTuple):
    """A line of a valid permit, without its tonnes: those are read of the few that count."""

    pk: int
    site: int | None
    operation: int
    scheme: str
    key_from: str
    key_to: str


def permit_table(needs: Rows, firm_keys: Any, codes: Codes, day: dt.date) -> tuple[list[int], PermitTable, list[int]]:
    """Permit holder of each need, the table of what each may take, and the keys of its lines.

    A holder is a firm at a site doing an operation; a need that names no operation may use any line of the site.
    Where no line is valid there is no holder (−1). A line for all sites has one number whoever holds it, so that its
    tonnes are one amount. `firm_keys` are the firms of the needs, or a query for them.
    """
    number: dict[tuple[int, int, int], int] = {}
    places = zip(*(needs[name].tolist() for name in ("firm", "site", "operation")), strict=True)
    holders = [number.setdefault(place, len(number)) for place in places]
    lines = lines_by_firm(firm_keys, day)
    line_row: dict[int, int] = {}
    permitted: set[int] = set()
    entries: list[tuple[int, int, int]] = []
    for (firm, site, operation), holder in number.items():
        for line in lines.get(firm, ()):
            if line.site not in (None, site) or operation not in (-1, line.operation):
                continue
            permitted.add(holder)
            covered = codes.covered(line.scheme, line.key_from, line.key_to)
            row_of_line = line_row.setdefault(line.pk, len(line_row))
            entries.extend((holder, code, row_of_line) for code in covered)
    owner, code, row = transposed(entries, 3)
    line_pks = list(line_row)
    free_t = _free_t([line_pks[each] for each in row], day)
    table = PermitTable.from_columns(len(number), owner=owner, code=code, free_t=free_t, line=row)
    return [holder if holder in permitted else -1 for holder in holders], table, line_pks


def _free_t(line_pks: Sequence[int], day: dt.date) -> list[float]:
    """Tonnes left this year under each line; infinite where the permit sets no limit."""
    distinct = sorted(set(line_pks))
    if len(distinct) <= MOST_NAMED_KEYS:
        rows = TONNES_OF.rows(distinct)
    else:
        rows = PermitLine.objects.filter(capacity_t_per_year__isnull=False).order_by().values_list(*TONNES)
    free = {pk: _left(*tonnes, day) for pk, *tonnes in rows}
    return [free.get(pk, np.inf) for pk in line_pks]


def _left(most_t: Any, taken_t: Any, taken_year: int | None, day: dt.date) -> float:
    """`PermitLine.free_t` of tonnes as the database gives them: to the kilogram, as they are kept."""
    return max(round(float(most_t) - (float(taken_t) if taken_year == day.year else 0.0), 3), 0.0)


def lines_by_firm(firm_keys: Any, day: dt.date) -> dict[int, list[Line]]:
    found: dict[int, list[Line]] = defaultdict(list)
    if isinstance(firm_keys, list):
        lines = LINES_OF.rows(firm_keys, day=day)
    else:
        lines = PermitLine.objects.valid_on(day).filter(permit__firm__in=firm_keys).values_list(*LINE)
    for firm, *columns in lines:
        found[firm].append(Line(*columns))
    return found
