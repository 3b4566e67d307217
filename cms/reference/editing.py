"""Saving and deleting a row of the reference data: by the services, with all that follows from it.

What a load of reference data prohibits reaches proposals by the clock (`follow_proposals`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from listings.curation import services
from listings.models import MaterialUse
from marketplace.firms.models import User
from matching.curating import follow_reference
from matching.lapses import follow_proposals_of_use

Links = Mapping[str, Iterable[models.Model]]


@transaction.atomic
def add_and_follow(*, actor: User, model: Any, values: Mapping[str, Any], links: Links) -> tuple[Any, int]:
    """The new row, and the number of listings that are matched anew because of it."""
    row = services.add_row(actor=actor, model=model, values=values, links=links)
    return row, _follow(row, [*values, *links])


@transaction.atomic
def change_and_follow(*, actor: User, row: Any, values: Mapping[str, Any], links: Links) -> tuple[Any, int]:
    changed = services.change_row(actor=actor, row=row, values=values, links=links)
    return changed, _follow(changed, [*values, *links])


@transaction.atomic
def delete_and_follow(*, actor: User, row: Any) -> int:
    services.delete_row(actor=actor, row=row)
    return _follow(row, [field.name for field in row._meta.concrete_fields])


@transaction.atomic
def take_release_values_and_follow(*, actor: User, row: Any) -> tuple[Any, int]:
    fields = [field.name for field in row._meta.concrete_fields]
    changed = services.take_release_values(actor=actor, row=row)
    return changed, _follow(changed, fields)


def _follow(row: Any, changed: Collection[str]) -> int:
    """Listings are matched anew, and proposals flagged whose use was prohibited."""
    if isinstance(row, MaterialUse) and "prohibited" in changed:
        follow_proposals_of_use(row.material_id, row.use_id, timezone.localdate())
    return follow_reference(row, changed)
