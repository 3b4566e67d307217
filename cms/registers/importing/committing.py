"""Makes batches of a preview: a draft for those who decide, or what was published elsewhere before."""

from __future__ import annotations

import datetime as dt
import gc
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.firms.models import User

from ..drafting import Proposal, open_batch, propose
from ..models import Batch, RegulatedList
from ..services import publish_batch, submit_batch
from .comparing import Difference, Preview
from .days import digits
from .telling import PUBLISHING, Tell, untold

_NAMED = re.compile(r"(\d{1,4})\s*[批期]|batch\s*(\d{1,4})", re.IGNORECASE)
_BARE = re.compile(r"(\d{1,4})()")
Say = Callable[[str], None]


def commit_draft(
    *, actor: User | None, regulated_list: RegulatedList, proposals: Sequence[Proposal], source: str
) -> Batch | None:
    """One draft batch with every difference, all or none; None where there is none."""
    if not proposals:
        return None
    with _no_collections():
        return _batch(actor, regulated_list, proposals, {"title_zh": source, "title_en": source})


def commit_published(
    *,
    actor: User | None,
    preview: Preview,
    day: dt.date | None = None,
    say: Say = lambda _text: None,
    tell: Tell = untold,
) -> list[Batch]:
    """Batches that are in effect at once, one for each day, batch and announcement that the rows name.

    Each is a transaction: a run that was cut off leaves whole batches behind, and the next one does the rest.
    """
    made: list[Batch] = []
    done, total = 0, len(preview.differences)
    tell(PUBLISHING, done, total)
    for (effective_on, number, announcement), rows in _grouped(preview.differences, day or timezone.localdate()):
        lines = [proposal_of(each) for each in rows]
        with _no_collections(), transaction.atomic():
            values = {
                "number": _free(preview.regulated_list, number),
                "announcement": announcement[:120],
                "announced_on": effective_on,
                "without_notice": _("published before this register was kept here"),
            }
            batch = submit_batch(actor=actor, batch=_batch(actor, preview.regulated_list, lines, values))
            made.append(publish_batch(actor=actor, batch=batch, effective_on=effective_on))
        say(f"{effective_on}: {len(rows)} lines in effect, batch {batch.number}")
        done += len(rows)
        tell(PUBLISHING, done, total)
    return made


@contextmanager
def _no_collections() -> Iterator[None]:
    """Rows in the making live until the transaction ends; to look for garbage among them takes two fifths of its time,
    in which SQLite lets nobody else write."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _batch(
    actor: User | None, regulated_list: RegulatedList, proposals: Sequence[Proposal], values: Mapping[str, object]
) -> Batch:
    batch = open_batch(actor=actor, regulated_list=regulated_list, values=values)
    propose(actor=actor, batch=batch, proposals=proposals)
    return batch


def proposal_of(each: Difference) -> Proposal:
    return Proposal(each.action, each.entry, facts=each.facts, own=each.own)


def _grouped(
    rows: Sequence[Difference], day: dt.date
) -> Iterator[tuple[tuple[dt.date, int | None, str], list[Difference]]]:
    """Rows that took effect together, the earliest first; what is withdrawn after what is added on the same day."""

    def together(each: Difference) -> tuple[dt.date, int, str]:
        return each.row.effective_on or day, batch_number(each.row.batch) or 0, _announcement(each)

    for (effective_on, number, announcement), group in groupby(sorted(rows, key=together), key=together):
        yield (effective_on, number or None, announcement), list(group)


def _announcement(each: Difference) -> str:
    """What the rows of one batch share; a number that each row has for itself, such as a permit's, is none."""
    return each.row.announcement if each.row.batch else ""


def batch_number(text: str) -> int | None:
    """
    >>> batch_number("2015年第四批"), batch_number("Batch 12"), batch_number("7"), batch_number("")
    (4, 12, 7, None)
    """
    plain = digits(text)
    match = _NAMED.search(plain) or _BARE.search(plain)
    return int(match[1] or match[2]) if match else None


def _free(regulated_list: RegulatedList, number: int | None) -> int | None:
    taken = number is None or regulated_list.batches.filter(number=number).exists()
    return None if taken else number
