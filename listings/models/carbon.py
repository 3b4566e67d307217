"""What using a by-product saves in greenhouse gases, and what hauling it costs: factors with their sources."""

from __future__ import annotations

import re
from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.firms.bilingual import in_language

from .knowledge import Use
from .materials import Material

HAN = re.compile("[\u4e00-\u9fff]")
NOT_NEGATIVE = [MinValueValidator(Decimal(0))]


def factor(label: object, decimal_places: int = 5, **options: object) -> models.DecimalField:
    return models.DecimalField(label, max_digits=12, decimal_places=decimal_places, **options)


class Factor(models.Model):
    """What both tables say of a figure: where it holds, what it counts, and where it was read."""

    country = models.CharField(_("country"), max_length=2, blank=True)
    scope_zh = models.CharField(_("what is counted, in Chinese"), max_length=250, blank=True)
    scope_en = models.CharField(_("what is counted, in English"), max_length=250, blank=True)
    year = models.PositiveSmallIntegerField(_("year"))
    source = models.CharField(_("source"), max_length=250)
    to_verify = models.BooleanField(_("to verify"), default=False)

    class Meta:
        abstract = True

    @property
    def scope(self) -> str:
        return in_language(self.scope_zh, self.scope_en)

    @property
    def source_lang(self) -> str:
        """Titles stay in the language of the document: pages say which, for those who have them read out."""
        return "zh-Hans" if HAN.search(self.source) else "en"


class AvoidedBurden(Factor):
    """What a tonne of a material stands in for in one use, and what making that emits.

    Without a use it holds for needs that name the material and no use. Of the saving, what making the by-product fit
    for use emits is taken off; the haulage is taken off pair by pair.
    """

    material = models.ForeignKey(
        Material, verbose_name=_("material"), related_name="avoided_burdens", on_delete=models.CASCADE
    )
    use = models.ForeignKey(
        Use, verbose_name=_("use"), related_name="avoided_burdens", null=True, blank=True, on_delete=models.CASCADE
    )
    replaces_zh = models.CharField(_("replaces, in Chinese"), max_length=120, blank=True)
    replaces_en = models.CharField(_("replaces, in English"), max_length=120, blank=True)
    replaced_kg_co2e_per_t = factor(_("what it replaces emits, kg CO₂e per t"))
    substitution_ratio = factor(_("tonnes replaced by a tonne"), validators=NOT_NEGATIVE)
    processing_kg_co2e_per_t = factor(_("processing, kg CO₂e per t"), default=Decimal(0), validators=NOT_NEGATIVE)

    class Meta:
        verbose_name = _("avoided burden")
        verbose_name_plural = _("avoided burdens")
        ordering = ("material", "use", "country")
        constraints = (
            models.UniqueConstraint(
                fields=("material", "use", "country"), condition=Q(use__isnull=False), name="avoided_burden_unique"
            ),
            models.UniqueConstraint(
                fields=("material", "country"), condition=Q(use__isnull=True), name="avoided_burden_unique_without_use"
            ),
        )

    def __str__(self) -> str:
        return f"{self.material} → {self.replaces}"

    @property
    def replaces(self) -> str:
        return in_language(self.replaces_zh, self.replaces_en)

    @property
    def avoided_kg_co2e_per_t(self) -> Decimal:
        """Before haulage; below zero where processing emits more than is replaced."""
        return self.substitution_ratio * self.replaced_kg_co2e_per_t - self.processing_kg_co2e_per_t


class TransportFactor(Factor):
    """What carrying a tonne over a kilometre of road or rail emits."""

    mode = models.CharField(_("mode"), max_length=12)
    vehicle_zh = models.CharField(_("vehicle, in Chinese"), max_length=120, blank=True)
    vehicle_en = models.CharField(_("vehicle, in English"), max_length=120, blank=True)
    kg_co2e_per_t_km = factor(_("kg CO₂e per t·km"), 6, validators=NOT_NEGATIVE)

    class Meta:
        verbose_name = _("transport factor")
        verbose_name_plural = _("transport factors")
        ordering = ("country", "mode")
        constraints = (models.UniqueConstraint(fields=("mode", "country"), name="transport_factor_unique"),)

    def __str__(self) -> str:
        return f"{self.mode} {self.country}".strip()

    @property
    def vehicle(self) -> str:
        return in_language(self.vehicle_zh, self.vehicle_en)
