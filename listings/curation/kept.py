"""What a load leaves as people edited it here, and where the release says otherwise now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable
from typing import Any

from django.db import models

from listings.models import LocalEdit

from .identity import key_of, key_text, value_text

Kind = LocalEdit.Kind
ROW = ""


class Kept:
    """The edits of one table while it is loaded: the release's values go beside them and never over them.

    `news` are sentences on what the release says otherwise than at the load before, and `missing` the names of edited
    rows that it does not have any more.
    """

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        self.by_row: defaultdict[int, dict[str, LocalEdit]] = defaultdict(dict)
        self.deleted: dict[str, LocalEdit] = {}
        self.news: list[str] = []
        self.missing: list[str] = []
        self._settled: list[LocalEdit] = []
        self._otherwise: list[LocalEdit] = []
        self._new: list[LocalEdit] = []
        for edit in edits_of(model):
            if edit.object_id is None:
                self.deleted[edit.key] = edit
            else:
                self.by_row[edit.object_id][edit.field] = edit

    def key_of(self, record: models.Model) -> str:
        """How the release knows the row, whatever became of its name here."""
        changed = [edit for edit in self.by_row.get(record.pk, {}).values() if edit.kind == Kind.CHANGED]
        return changed[0].key if changed else key_of(record)

    def is_deleted(self, *key: Hashable) -> bool:
        return key_text(*key) in self.deleted

    def keep(self, old: models.Model, new: models.Model, fields: Iterable[Any]) -> None:
        """Puts what is edited here on the row of the release, and notes what that says."""
        edits = self.by_row.get(old.pk)
        if not edits:
            return
        if ROW in edits:
            self._release_has_it_too(edits.pop(ROW), old, new, fields)
        for name, edit in list(edits.items()):
            self._keep_field(edit, old, new, self.model._meta.get_field(name))

    def _keep_field(self, edit: LocalEdit, old: models.Model, new: models.Model, field: Any) -> None:
        said = value_text(new, field.name)
        if getattr(old, field.attname) == getattr(new, field.attname):
            self._settled.append(edit)
            return
        if said != edit.release_value:
            edit.release_value = said
            self._otherwise.append(edit)
            self._tell(edit)
        setattr(new, field.name, getattr(old, field.name))

    def _release_has_it_too(self, edit: LocalEdit, old: models.Model, new: models.Model, fields: Iterable[Any]) -> None:
        """A row that was added here and came with the release: from now on it is one that differs."""
        self._settled.append(edit)
        for field in fields:
            if getattr(old, field.attname) == getattr(new, field.attname):
                continue
            differing = LocalEdit(
                table=edit.table, object_id=old.pk, key=key_of(new), name=edit.name, kind=Kind.CHANGED,
                field=field.name, release_value=value_text(new, field.name), edited_by=edit.edited_by,
            )  # fmt: skip
            self._new.append(differing)
            self._tell(differing)
            setattr(new, field.name, getattr(old, field.name))

    def _tell(self, edit: LocalEdit) -> None:
        label = self.model._meta.get_field(edit.field).verbose_name
        self.news.append(f"{edit.name}, {label}: {edit.release_value or '–'}")

    def stay(self, unclaimed: Iterable[models.Model]) -> set[int]:
        """Numbers of the rows that the release does not have and that stay because they are edited here."""
        staying = {record.pk: self.by_row[record.pk] for record in unclaimed if record.pk in self.by_row}
        self.missing += [next(iter(edits.values())).name for edits in staying.values() if ROW not in edits]
        return set(staying)

    def finish(self, claimed: Collection[str]) -> None:
        """Drops what is settled: the release says the same, or dropped the row that was deleted here."""
        settled = [*self._settled, *(edit for key, edit in self.deleted.items() if key not in claimed)]
        if settled:
            LocalEdit.objects.filter(pk__in=[edit.pk for edit in settled]).delete()
        if self._otherwise:
            LocalEdit.objects.bulk_update(self._otherwise, ["release_value"])
        LocalEdit.objects.bulk_create(self._new)

    @property
    def count(self) -> int:
        """Rows that are otherwise here, those added here included."""
        return len(self.by_row) + len(self.deleted)


def edits_of(model: type[models.Model]) -> models.QuerySet[LocalEdit]:
    return LocalEdit.objects.filter(table=model._meta.label_lower).order_by("pk")
