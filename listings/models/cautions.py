from __future__ import annotations

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.firms.bilingual import Bilingual, in_language
from marketplace.firms.querysets import SpanQuerySet
from marketplace.firms.spans import STILL, Spanned, lasts_a_day
from marketplace.units import Basis


class Caution(Spanned, Bilingual):
    """What a published list says against a substance or a kind of equipment, from one day until another.

    The registers write one for each entry, version and substance; listings read it and never ask who keeps the list.
    `name` is what is cautioned against, `instead` what the list encourages in its place.
    """

    class Kind(models.TextChoices):
        SUBSTANCE = "substance", _("substance with an encouraged substitute")
        EQUIPMENT = "equipment", _("equipment to be phased out")

    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices)
    substance = models.SlugField(
        _("substance"), max_length=60, blank=True, help_text=_("Empty: known by the words of the list alone.")
    )
    cas = models.CharField(_("CAS number"), max_length=120, blank=True)
    words = models.TextField(_("words to find it by"), blank=True, help_text=_("Separated by |."))
    instead_zh = models.CharField(_("instead, in Chinese"), max_length=250, blank=True)
    instead_en = models.CharField(_("instead, in English"), max_length=250, blank=True)
    field_zh = models.CharField(_("field of use, in Chinese"), max_length=400, blank=True)
    field_en = models.CharField(_("field of use, in English"), max_length=400, blank=True)
    stop_by = models.DateField(_("to stop by"), null=True, blank=True)
    threshold = models.DecimalField(
        _("overlooked up to"), max_digits=16, decimal_places=6, null=True, blank=True,
        validators=[MinValueValidator(Decimal(0))], help_text=_("Empty: any figure above zero counts."),
    )  # fmt: skip
    threshold_unit = models.CharField(_("unit of the threshold"), max_length=20, blank=True)
    threshold_basis = models.CharField(
        _("basis of the threshold"), max_length=3, choices=Basis.choices, blank=True,
        help_text=_("Empty: any basis."),
    )  # fmt: skip
    list_slug = models.SlugField(_("list"), max_length=80)
    list_name_zh = models.CharField(_("list name in Chinese"), max_length=200)
    list_name_en = models.CharField(_("list name in English"), max_length=250)
    entry_key = models.PositiveBigIntegerField(_("entry"), help_text=_("Its key in the register."))
    entry_number = models.PositiveIntegerField(_("number in the list"), default=0)
    entry_url = models.CharField(_("address of the entry"), max_length=250)
    source_url = models.URLField(_("address of the announcement"), max_length=400, blank=True)
    to_verify = models.BooleanField(_("to verify"), default=False)

    objects = SpanQuerySet.as_manager()

    class Meta:
        verbose_name = _("caution")
        verbose_name_plural = _("cautions")
        ordering = ("list_slug", "entry_number", "pk")
        constraints = (
            lasts_a_day("caution_dates_in_order"),
            models.UniqueConstraint(
                fields=("list_slug", "entry_key", "substance"), condition=STILL, name="caution_one_open"
            ),
        )
        indexes = (models.Index(fields=("valid_before", "valid_from"), name="caution_as_of"),)

    @property
    def instead(self) -> str:
        return in_language(self.instead_zh, self.instead_en)

    @property
    def field(self) -> str:
        return in_language(self.field_zh, self.field_en)

    @property
    def list_name(self) -> str:
        return in_language(self.list_name_zh, self.list_name_en)
