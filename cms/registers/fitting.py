"""Whether a line fits the list as it stands, asked early: where it is written, and where its day is set.

The last word is spoken when the batch takes effect; here somebody still sits before the field that is wrong.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from marketplace.errors import Incomplete

from .models import Action, Batch, Change, Entry, EntryVersion

if TYPE_CHECKING:
    from .drafting import Proposal


def require_fit(batch: Batch, proposal: Proposal, key: str) -> None:
    """`key` is what would tell the entry apart if it were new."""
    if proposal.entry is None:
        _require_new(batch, proposal.facts, key)
        return
    _require_known(batch, proposal.entry, proposal.action)
    if batch.changes.filter(entry=proposal.entry, action=proposal.action).exists():
        raise Incomplete(_("The batch has this action for this entry already."), field="action")


def _require_new(batch: Batch, facts: Mapping[str, Any], key: str) -> None:
    standing = Entry.objects.active().filter(regulated_list=batch.regulated_list_id)
    twin = standing.filter(key=key).first() or _same_firm(batch, facts)
    if twin is not None:
        text = _("This stands on the list already, as number %(number)s (%(name)s).")
        raise Incomplete(text % {"number": twin.sequence, "name": twin}, field=_telling(facts))
    same = batch.changes.filter(action=Action.ADD, entry__key=key).first()
    if same is not None:
        text = _("Line %(line)s of this batch adds the same.")
        raise Incomplete(text % {"line": same.position}, field=_telling(facts))


def _same_firm(batch: Batch, facts: Mapping[str, Any]) -> Entry | None:
    """The entry with the same credit code, where a firm stands on the list once."""
    code = facts.get("credit_code")
    if not code or not batch.regulated_list.one_per_firm:
        return None
    said = EntryVersion.objects.of(batch.regulated_list).filter(credit_code=code, valid_before=None)
    version = said.select_related("entry").first()
    return version.entry if version else None


def _telling(facts: Mapping[str, Any]) -> str:
    """The field by which an entry is told apart."""
    told = (name for name in ("reference", "credit_code", "name_zh") if facts.get(name))
    return next(told, "name_en")


def _require_known(batch: Batch, entry: Entry, action: str) -> None:
    if action == Action.ADD:
        if entry.active:
            raise Incomplete(_("It stands on the list already."), field="entry")
    elif not (entry.active or batch.changes.filter(entry=entry, action=Action.ADD).exists()):
        raise Incomplete(_("It does not stand on the list."), field="entry")


def require_later_day(batch: Batch, day: dt.date) -> None:
    """Days run forward: each line takes effect after the day on which what it changes began."""
    lines = batch.changes.filter(state=Change.State.PROPOSED).exclude(action=Action.ADD)
    withdrawn = Q(entry__changes__in=lines.filter(action=Action.WITHDRAW), valid_from=day)
    begun = EntryVersion.objects.filter(valid_before=None)
    newest = begun.filter(withdrawn | Q(entry__changes__in=lines, valid_from__gt=day)).order_by("-valid_from").first()
    if newest is not None:
        text = _("%(name)s stands so since %(day)s; a change can take effect only after that day.")
        raise Incomplete(text % {"name": newest.name, "day": newest.valid_from.isoformat()}, field="effective_on")
