"""Which pairs the rights of the two firms leave open, asked of a few hundred rows before they are read in full.

Tonnes are left to the full judgement, and of takers that the tables tell also site and operation.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from listings.models.listings import LegalStatus
from marketplace.firms.models import PermitLine
from marketplace.firms.waste_codes import covers
from matching.engine.columns import Bytes, Flags, Ints, Longs
from matching.inputs import LISTED_OF, WASTE_STATUSES
from matching.permits import Codes, lines_by_firm
from matching.prepared import DAY, KEYS, OTHER_WORD, WORD, Prepared
from matching.rows import STATUSES, Rows
from matching.single.question import Question
from matching.single.standing_details import Code, Range

UNSTATED = STATUSES[LegalStatus.UNKNOWN]
RANGES = Prepared(
    lambda: (
        PermitLine.objects.valid_on(DAY)
        .filter(permit__firm__in=KEYS, scheme=WORD, key_from__lte=OTHER_WORD)
        .order_by()
        .values_list("permit__firm", "key_from", "key_to")
    )
)


def may_take(question: Question, rows: Rows) -> Flags:
    """False only where a rule on permits or lists is surely broken.

    Of those found in a standing index, permits were asked there.
    """
    may = np.ones(len(rows["pk"]), dtype=bool)
    if question.listing.listed_only:
        listed = LISTED_OF.rows(np.unique(rows["firm"]).tolist(), day=question.day)
        may &= np.isin(rows["firm"], [firm for (firm,) in listed])
    anew = np.flatnonzero(rows["place"] < 0)
    if len(anew):
        ask = _takers_may if question.listing.is_offer else _taker_may
        may[anew] &= ask(question, {name: values[anew] for name, values in rows.items()})
    return may


def _takers_may(question: Question, rows: Rows) -> Flags:
    """Of a regulated offer: the firms with a line for its code or, where it has none, with any line."""
    if not question.needs_permit:
        return np.ones(len(rows["pk"]), dtype=bool)
    firms = np.unique(rows["firm"]).tolist()
    if question.own_code is None:
        return np.isin(rows["firm"], list(lines_by_firm(firms, question.day)))
    ranges = RANGES.rows(firms, day=question.day, words=question.own_code)
    return np.isin(rows["firm"], [firm for firm, *range_ in ranges if covers(*range_, question.own_code[1])])


def _taker_may(question: Question, rows: Rows) -> Flags:
    """Of a need: the offers that are not regulated, or whose code its firm has a line for."""
    pks = rows["pk"].tolist()
    codes = Codes(pks, question.listing.site.country)
    return taker_may(question, rows["status"], codes.of_offers(pks), codes.keys)


def taker_may(question: Question, status: Bytes, code: Ints, codes: Sequence[Code]) -> Flags:
    """The offers that a need's firm may take, by their status and code, a number among `codes` or −1."""
    regulated = np.isin(status, WASTE_STATUSES) | ((status == UNSTATED) & (code >= 0))
    held, taken = question.own_lines, np.zeros(len(codes) + 1, dtype=bool)  # the last is that of no code
    occurs = np.bincount(code[regulated] + 1, minlength=len(codes) + 1) > 0
    for number in np.flatnonzero(occurs[1:]).tolist():
        taken[number] = any(_is_in(codes[number], *each) for each in held)
    taken[-1] = bool(held)
    may: Flags = ~regulated | taken[code]
    return may


def holders_may(question: Question, held: Rows, ranges: Sequence[Range], use: Longs) -> Flags:
    """Of a regulated offer: the needs, with these uses, for which their firm holds a line on the day.

    `held` are the lines of each; `ranges` are what they number.
    """
    covering = np.array([_is_in(question.own_code, *each) for each in ranges], dtype=bool)
    fits: Flags = covering[held["range"]]
    day = question.day.toordinal()
    fits &= (held["valid_from"] <= day) & (day <= held["valid_to"])
    wanted = _operations(question, use)[held["owner"]]
    fits &= (wanted < 0) | (wanted == held["operation"])
    return np.bincount(held["owner"][fits], minlength=len(use)) > 0


def _operations(question: Question, use: Longs) -> Longs:
    """The operation that each use stands for, −1 where it is none or no use is named."""
    known = question.known.operations
    table = np.full(max(use.max(initial=-1), *known, -1) + 2, -1, dtype=np.int64)
    for key, operation in known.items():
        table[key] = -1 if operation is None else operation
    found: Longs = table[use]
    return found


def _is_in(code: Code | None, scheme: str, key_from: str, key_to: str) -> bool:
    """Whether a line of this range takes an offer of this code; one without a code is taken by any."""
    return code is None or (scheme == code[0] and covers(key_from, key_to, code[1]))
