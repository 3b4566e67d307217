"""Rights follow the register: where a list gives the right to trade, its entries become a firm's recognitions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from marketplace.firms.models import Firm, Recognition
from marketplace.firms.services import end_recognition, recognise
from matching.services import follow_firm

from .hinting import follow_cautions
from .models import Entry, EntryVersion, RegulatedList, Standing


def follow_rights(entries: Iterable[Entry]) -> int:
    """Begin and end recognitions of the firms behind these entries; returns how many. Call it in the transaction.

    Where nothing changes nothing is written, so that it can be repeated. Matching is told at once. No actor is named:
    the register's decision stands behind it, and the events of its batch say who decided.
    """
    touched = {(entry.firm_id, entry.regulated_list_id) for entry in entries if entry.firm_id}
    lists = RegulatedList.objects.filter(gives_right=True).in_bulk({key for _firm, key in touched})
    firms = Firm.objects.in_bulk({firm for firm, _list in touched})
    changed = {firm for firm, key in touched if key in lists and _follow(firms[firm], lists[key])}
    for key in sorted(changed):
        follow_firm(firms[key])
    return len(changed)


@transaction.atomic
def follow_list(regulated_list: RegulatedList) -> None:
    """After a change of what the list means: rights and hints of all its entries as they would be published now."""
    entries = list(regulated_list.entries.all())
    follow_cautions(regulated_list, entries)
    if regulated_list.gives_right:
        follow_rights(entries)
        return
    for held in Recognition.objects.filter(list_slug=regulated_list.slug, valid_before=None).select_related("firm"):
        end_recognition(actor=None, recognition=held, day=timezone.localdate())
        follow_firm(held.firm)


def _follow(firm: Firm, regulated_list: RegulatedList) -> bool:
    standing = _standing(firm, regulated_list)
    held = firm.recognitions.filter(list_slug=regulated_list.slug, valid_before=None).first()
    if standing is not None and held is None:
        recognise(actor=None, firm=firm, values=_values(regulated_list, standing))
    elif standing is None and held is not None:
        end_recognition(actor=None, recognition=held, day=_end(held, regulated_list))
    else:
        return False
    return True


def _standing(firm: Firm, regulated_list: RegulatedList) -> EntryVersion | None:
    """The version that gives the right now or from a later day on."""
    versions = EntryVersion.objects.filter(
        regulated_list=regulated_list, entry__firm=firm, entry__active=True, valid_before=None
    )
    if regulated_list.rectify_suspends:
        versions = versions.filter(standing=Standing.LISTED)
    return versions.select_related("batch").order_by("valid_from").first()


def _values(regulated_list: RegulatedList, version: EntryVersion) -> dict[str, object]:
    return {
        "list_slug": regulated_list.slug,
        "list_name_zh": regulated_list.name_zh,
        "list_name_en": regulated_list.name_en,
        "reference": version.reference or version.batch.announcement,
        "valid_from": version.valid_from,
    }


def _end(held: Recognition, regulated_list: RegulatedList) -> dt.date:
    """The day on which the last version ended or, where it only rectifies, began."""
    said = EntryVersion.objects.filter(regulated_list=regulated_list, entry__firm=held.firm_id)
    last = said.order_by("valid_from").last()
    ended: dt.date | None = last and (last.valid_before or last.valid_from)
    if ended is None or ended < held.valid_from:
        return timezone.localdate()  # the entry was unlinked
    return ended
