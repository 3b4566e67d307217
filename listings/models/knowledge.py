"""Which material serves which use, within which limits, and what it costs to carry."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.firms.bilingual import in_language
from marketplace.firms.models import RecoveryOperation
from marketplace.units import Currency

from .materials import Material, Property, Term


class Use(Term):
    operation = models.ForeignKey(
        RecoveryOperation, verbose_name=_("operation"), null=True, blank=True, on_delete=models.PROTECT
    )
    sector = models.CharField(_("sector"), max_length=80, blank=True)
    materials = models.ManyToManyField(Material, through="MaterialUse", related_name="uses")

    class Meta:
        verbose_name = _("use")
        verbose_name_plural = _("uses")
        ordering = ("slug",)


class MaterialUse(models.Model):
    """How well a material serves a use, 0 to 1; `prohibited` says that it never lawfully does."""

    material = models.ForeignKey(
        Material, verbose_name=_("material"), related_name="material_uses", on_delete=models.CASCADE
    )
    use = models.ForeignKey(Use, verbose_name=_("use"), related_name="material_uses", on_delete=models.CASCADE)
    suitability = models.DecimalField(
        _("suitability"), max_digits=3, decimal_places=2,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))],
    )  # fmt: skip
    prohibited = models.BooleanField(_("prohibited"), default=False)
    note_zh = models.CharField(_("note in Chinese"), max_length=400, blank=True)
    note_en = models.CharField(_("note in English"), max_length=400, blank=True)
    source = models.CharField(_("source"), max_length=250, blank=True)
    to_verify = models.BooleanField(_("to verify"), default=False)

    class Meta:
        verbose_name = _("use of a material")
        verbose_name_plural = _("uses of materials")
        ordering = ("material", "-suitability")
        constraints = (
            models.UniqueConstraint(fields=("material", "use"), name="material_use_unique"),
            models.CheckConstraint(
                condition=models.Q(suitability__gte=0, suitability__lte=1), name="material_use_suitability_range"
            ),
        )

    def __str__(self) -> str:
        return f"{self.material} → {self.use}"

    @property
    def note(self) -> str:
        return in_language(self.note_zh, self.note_en)


class UseLimit(models.Model):
    """Default acceptance window of one property where a need states none of its own."""

    material_use = models.ForeignKey(
        MaterialUse, verbose_name=_("use of a material"), related_name="limits", on_delete=models.CASCADE
    )
    property = models.ForeignKey(Property, verbose_name=_("property"), on_delete=models.CASCADE)
    minimum = models.FloatField(_("minimum"), null=True, blank=True)
    maximum = models.FloatField(_("maximum"), null=True, blank=True)
    hard = models.BooleanField(_("hard limit"), default=True)
    grade = models.CharField(_("grade"), max_length=120, blank=True)
    source = models.CharField(_("source"), max_length=250, blank=True)
    to_verify = models.BooleanField(_("to verify"), default=False)

    class Meta:
        verbose_name = _("default limit of a use")
        verbose_name_plural = _("default limits of uses")
        ordering = ("material_use", "property")
        constraints = (models.UniqueConstraint(fields=("material_use", "property"), name="use_limit_unique"),)

    def __str__(self) -> str:
        return f"{self.material_use} · {self.property}"


class HaulageRate(models.Model):
    mode = models.CharField(_("mode"), max_length=12)
    country = models.CharField(_("country"), max_length=2)
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices)
    fixed_per_t = models.DecimalField(_("fixed, per t"), max_digits=10, decimal_places=4)
    rate_per_t_km = models.DecimalField(_("rate, per t·km"), max_digits=10, decimal_places=4)
    road_factor = models.DecimalField(_("road factor"), max_digits=4, decimal_places=2)
    source = models.CharField(_("source"), max_length=250, blank=True)
    to_verify = models.BooleanField(_("to verify"), default=False)

    class Meta:
        verbose_name = _("haulage rate")
        verbose_name_plural = _("haulage rates")
        ordering = ("country", "mode")
        constraints = (models.UniqueConstraint(fields=("mode", "country"), name="haulage_rate_unique"),)

    def __str__(self) -> str:
        return f"{self.mode} {self.country}"
