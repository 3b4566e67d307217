from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .rights import Permit


class PermitNotice(models.Model):
    """A word to the holder that a permit runs out: once for each last day and each number of days ahead."""

    permit = models.ForeignKey(Permit, verbose_name=_("permit"), related_name="notices", on_delete=models.CASCADE)
    valid_to = models.DateField(_("valid to"))
    days_ahead = models.PositiveSmallIntegerField(_("days ahead"))
    made_on = models.DateField(_("made on"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("reminder of a permit's end")
        verbose_name_plural = _("reminders of permits' ends")
        constraints = (models.UniqueConstraint(fields=("permit", "valid_to", "days_ahead"), name="permit_notice_once"),)

    def __str__(self) -> str:
        return f"{self.permit} {self.valid_to} {self.days_ahead}"
