"""Which firm of the market an entry of a register is: by its number without asking, by its name only when told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from marketplace.errors import NotAllowed, WrongState
from marketplace.firms import credit_code
from marketplace.firms.models import Firm, FormerName, User
from marketplace.firms.services import record_event

from .models import Entry, EntryVersion, RegulatedList
from .naming import anchors, core_name
from .querysets import may_decide
from .rights import follow_rights

MOST_SUGGESTIONS = 5
MOST_COMPARED = 200


@dataclass(frozen=True)
class Suggestion:
    """A firm whose present or former name is like the entry's. An officer looks and decides."""

    firm: Firm
    name: str
    former: bool


@transaction.atomic
def link_by_numbers(entries: Iterable[Entry]) -> int:
    """Link entries without a firm to the one that holds the same credit code; returns how many.

    A firm that stands on the list already, with another entry, is left to an officer.
    """
    waiting = {entry.pk: entry for entry in entries if entry.firm_id is None}
    said = EntryVersion.objects.filter(entry__in=waiting, valid_before=None).exclude(credit_code="")
    codes = {key: credit_code.normalise(code) for key, code in said.values_list("entry", "credit_code")}
    firms = {firm.credit_code: firm for firm in Firm.objects.filter(credit_code__in=set(codes.values()))}
    linked = []
    for key, code in sorted(codes.items()):
        if code in firms and not _stands(firms[code], waiting[key]):
            waiting[key].firm, waiting[key].linked_by = firms[code], Entry.Link.CODE
            waiting[key].save(update_fields=["firm", "linked_by"])
            linked.append(waiting[key])
    follow_rights(linked)
    return len(linked)


def _stands(firm: Firm, entry: Entry) -> bool:
    """Whether the firm has another active entry where it may have only one."""
    if not (entry.one_per_firm and entry.active):
        return False
    others = Entry.objects.active().filter(regulated_list=entry.regulated_list_id, firm=firm)
    return bool(others.exclude(pk=entry.pk).exists())


@transaction.atomic
def link_firm(*, actor: User, entry: Entry, firm: Firm) -> Entry:
    """An officer has looked and says that the entry is this firm."""
    if not may_decide(actor):
        raise NotAllowed
    entry = _locked(entry)
    if entry.firm_id is not None:
        raise WrongState(_("This entry is linked already; unlink it first."))
    if _stands(firm, entry):
        raise WrongState(_("This firm stands on the list already, with another entry."), code="listed_twice")
    entry.firm, entry.linked_by = firm, Entry.Link.OFFICER
    entry.save(update_fields=["firm", "linked_by"])
    record_event(actor=actor, verb="entry.linked", subject=entry, firm=firm, change=str(firm))
    follow_rights([entry])
    return entry


@transaction.atomic
def unlink_firm(*, actor: User, entry: Entry) -> Entry:
    """It was another firm: its right by this entry ends today."""
    if not may_decide(actor):
        raise NotAllowed
    entry = _locked(entry)
    if entry.firm is None:
        raise WrongState
    firm, former = entry.firm, Entry(firm=entry.firm, regulated_list=entry.regulated_list)
    entry.firm, entry.linked_by = None, Entry.Link.NONE
    entry.save(update_fields=["firm", "linked_by"])
    record_event(actor=actor, verb="entry.unlinked", subject=entry, firm=firm, change=str(firm))
    follow_rights([former])
    return entry


def _locked(entry: Entry) -> Entry:
    """The list first, as a publication does, which links entries too."""
    RegulatedList.objects.select_for_update().get(pk=entry.regulated_list_id)
    locked: Entry = Entry.objects.select_for_update().get(pk=entry.pk)
    return locked


def suggestions(entry: Entry) -> list[Suggestion]:
    """Firms with the same name but for spelling and legal form, present names first.

    The database looks for the longest word of each name, and only what holds it is compared.
    """
    names = {name for pair in entry.versions.values_list("name_zh", "name_en") for name in pair if name}
    wanted, sought = {core_name(name) for name in names}, {word for name in names for word in anchors(name)}
    if not sought:
        return []
    present = [
        Suggestion(firm, name, former=False)
        for firm in Firm.objects.filter(_holding(sought, "name_zh", "name_en"))[:MOST_COMPARED]
        for name in (firm.name_zh, firm.name_en)
        if name and core_name(name) in wanted
    ]
    former = [
        Suggestion(row.firm, row.name, former=True)
        for row in FormerName.objects.filter(_holding(sought, "name")).select_related("firm")[:MOST_COMPARED]
        if core_name(row.name) in wanted
    ]
    return [*present, *former][:MOST_SUGGESTIONS]


def _holding(words: Iterable[str], *fields: str) -> Q:
    holding = Q()
    for word in words:
        for field in fields:
            holding |= Q(**{f"{field}__icontains": word})
    return holding
