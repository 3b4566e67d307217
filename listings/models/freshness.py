from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .listings import Listing


class FreshnessNotice(models.Model):
    """A word to the holder about one listing and one day of confirmation: each stage is told once."""

    class Stage(models.TextChoices):
        SOON = "soon", _("to be confirmed soon")
        LAST = "last", _("last reminder")
        LAPSED = "lapsed", _("left the market unconfirmed")

    listing = models.ForeignKey(
        Listing, verbose_name=_("listing"), related_name="freshness_notices", on_delete=models.CASCADE
    )
    confirm_by = models.DateField(_("confirm by"))
    stage = models.CharField(_("stage"), max_length=6, choices=Stage.choices)
    made_on = models.DateField(_("made on"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("reminder to confirm")
        verbose_name_plural = _("reminders to confirm")
        constraints = (
            models.UniqueConstraint(fields=("listing", "confirm_by", "stage"), name="freshness_notice_once"),
        )
        indexes = (models.Index(fields=("stage",), condition=models.Q(sent_at=None), name="freshness_notice_unsent"),)

    def __str__(self) -> str:
        return f"{self.listing} {self.confirm_by} {self.stage}"
