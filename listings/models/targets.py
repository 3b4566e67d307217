"""What authorities want to be reached by a year: set against what is measured."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.firms.bilingual import Bilingual
from marketplace.firms.models import Region

from .materials import Material

YEAR = [MinValueValidator(1900)]


class Target(Bilingual):
    """One figure of one plan, as the plan states it. `name` is the indicator's.

    Without a region it holds for the whole country. A change is against the base year: −18 is 18 less.
    """

    class Meaning(models.TextChoices):
        AT_LEAST = "at_least", _("at least")
        AT_MOST = "at_most", _("at most")
        CHANGE = "change", _("change against the base year")

    indicator = models.SlugField(_("indicator"), max_length=80)
    meaning = models.CharField(_("meaning"), max_length=8, choices=Meaning.choices)
    value = models.DecimalField(_("value"), max_digits=16, decimal_places=3)
    unit = models.CharField(_("unit"), max_length=40)
    country = models.CharField(_("country"), max_length=2)
    region = models.ForeignKey(
        Region, verbose_name=_("region"), related_name="targets", null=True, blank=True, on_delete=models.PROTECT
    )
    material = models.ForeignKey(
        Material, verbose_name=_("material"), related_name="targets", null=True, blank=True, on_delete=models.PROTECT
    )
    base_year = models.PositiveSmallIntegerField(_("base year"), null=True, blank=True, validators=YEAR)
    year = models.PositiveSmallIntegerField(_("to be reached by"), validators=YEAR)
    source = models.CharField(_("source"), max_length=250)
    to_verify = models.BooleanField(_("to verify"), default=False)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ("indicator", "country", "-year", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("indicator", "country", "year"), condition=Q(region=None), name="target_once_a_country"
            ),
            models.UniqueConstraint(fields=("indicator", "region", "year"), name="target_once_a_region"),
            models.CheckConstraint(
                condition=Q(base_year=None) | Q(base_year__lt=models.F("year")), name="target_years_in_order"
            ),
        )
