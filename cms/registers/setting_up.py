"""The write layer of what a list is and which columns it has. Only what somebody changed is written.

`seen` is what the page showed of the changed fields: nobody writes over a change that he has not seen.
"""

from __future__ import annotations

from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from marketplace.errors import Invalid, NotAllowed
from marketplace.firms.models import User

from .meanwhile import Fields, require_seen
from .models import ListColumn, RegulatedList
from .querysets import may_decide
from .rights import follow_list

Row = TypeVar("Row", bound=models.Model)
SETTLED = frozenset({"slug", "kind"})


@transaction.atomic
def change_list(*, actor: User, regulated_list: RegulatedList, values: Fields, seen: Fields) -> RegulatedList:
    """Rights and hints of all its entries follow. With the first batch its slug and kind are settled."""
    _require_decider(actor)
    locked = RegulatedList.objects.select_for_update().get(pk=regulated_list.pk)
    if values.keys() & SETTLED and locked.batches.exists():
        raise Invalid({name: [_("This is settled with the first batch.")] for name in sorted(values.keys() & SETTLED)})
    changed = _change(locked, values, seen)
    follow_list(changed)
    return changed


@transaction.atomic
def change_column(*, actor: User, column: ListColumn, values: Fields, seen: Fields) -> ListColumn:
    _require_decider(actor)
    return _change(ListColumn.objects.select_for_update().get(pk=column.pk), values, seen)


def _change(row: Row, values: Fields, seen: Fields) -> Row:
    require_seen(row, values, seen)
    for name, value in values.items():
        setattr(row, name, value)
    try:
        row.full_clean()
    except ValidationError as error:
        raise Invalid.from_validation(error) from error
    row.save(update_fields=list(values))
    return row


def _require_decider(actor: User) -> None:
    if not may_decide(actor):
        raise NotAllowed(_("Only those who decide on the registers may do this."))
