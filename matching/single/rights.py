"""Which pairs the rights of the two firms leave open, asked of a few hundred rows before they are read in full.

Rights are asked by firm: site, operation and tonnes are left to the full judgement.
"""

from __future__ import annotations

import numpy as np

from listings.models.listings import LegalStatus
from marketplace.firms.models import PermitLine
from marketplace.firms.waste_codes import covers
from matching.engine.columns import Flags, Longs
from matching.inputs import LISTED_OF, WASTE_STATUSES
from matching.permits import Codes
from matching.prepared import DAY, KEYS, OTHER_WORD, WORD, Prepared
from matching.rows import STATUSES, Rows
from matching.single.question import LINES, Question

UNSTATED = STATUSES[LegalStatus.UNKNOWN]
RANGES = Prepared(
    lambda: (
        PermitLine.objects.valid_on(DAY)
        .filter(permit__firm__in=KEYS, scheme=WORD, key_from__lte=OTHER_WORD)
        .order_by()
        .values_list("permit__firm", "key_from", "key_to")
    )
)


def may_take(question: Question, own: Rows, rows: Rows) -> Flags:
    """False only where a rule on permits or lists is surely broken."""
    may = np.ones(len(rows["pk"]), dtype=bool)
    if question.listing.listed_only:
        listed = LISTED_OF.rows(np.unique(rows["firm"]).tolist(), day=question.day)
        may &= np.isin(rows["firm"], [firm for (firm,) in listed])
    if question.listing.is_offer:
        return may & _takers_may(question, own, rows["firm"])
    return may & _taker_may(question, rows)


def _takers_may(question: Question, own: Rows, firms: Longs) -> Flags:
    """Of a regulated offer: the firms with a line for its code or, where it has none, with any line."""
    scheme_and_key, status = question.own_code, own["status"][0]
    if status not in WASTE_STATUSES and (status != UNSTATED or scheme_and_key is None):
        return np.ones(len(firms), dtype=bool)
    asked = np.unique(firms).tolist()
    if scheme_and_key is None:
        return np.isin(firms, [line[0] for line in LINES.rows(asked, day=question.day)])
    ranges = RANGES.rows(asked, day=question.day, words=scheme_and_key)
    return np.isin(firms, [firm for firm, *range_ in ranges if covers(*range_, scheme_and_key[1])])


def _taker_may(question: Question, rows: Rows) -> Flags:
    """Of a need: the offers that are not regulated, or whose code its firm has a line for."""
    pks = rows["pk"].tolist()
    codes = Codes(pks, question.listing.site.country)
    code = codes.of_offers(pks)
    regulated = np.isin(rows["status"], WASTE_STATUSES) | ((rows["status"] == UNSTATED) & (code >= 0))
    held = question.own_lines
    covered = {number for each in held for number in codes.covered(*each)}
    return ~regulated | np.isin(code, [*covered, -1] if held else [])
