from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.firms.bilingual import Bilingual
from marketplace.firms.waste_codes import Scheme


class WasteCode(Bilingual):
    """A code of the European List of Waste or of the Chinese solid and hazardous waste catalogues."""

    class Entry(models.TextChoices):
        ABSOLUTE = "absolute", _("absolute entry")
        MIRROR = "mirror", _("mirror entry")
        NONE = "", _("not stated")

    scheme = models.CharField(_("code list"), max_length=6, choices=Scheme.choices)
    code = models.CharField(_("code"), max_length=14)
    code_display = models.CharField(_("code as printed"), max_length=20)
    key = models.CharField(max_length=14, editable=False, db_index=True)
    level = models.CharField(_("level"), max_length=12)
    parent = models.ForeignKey("self", verbose_name=_("parent"), null=True, blank=True, on_delete=models.CASCADE)
    hazardous = models.BooleanField(_("hazardous"), default=False)
    entry = models.CharField(_("kind of entry"), max_length=8, choices=Entry.choices, blank=True)
    mirrors = models.ManyToManyField("self", verbose_name=_("mirror entries"), blank=True)
    sepa_material = models.CharField(_("SEPA material class"), max_length=120, blank=True)
    source = models.CharField(_("source"), max_length=250, blank=True)
    to_verify = models.BooleanField(_("to verify"), default=False)

    class Meta:
        verbose_name = _("waste code")
        verbose_name_plural = _("waste codes")
        ordering = ("scheme", "key")
        constraints = (models.UniqueConstraint(fields=("scheme", "code"), name="waste_code_unique"),)

    def __str__(self) -> str:
        return f"{self.code_display} {self.name}"
