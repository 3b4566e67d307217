"""The write layer of the reference data: add, change, delete, and take the release's values again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from listings.models import LocalEdit, WasteCode
from marketplace.errors import Invalid, NotAllowed, WrongState
from marketplace.firms import waste_codes
from marketplace.firms.models import Region, User
from marketplace.firms.services import record_event, save_clean

from . import noting
from .checks import check, check_change
from .identity import fixed_fields, value_from
from .kept import edits_of
from .linking import link_to, linked
from .pointing import what_points_to
from .searching import follow_in_search
from .stamps import renew_stamp, wait_for_turn

Row = TypeVar("Row", bound=models.Model)
PERMISSION = "listings.curate_reference"
UPDATE_BATCH = 100
Links = Mapping[str, Iterable[models.Model]]


@transaction.atomic
def add_row(*, actor: User, model: type[Row], values: Mapping[str, Any], links: Links | None = None) -> Row:
    """A row that the release does not have. `links` are those of the model's many-to-many fields that are stated."""
    _require_curator(actor)
    wait_for_turn()
    row = model(**_as_they_are_now(values))
    _derive(row)
    check(row, links or {})
    save_clean(row)
    noting.note_added(row, actor)
    record_event(actor=actor, verb="reference.added", subject=row, change=str(row))
    _link(row, links or {}, actor)
    _take_effect(row)
    return row


@transaction.atomic
def change_row(*, actor: User, row: Row, values: Mapping[str, Any], links: Links | None = None) -> Row:
    """Change the fields and links that are stated, and no others: what somebody else changed meanwhile stays."""
    _require_curator(actor)
    wait_for_turn()
    before = type(row)._default_manager.select_for_update().get(pk=row.pk)
    after = type(row)._default_manager.get(pk=row.pk)
    _assign(after, _as_they_are_now(values))
    _derive(after)
    check_change(before, after)
    check(after, linked(after) | dict(links or {}))
    save_clean(after)
    for name, old, new in noting.note_changed(before, after, actor):
        change = f"{after._meta.get_field(name).verbose_name}: {_from_to(name, old, new)}"
        record_event(actor=actor, verb="reference.changed", subject=after, change=change)
    _link(after, links or {}, actor)
    _move_what_lies_below(before, after)
    _take_effect(after)
    return after


@transaction.atomic
def delete_row(*, actor: User, row: models.Model) -> None:
    """Only what nothing points to. A row of the release stays away until it is brought back."""
    _require_curator(actor)
    wait_for_turn()
    row = type(row)._default_manager.select_for_update().get(pk=row.pk)
    if pointing := what_points_to(row):
        text = _("This cannot be deleted because it is used. %(what)s")
        raise WrongState(text % {"what": "; ".join(pointing)})
    _link(row, dict.fromkeys(linked(row), ()), actor)
    record_event(actor=actor, verb="reference.deleted", subject=row, change=str(row))
    noting.note_deleted(row, actor)
    row.delete()
    renew_stamp()


@transaction.atomic
def take_release_values(*, actor: User, row: Row) -> Row:
    """Undo all that was changed of the row itself here. One that was added here stays: it may be deleted."""
    _require_curator(actor)
    wait_for_turn()
    edits = list(edits_of(type(row)).filter(object_id=row.pk, kind=LocalEdit.Kind.CHANGED))
    if not edits:
        raise WrongState(_("Nothing of this row is otherwise than in the release."))
    values = {edit.field: value_from(type(row), edit.field, edit.release_value) for edit in edits}
    gone = [edit for edit in edits if values[edit.field] is None and edit.release_value]
    if gone:
        text = _("The release names %(what)s, which is not here any more. Bring it back first.")
        raise WrongState(text % {"what": gone[0].release_value})
    row = change_row(actor=actor, row=row, values={name: values[name] for name in values if name != "path"})
    record_event(actor=actor, verb="reference.taken_back", subject=row)
    return row


@transaction.atomic
def bring_back(*, actor: User, edit: LocalEdit) -> None:
    """A row that was deleted here may come with the next load again."""
    _require_curator(actor)
    if edit.kind != LocalEdit.Kind.DELETED:
        raise WrongState
    record_event(actor=actor, verb="reference.brought_back", subject=edit, change=edit.name)
    edit.delete()


def _require_curator(actor: User) -> None:
    if not actor.has_perm(PERMISSION):
        raise NotAllowed(_("You may look at the reference data, but not change it."))


def _as_they_are_now(values: Mapping[str, Any]) -> dict[str, Any]:
    """Rows that were chosen on a page may have moved, or gone, while somebody else had the turn."""
    return {name: _read_again(name, value) for name, value in values.items()}


def _read_again(name: str, value: Any) -> Any:
    if not isinstance(value, models.Model):
        return value
    found = type(value)._default_manager.filter(pk=value.pk).first()
    if found is None:
        raise Invalid({name: [_("%(row)s is not here any more.") % {"row": value}]})
    return found


def _assign(row: models.Model, values: Mapping[str, Any]) -> None:
    for name in fixed_fields(type(row)):
        if name in values and values[name] != getattr(row, name):
            raise Invalid({name: [_("This stays as it was when the row was added, because others know it by this.")]})
    for name, value in values.items():
        setattr(row, name, value)


def _derive(row: models.Model) -> None:
    """What is never typed: the sortable key of a waste code, the path of a region."""
    if isinstance(row, WasteCode):
        row.code = waste_codes.normalise(row.scheme, row.code)
        row.code_display = row.code_display or row.code
        try:
            row.key = waste_codes.key(row.scheme, row.code)
        except ValueError:
            row.key = ""  # told by the check
    if isinstance(row, Region):
        row.path = f"{row.parent.path if row.parent else ''}{row.code}/"


def _from_to(name: str, old: str, new: str) -> str:
    """Old → new; of a list of words only those that came and went."""
    if not name.startswith("synonyms"):
        return f"{old or '–'} → {new or '–'}"
    before, after = old.split("|"), new.split("|")
    signed = [f"+ {word}" for word in after if word not in before]
    return ", ".join(signed + [f"− {word}" for word in before if word not in after])


def _link(row: models.Model, links: Links, actor: User) -> None:
    for name, wanted in links.items():
        added, removed = link_to(row, name, wanted, actor)
        if added or removed:
            signed = [f"+ {each}" for each in added] + [f"− {each}" for each in removed]
            change = f"{row._meta.get_field(name).verbose_name}: {', '.join(signed)}"
            record_event(actor=actor, verb="reference.changed", subject=row, change=change)


def _move_what_lies_below(before: models.Model, after: models.Model) -> None:
    """Regions are found by their path, so those below a moved one move along."""
    if not (isinstance(before, Region) and isinstance(after, Region)) or before.path == after.path:
        return
    below = list(Region.objects.filter(path__startswith=before.path).exclude(pk=after.pk))
    for region in below:
        region.path = after.path + region.path.removeprefix(before.path)
    Region.objects.bulk_update(below, ["path"], batch_size=UPDATE_BATCH)


def _take_effect(row: models.Model) -> None:
    renew_stamp()
    follow_in_search(row)
