"""Keeps note of what is otherwise here than in the release, so that loads leave it and people see it."""

from __future__ import annotations

from typing import Any

from django.db import models

from listings.models import LocalEdit
from marketplace.firms.models import User

from .identity import key_of, value_text
from .kept import ROW, edits_of

Kind = LocalEdit.Kind
LONGEST_NAME = 250


def note_added(row: models.Model, actor: User | None) -> None:
    """One that the release has too and that was deleted here counts as added, until the next load compares the two."""
    edits_of(type(row)).filter(kind=Kind.DELETED, key=key_of(row)).delete()
    _edit(row, actor, kind=Kind.ADDED, key=key_of(row), field=ROW).save()


def note_deleted(row: models.Model, actor: User | None) -> None:
    """Call before the row is gone. One that was added here leaves no trace but its events."""
    edits = list(edits_of(type(row)).filter(object_id=row.pk))
    kinds = {edit.kind for edit in edits}
    key = edits[0].key if Kind.CHANGED in kinds else key_of(row)
    edits_of(type(row)).filter(object_id=row.pk).delete()
    if Kind.ADDED not in kinds:
        edit = _edit(row, actor, kind=Kind.DELETED, key=key, field=ROW)
        edit.object_id = None
        edit.save()


def note_changed(before: models.Model, after: models.Model, actor: User | None) -> list[tuple[str, str, str]]:
    """Field, old and new value of all that differs, as text."""
    edits = {edit.field: edit for edit in edits_of(type(after)).filter(object_id=after.pk)}
    key = next((edit.key for edit in edits.values() if edit.kind == Kind.CHANGED), key_of(before))
    changes = list(_differences(before, after))
    for name, old, new in changes:
        if ROW not in edits:
            _note_field(edits.get(name), after, actor, key=key, name=name, old=old, new=new)
    return changes


def _note_field(
    edit: LocalEdit | None, row: models.Model, actor: User | None, *, key: str, name: str, old: str, new: str
) -> None:
    if edit is None:
        _edit(row, actor, kind=Kind.CHANGED, key=key, field=name, release_value=old).save()
    elif edit.release_value == new:
        edit.delete()
    else:
        edit.edited_by, edit.name = actor, name_of(row)
        edit.save()


def _differences(before: models.Model, after: models.Model) -> list[tuple[str, str, str]]:
    names = [field.name for field in after._meta.concrete_fields if not field.primary_key]
    values = ((name, value_text(before, name), value_text(after, name)) for name in names)
    return [(name, old, new) for name, old, new in values if old != new]


def _edit(row: models.Model, actor: User | None, **facts: Any) -> LocalEdit:
    return LocalEdit(table=row._meta.label_lower, object_id=row.pk, name=name_of(row), edited_by=actor, **facts)


def name_of(row: models.Model) -> str:
    """A link has no name of its own: it is called by its two ends."""
    if not row._meta.auto_created:
        return str(row)[:LONGEST_NAME]
    ends = (getattr(row, field.name) for field in row._meta.concrete_fields if field.many_to_one)
    return " – ".join(str(end) for end in ends)[:LONGEST_NAME]
