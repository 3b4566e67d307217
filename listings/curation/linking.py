"""Links of the reference data: usual codes of a material, mirror entries of a code, members of a composite region."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q

from marketplace.firms.models import User

from . import noting
from .identity import KEYS


def link_fields(model: type[models.Model]) -> list[str]:
    """Many-to-many fields whose rows say nothing but the link."""
    return [field.name for field in model._meta.local_many_to_many if field.remote_field.through in KEYS]


def linked(row: models.Model) -> dict[str, list[Any]]:
    """Nothing where the row is not stored yet."""
    return {name: list(getattr(row, name).all()) if row.pk else [] for name in link_fields(type(row))}


def link_to(
    row: models.Model, name: str, wanted: Iterable[models.Model], actor: User | None
) -> tuple[list[str], list[str]]:
    """Bring one kind of links in line with what is wanted; names of those added and removed."""
    field: Any = row._meta.get_field(name)
    before, after = {each.pk: each for each in getattr(row, name).all()}, {each.pk: each for each in wanted}
    going, coming = before.keys() - after.keys(), after.keys() - before.keys()
    through, (own, other) = field.remote_field.through, _ends(field)
    for link in _links(through, own, other, row, going, field.remote_field.symmetrical):
        noting.note_deleted(link, actor)
        link.delete()
    getattr(row, name).add(*coming)
    for link in _links(through, own, other, row, coming, field.remote_field.symmetrical):
        noting.note_added(link, actor)
    return [str(after[key]) for key in sorted(coming)], [str(before[key]) for key in sorted(going)]


def _ends(field: Any) -> tuple[str, str]:
    return field.m2m_field_name(), field.m2m_reverse_field_name()


def _links(
    through: Any, own: str, other: str, row: models.Model, keys: Iterable[int], both_ways: bool
) -> list[models.Model]:
    """Stored links of the row with others; what is mutual is stored in both directions."""
    found = Q(**{own: row, f"{other}__in": keys})
    if both_ways:
        found |= Q(**{other: row, f"{own}__in": keys})
    return list(through._default_manager.filter(found).select_related(own, other))
