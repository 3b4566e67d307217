"""Saving and deleting a row of the reference data: by the services, with all that follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models, transaction

from listings.curation import services
from marketplace.firms.models import User
from matching.curating import follow_reference

Links = Mapping[str, Iterable[models.Model]]


@transaction.atomic
def add_and_follow(*, actor: User, model: Any, values: Mapping[str, Any], links: Links) -> tuple[Any, int]:
    """The new row, and the number of listings that are matched anew because of it."""
    row = services.add_row(actor=actor, model=model, values=values, links=links)
    return row, follow_reference(row, [*values, *links])


@transaction.atomic
def change_and_follow(*, actor: User, row: Any, values: Mapping[str, Any], links: Links) -> tuple[Any, int]:
    changed = services.change_row(actor=actor, row=row, values=values, links=links)
    return changed, follow_reference(changed, [*values, *links])


@transaction.atomic
def delete_and_follow(*, actor: User, row: Any) -> int:
    services.delete_row(actor=actor, row=row)
    return follow_reference(row, [field.name for field in row._meta.concrete_fields])


@transaction.atomic
def take_release_values_and_follow(*, actor: User, row: Any) -> tuple[Any, int]:
    fields = [field.name for field in row._meta.concrete_fields]
    changed = services.take_release_values(actor=actor, row=row)
    return changed, follow_reference(changed, fields)
