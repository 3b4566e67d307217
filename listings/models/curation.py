"""What people of this site changed in the reference data, and when anything in it changed last."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class LocalEdit(models.Model):
    """One field of a reference row, or the row itself, that is otherwise here than in the release.

    Loads leave it as it is here and keep what the release says beside it. `table` is the model's label, because links
    such as the usual codes of a material are rows without a content type. `key` is how the release knows the row;
    a deleted row has no number any more. A row whose fields all say again what the release says has no edits.
    """

    class Kind(models.TextChoices):
        ADDED = "added", _("added here")
        CHANGED = "changed", _("changed here")
        DELETED = "deleted", _("deleted here")

    table = models.CharField(_("table"), max_length=80)
    object_id = models.PositiveBigIntegerField(_("number of the row"), null=True, blank=True)
    key = models.CharField(_("key in the release"), max_length=900)
    name = models.CharField(_("name of the row"), max_length=250)
    kind = models.CharField(_("kind of edit"), max_length=7, choices=Kind.choices)
    field = models.CharField(_("field"), max_length=60, blank=True)
    release_value = models.TextField(_("the release says"), blank=True)
    edited_at = models.DateTimeField(_("edited at"), auto_now=True)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("edited by"), null=True, blank=True, related_name="+",
        on_delete=models.SET_NULL,
    )  # fmt: skip

    class Meta:
        verbose_name = _("local edit of the reference data")
        verbose_name_plural = _("local edits of the reference data")
        ordering = ("-edited_at", "-pk")
        permissions = (("curate_reference", _("May change the reference data")),)
        constraints = (
            models.UniqueConstraint(fields=("table", "object_id", "field"), name="local_edit_once"),
            models.CheckConstraint(
                condition=Q(kind="deleted", object_id__isnull=True) | ~Q(kind="deleted") & Q(object_id__isnull=False),
                name="local_edit_has_its_row",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.field}".strip()


class ReferenceStamp(models.Model):
    """A random number in one row: another one after each edit or load, so that every process sees it happened."""

    stamp = models.BigIntegerField(_("stamp"))

    class Meta:
        verbose_name = _("stamp of the reference data")
        verbose_name_plural = _("stamps of the reference data")

    def __str__(self) -> str:
        return str(self.stamp)
