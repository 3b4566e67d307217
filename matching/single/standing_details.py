"""What a standing index knows of its listings from other tables: figures, limits, codes and the lines of their firms.

All of it is as old as the index and asked only of who is to be read in full.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import numpy as np
from django.db.models import Q, QuerySet
from django.utils import timezone

from listings.models import Listing
from marketplace.firms.models import PermitLine
from marketplace.firms.models.rights import PermitState
from matching.engine.arrays import OPEN_TO
from matching.engine.columns import Ints, Longs
from matching.permits import Codes, transposed
from matching.rows import LIMIT, RANGE, limits_of, ranges_of
from matching.single.standing_entries import Entries, places_of

SAID = {"offer": (RANGE, ranges_of), "need": (LIMIT, limits_of)}
SAID_COLUMNS = {kind: tuple(name for name in columns if name != "owner") for kind, (columns, _read) in SAID.items()}
HELD_COLUMNS = ("range", "operation", "valid_from", "valid_to")
LINE = ("permit__firm", "site", "operation", "permit__valid_from", "permit__valid_to", "scheme", "key_from", "key_to")
Code = tuple[str, str]
Range = tuple[str, str, str]
Parts = Iterable[QuerySet[Listing]]


def said_by(kind: str, pks: Longs, parts: Parts) -> Entries:
    """The ranges of offers or limits of needs with these keys; `parts` are all listings, some at a time."""
    columns, read = SAID[kind]
    found = [read(part.values("pk")) for part in parts]
    said = {name: np.concatenate([part[name] for part in found]) for name in columns}
    return Entries.by_owner(said.pop("owner"), pks, said)


def codes_of_offers(pks: Longs, country: str, parts: Parts) -> tuple[Ints, list[Code]]:
    """The number of the code that counts of each offer, −1 where there is none, and the codes in the order of these."""
    number: dict[Code, int] = {}
    code = np.full(len(pks), -1, dtype=np.int32)
    for part in parts:
        codes = Codes(part.values("pk"), country)
        numbers = np.array([number.setdefault(each, len(number)) for each in codes.keys], dtype=np.int32)
        place, is_ours = places_of(np.array(codes.listings, dtype=np.int64), pks)
        code[place[is_ours]] = numbers[codes.of_offers(codes.listings)][is_ours]
    return code, list(number)


def lines_held(firms: Longs, sites: Longs) -> tuple[Entries, list[Range]]:
    """For each row the lines that its firm holds for its site, of verified permits, and the ranges these number.

    Over since is not asked; a permit that is not yet valid is among them.
    """
    number: dict[Range, int] = {}
    rows = [_numbered(number, *line) for line in _lines().values_list(*LINE).iterator()]
    firm, *columns = (np.array(values, dtype=np.int64) for values in transposed(rows, 2 + len(HELD_COLUMNS)))
    holders, holder = np.unique(firms, return_inverse=True)
    by_firm = Entries.by_owner(firm, holders, dict(zip(("site", *HELD_COLUMNS), columns, strict=True)))
    found = by_firm.at(holder)
    there = np.flatnonzero((found["site"] < 0) | (found["site"] == sites[found["owner"]]))
    columns_there = {name: found[name][there].astype(np.int32) for name in HELD_COLUMNS}
    return Entries.of_sorted(found["owner"][there], len(firms), columns_there), list(number)


def _lines() -> QuerySet[PermitLine]:
    not_over = Q(permit__valid_to__isnull=True) | Q(permit__valid_to__gte=timezone.localdate())
    return PermitLine.objects.filter(not_over, permit__state=PermitState.VERIFIED).order_by()


def _numbered(
    number: dict[Range, int],
    firm: int,
    site: int | None,
    operation: int,
    valid_from: dt.date,
    valid_to: dt.date | None,
    *range_: str,
) -> tuple[int, ...]:
    """Firm, site or −1, and `HELD_COLUMNS`."""
    scheme, key_from, key_to = range_
    row = number.setdefault((scheme, key_from, key_to), len(number))
    last = OPEN_TO if valid_to is None else valid_to.toordinal()
    return firm, -1 if site is None else site, row, operation, valid_from.toordinal(), last
