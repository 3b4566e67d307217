"""The legal part of the bridge to the engine: waste codes by number, and what each taker may take of them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from django.db.models import QuerySet

from listings.models import Listing, ListingCode, WasteCode
from marketplace.firms.models import PermitLine
from marketplace.firms.waste_codes import covers
from matching.engine.arrays import PermitTable

Row = dict[str, Any]


def transposed(rows: Iterable[tuple[Any, ...]], width: int) -> list[Sequence[Any]]:
    """Columns of rows of the given width; empty columns when there is no row."""
    return list(zip(*rows, strict=True)) or [()] * width


class Codes:
    """The waste codes that occur among the offers, numbered in key order for each code list.

    Of several codes the one of the country's own list counts, and of those a hazardous one before the others.
    """

    def __init__(self, offer_keys: QuerySet[Any], country: str) -> None:
        schemes = ("CN-HW", "CN-SW", "EWC") if country == "CN" else ("EWC", "CN-HW", "CN-SW")
        links = ListingCode.objects.filter(listing__in=offer_keys).values_list(
            "listing", "code", "code__scheme", "code__hazardous", "pk"
        )
        best: dict[int, tuple[int, bool, int, int]] = {}
        self._hazardous: set[int] = set()
        for listing, code, scheme, hazardous, link in links:
            choice = (schemes.index(scheme), not hazardous, link, code)
            best[listing] = min(best.get(listing, choice), choice)
            if hazardous:
                self._hazardous.add(listing)
        used = {choice[-1] for choice in best.values()}
        rows = WasteCode.objects.filter(pk__in=used).order_by("scheme", "key").values_list("pk", "scheme", "key")
        self.number = {pk: row for row, (pk, _scheme, _key) in enumerate(rows)}
        self.keys = [(scheme, key) for _pk, scheme, key in rows]
        self._of = {listing: self.number[choice[-1]] for listing, choice in best.items()}
        self._covered: dict[tuple[str, str, str], list[int]] = {}

    def of_offer(self, pk: int) -> int:
        return self._of.get(pk, -1)

    def is_hazardous(self, pk: int) -> bool:
        return pk in self._hazardous

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


def permit_table(
    needs: Sequence[Row], need_keys: QuerySet[Any], codes: Codes, day: dt.date
) -> tuple[list[int], PermitTable, list[int]]:
    """Permit holder of each need, the table of what each may take, and the keys of its lines.

    A holder is a firm at a site doing an operation; a need that names no operation may use any line of the site.
    Where no line is valid there is no holder (−1).
    """
    number: dict[tuple[int, int, int | None], int] = {}
    holders = [number.setdefault((row["firm"], row["site"], row["use__operation"]), len(number)) for row in needs]
    lines = _lines_by_firm(need_keys, day)
    line_pks: list[int] = []
    permitted: set[int] = set()
    entries: list[tuple[int, int, float, int]] = []
    for (firm, site, operation), holder in number.items():
        for line in lines.get(firm, ()):
            if line.site_id not in (None, site) or operation not in (None, line.operation_id):
                continue
            permitted.add(holder)
            free = line.free_t(day)
            for code in codes.covered(line.scheme, line.key_from, line.key_to):
                entries.append((holder, code, np.inf if free is None else float(free), len(line_pks)))
            line_pks.append(line.pk)
    owner, code, free_t, line_number = transposed(entries, 4)
    table = PermitTable.from_columns(len(number), owner=owner, code=code, free_t=free_t, line=line_number)
    return [holder if holder in permitted else -1 for holder in holders], table, line_pks


def _lines_by_firm(need_keys: QuerySet[Any], day: dt.date) -> dict[int, list[PermitLine]]:
    firms = Listing.objects.filter(pk__in=need_keys).values("firm")
    found: dict[int, list[PermitLine]] = defaultdict(list)
    for line in PermitLine.objects.valid_on(day).filter(permit__firm__in=firms).select_related("permit"):
        found[line.permit.firm_id].append(line)
    return found
