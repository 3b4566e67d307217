"""Words for what was edited here: table, field, value here and in the release, and the steps so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext_lazy as _

from listings.curation.identity import value_from
from listings.curation.kept import ROW, edits_of
from listings.models import LocalEdit, Material, WasteCode
from marketplace.firms.models import Event
from marketplace.pictures import life_line

MOST_SHOWN = 120
LINKS = {Material.codes.through: _("usual waste codes"), WasteCode.mirrors.through: _("mirror entries")}
VERBS = {
    "reference.added": _("added"),
    "reference.changed": _("changed"),
    "reference.deleted": _("deleted"),
    "reference.taken_back": _("took the release's values again"),
    "reference.brought_back": _("brought back"),
}


@dataclass(frozen=True)
class Difference:
    """One field that is otherwise here than in the release."""

    label: str
    here: str
    release: str
    edit: LocalEdit


def differences(row: models.Model) -> list[Difference]:
    edits = edits_of(type(row)).filter(object_id=row.pk).exclude(field=ROW).select_related("edited_by")
    return [_difference(row, edit) for edit in edits if edit.field != "path"]


def is_added_here(row: models.Model) -> bool:
    return bool(edits_of(type(row)).filter(object_id=row.pk, kind=LocalEdit.Kind.ADDED).exists())


def _difference(row: models.Model, edit: LocalEdit) -> Difference:
    field: Any = row._meta.get_field(edit.field)
    said = value_from(type(row), edit.field, edit.release_value)
    release = edit.release_value if said is None else _shown(field, said)
    return Difference(capfirst(field.verbose_name), _shown(field, getattr(row, edit.field)), release, edit)


def _shown(field: Any, value: Any) -> str:
    if value in (None, ""):
        return "–"
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    return str(dict(field.flatchoices).get(value, value)).replace("|", ", ")


def table_name(table: str) -> str:
    model: Any = apps.get_model(table)
    return capfirst(str(LINKS.get(model) or model._meta.verbose_name_plural))


def field_name(edit: LocalEdit) -> str:
    model: Any = apps.get_model(edit.table)
    return capfirst(str(model._meta.get_field(edit.field).verbose_name)) if edit.field else ""


def release_text(edit: LocalEdit) -> str:
    """For a list, without a query: another row by its key, long texts cut."""
    if not edit.field:
        return ""
    field: Any = apps.get_model(edit.table)._meta.get_field(edit.field)
    value: Any = edit.release_value
    if isinstance(field, models.BooleanField):
        value = value == str(True)
    return Truncator(_shown(field, value)).chars(MOST_SHOWN)


def steps(row: models.Model) -> list[life_line.Event]:
    return [
        life_line.Event(
            when=event.at,
            actor=str(event.actor or "Loopyard"),
            verb=str(VERBS.get(event.verb, event.verb)),
            detail=event.change,
        )
        for event in Event.objects.about(row)
    ]
