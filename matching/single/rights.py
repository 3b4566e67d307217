"""Which pairs the rights of the two firms leave open, asked of a few hundred rows before they are read in full.

Rights are asked by firm: site, operation and tonnes are left to the full judgement.
"""

from __future__ import annotations

import numpy as np

from listings.models.listings import LegalStatus
from marketplace.firms.models import PermitLine, Recognition
from marketplace.firms.waste_codes import covers
from matching.engine.columns import Flags, Longs
from matching.inputs import WASTE_STATUSES
from matching.permits import Codes
from matching.rows import STATUSES, Rows
from matching.single.question import Question

UNSTATED = STATUSES[LegalStatus.UNKNOWN]


def may_take(question: Question, own: Rows, rows: Rows) -> Flags:
    """False only where a rule on permits or lists is surely broken."""
    may = np.ones(len(rows["pk"]), dtype=bool)
    if question.listing.listed_only:
        listed = Recognition.objects.valid_on(question.day).filter(firm__in=np.unique(rows["firm"]).tolist())
        may &= np.isin(rows["firm"], list(listed.values_list("firm", flat=True)))
    if question.listing.is_offer:
        return may & _takers_may(question, own, rows["firm"])
    return may & _taker_may(question, rows)


def _takers_may(question: Question, own: Rows, firms: Longs) -> Flags:
    """Of a regulated offer: the firms with a line for its code or, where it has none, with any line."""
    scheme_and_key, status = question.own_code, own["status"][0]
    if status not in WASTE_STATUSES and (status != UNSTATED or scheme_and_key is None):
        return np.ones(len(firms), dtype=bool)
    lines = PermitLine.objects.valid_on(question.day).filter(permit__firm__in=np.unique(firms).tolist()).order_by()
    if scheme_and_key is None:
        return np.isin(firms, list(lines.values_list("permit__firm", flat=True)))
    scheme, key = scheme_and_key
    ranges = lines.filter(scheme=scheme, key_from__lte=key).values_list("permit__firm", "key_from", "key_to")
    return np.isin(firms, [firm for firm, key_from, key_to in ranges if covers(key_from, key_to, key)])


def _taker_may(question: Question, rows: Rows) -> Flags:
    """Of a need: the offers that are not regulated, or whose code its firm has a line for."""
    codes = Codes(rows["pk"].tolist(), question.listing.site.country)
    code = codes.of_offers(rows["pk"].tolist())
    regulated = np.isin(rows["status"], WASTE_STATUSES) | ((rows["status"] == UNSTATED) & (code >= 0))
    held = question.own_lines
    covered = {number for each in held for number in codes.covered(*each)}
    return ~regulated | np.isin(code, [*covered, -1] if held else [])
