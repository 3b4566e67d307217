from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .batches import Batch, Change


class Objection(models.Model):
    """What somebody says against a batch on notice, and the answer. An upheld one holds its line back."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        UPHELD = "upheld", _("upheld")
        DISMISSED = "dismissed", _("dismissed")

    batch = models.ForeignKey(Batch, verbose_name=_("batch"), related_name="objections", on_delete=models.CASCADE)
    change = models.ForeignKey(
        Change, verbose_name=_("change of a register"), null=True, blank=True, related_name="objections",
        on_delete=models.CASCADE, help_text=_("Empty: the batch as a whole."),
    )  # fmt: skip
    name = models.CharField(_("your name"), max_length=120)
    contact = models.CharField(
        _("e-mail or telephone"), max_length=160, help_text=_("For our answer only; it is not published.")
    )
    text = models.TextField(_("what speaks against it"), max_length=4000)
    received_at = models.DateTimeField(_("received at"), auto_now_add=True)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.OPEN)
    answer = models.TextField(_("answer"), blank=True, max_length=4000)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("answered by"), null=True, blank=True, related_name="+",
        on_delete=models.SET_NULL,
    )  # fmt: skip
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ("batch", "received_at")

    def __str__(self) -> str:
        return f"{self.batch}: {self.name}"
