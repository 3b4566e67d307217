"""What becomes of proposals when a right goes, or their use is prohibited: they are flagged, both sides are told once,
and the flag goes with the right's return.

Nothing is refused here: `matching.rights` answers anew whenever somebody proposes, agrees or looks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from marketplace.firms.models import Firm
from marketplace.firms.services import record_event
from matching.knowledge import knowledge
from matching.models import LapsedRight, Proposal
from matching.querysets import ProposalQuerySet
from matching.rights import MissingRight, Pair, missing_rights
from matching.tasks import tell_of_lapses

ROWS_AT_ONCE = 500


def follow_proposals_of(firm: Firm, day: dt.date) -> int:
    """After a change of the firm's rights; returns how many proposals lost one or have it back."""
    return _follow(Proposal.objects.filter(Q(offer__firm=firm) | Q(need__firm=firm)), day)


def follow_proposals_of_use(material: int, use: int, day: dt.date) -> int:
    """After this use of the material was prohibited, or allowed again. Call it in the transaction of the change."""
    kinds = knowledge().keys_below(material)
    return _follow(Proposal.objects.filter(offer__material__in=kinds, need__use=use), day)


def follow_proposals(day: dt.date) -> int:
    """All of them: a permit that ends by its date tells nobody. A transaction holds no more than some hundred."""
    keys = list(Proposal.objects.standing().order_by("pk").values_list("pk", flat=True))
    portions = (keys[start : start + ROWS_AT_ONCE] for start in range(0, len(keys), ROWS_AT_ONCE))
    return sum(_follow(Proposal.objects.filter(pk__in=portion), day) for portion in portions)


@transaction.atomic
def _follow(proposals: ProposalQuerySet, day: dt.date) -> int:
    """Where nothing changed nothing is written, so it can be repeated. Letters go out once this is committed."""
    sides = proposals.standing().select_related("offer__site", "need__site").order_by("pk")
    standing = list(sides.select_for_update(of=("self",)))
    changed = 0
    for start in range(0, len(standing), ROWS_AT_ONCE):
        portion = standing[start : start + ROWS_AT_ONCE]
        missing = missing_rights(((each.offer, each.need) for each in portion), day)
        known = {row.proposal_id: row for row in LapsedRight.objects.filter(proposal__in=portion, ended_at=None)}
        changed += sum(_note(each, known, missing) for each in portion)
    if changed:
        transaction.on_commit(partial(tell_of_lapses.enqueue))
    return changed


def _note(proposal: Proposal, known: Mapping[int, LapsedRight], missing: Mapping[Pair, MissingRight]) -> bool:
    row, lacks = known.get(proposal.pk), missing.get((proposal.offer_id, proposal.need_id))
    if (row.code if row else None) == (lacks.code if lacks else None):
        return False
    if row is not None:
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at"])
    if lacks is None:
        record_event(actor=None, verb="proposal.right_back", subject=proposal)
    else:
        LapsedRight.objects.create(proposal=proposal, code=lacks.code, since=lacks.since)
        change = f"{lacks.code.value} {lacks.since or ''}".strip()
        record_event(actor=None, verb="proposal.right_lapsed", subject=proposal, change=change)
    return True
