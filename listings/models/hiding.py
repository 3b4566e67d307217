from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.firms.models import Firm


class HiddenFirm(models.Model):
    """A firm whose listings a person does not want to see in searches any more."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), related_name="hidden_firms", on_delete=models.CASCADE
    )
    firm = models.ForeignKey(Firm, verbose_name=_("firm"), related_name="hidden_by", on_delete=models.CASCADE)
    hidden_at = models.DateTimeField(_("hidden at"), auto_now_add=True)

    class Meta:
        verbose_name = _("hidden firm")
        verbose_name_plural = _("hidden firms")
        ordering = ("-pk",)
        constraints = (models.UniqueConstraint(fields=("user", "firm"), name="hidden_firm_once"),)

    def __str__(self) -> str:
        return f"{self.user} · {self.firm}"
