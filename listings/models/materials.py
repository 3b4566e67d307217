from __future__ import annotations

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.firms.bilingual import Bilingual
from marketplace.units import Basis

from .codes import WasteCode


class Term(Bilingual):
    """A name of the controlled vocabulary with the other words people use for it, separated by `|`."""

    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    synonyms_zh = models.TextField(_("other words in Chinese"), blank=True)
    synonyms_en = models.TextField(_("other words in English"), blank=True)
    source = models.CharField(_("source"), max_length=250, blank=True)
    to_verify = models.BooleanField(_("to verify"), default=False)

    class Meta:
        abstract = True


class Form(models.TextChoices):
    SOLID = "solid", _("solid")
    POWDER = "powder", _("powder")
    GRANULE = "granule", _("granules")
    LUMP = "lump", _("lumps")
    SLUDGE = "sludge", _("sludge")
    PASTE = "paste", _("paste")
    LIQUID = "liquid", _("liquid")
    GAS = "gas", _("gas")
    HEAT = "heat", _("heat")


class Material(Term):
    class Hazard(models.TextChoices):
        NO = "no", _("not expected to be hazardous")
        MAYBE = "maybe", _("may be hazardous")
        YES = "yes", _("hazardous as a rule")

    parent = models.ForeignKey(
        "self", verbose_name=_("family"), null=True, blank=True, related_name="children", on_delete=models.PROTECT
    )
    form = models.CharField(_("form"), max_length=8, choices=Form.choices, blank=True)
    hazardous_possible = models.CharField(_("hazard"), max_length=5, choices=Hazard.choices, default=Hazard.NO)
    economic_radius_km = models.DecimalField(
        _("economic radius, km"), max_digits=7, decimal_places=1, null=True, blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )  # fmt: skip
    pictogram = models.SlugField(_("pictogram"), max_length=40, blank=True)
    codes = models.ManyToManyField(WasteCode, verbose_name=_("usual waste codes"), blank=True, related_name="materials")

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        ordering = ("slug",)


class Property(Term):
    symbol = models.CharField(_("symbol"), max_length=30, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    basis_default = models.CharField(_("usual basis"), max_length=3, choices=Basis.choices, blank=True)
    min_value = models.FloatField(_("lowest possible value"), null=True, blank=True)
    max_value = models.FloatField(_("highest possible value"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("property")
        verbose_name_plural = _("properties")
        ordering = ("position", "slug")


class MaterialProperty(models.Model):
    """A property worth asking for first when a material is offered."""

    material = models.ForeignKey(
        Material, verbose_name=_("material"), related_name="default_properties", on_delete=models.CASCADE
    )
    property = models.ForeignKey(Property, verbose_name=_("property"), on_delete=models.CASCADE)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("default property of a material")
        verbose_name_plural = _("default properties of materials")
        ordering = ("material", "position")
        constraints = (models.UniqueConstraint(fields=("material", "property"), name="material_property_unique"),)

    def __str__(self) -> str:
        return f"{self.material} · {self.property}"


class MaterialSpecification(models.Model):
    """A limit or a typical range that a standard gives, stated as a fact with its reference."""

    material = models.ForeignKey(
        Material, verbose_name=_("material"), related_name="specifications", on_delete=models.CASCADE
    )
    property = models.ForeignKey(Property, verbose_name=_("property"), null=True, blank=True, on_delete=models.CASCADE)
    parameter = models.CharField(_("parameter as printed"), max_length=120)
    standard = models.CharField(_("standard"), max_length=120, blank=True)
    edition = models.CharField(_("edition"), max_length=40, blank=True)
    grade = models.CharField(_("grade"), max_length=120, blank=True)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    minimum = models.FloatField(_("minimum"), null=True, blank=True)
    maximum = models.FloatField(_("maximum"), null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=20)
    source = models.CharField(_("source"), max_length=250, blank=True)
    to_verify = models.BooleanField(_("to verify"), default=False)

    class Meta:
        verbose_name = _("material specification")
        verbose_name_plural = _("material specifications")
        ordering = ("material", "standard", "grade", "parameter")

    def __str__(self) -> str:
        return f"{self.material} {self.standard} {self.grade} {self.parameter}"
