from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.firms.bilingual import Bilingual, in_language


class ListKind(models.TextChoices):
    RECYCLERS = "recyclers", _("recyclers that meet the industry conditions")
    LICENSED_SITES = "licensed_sites", _("licensed sites")
    GREEN_FACTORIES = "green_factories", _("green factories")
    GREEN_PARKS = "green_parks", _("green parks")
    GREEN_PRODUCTS = "green_products", _("green products")
    REMANUFACTURED = "remanufactured", _("remanufactured products")
    WATER_SAVING = "water_saving", _("encouraged water-saving technology")
    SUBSTITUTES = "substitutes", _("substitutes for toxic and hazardous raw materials")
    PHASED_OUT = "phased_out", _("equipment to be phased out")
    FRONT_RUNNERS = "front_runners", _("front-runners")
    SERVICE_PROVIDERS = "service_providers", _("service providers")


class RegulatedList(Bilingual):
    """A list that an authority publishes in batches. `one_per_firm`: a firm stands on it at most once at a time."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=ListKind.choices)
    country = models.CharField(_("country"), max_length=2, default="CN")
    authority_zh = models.CharField(_("authority in Chinese"), max_length=200, blank=True)
    authority_en = models.CharField(_("authority in English"), max_length=200, blank=True)
    legal_basis_zh = models.CharField(_("legal basis in Chinese"), max_length=400, blank=True)
    legal_basis_en = models.CharField(_("legal basis in English"), max_length=400, blank=True)
    standard = models.CharField(_("edition of the standard"), max_length=200, blank=True)
    notice_days = models.PositiveSmallIntegerField(
        _("days of public notice"), default=30, validators=[MaxValueValidator(365)],
        help_text=_("At least so long; 0 for a list without public notice."),
    )  # fmt: skip
    gives_right = models.BooleanField(
        _("gives the right to trade"), default=False, help_text=_("Matching and deals follow this list.")
    )
    rectify_suspends = models.BooleanField(
        _("no right while rectifying"), default=False, help_text=_("The right rests while an entry is to rectify.")
    )
    one_per_firm = models.BooleanField(_("one entry per firm"), default=True)
    self_check_month = models.PositiveSmallIntegerField(
        _("month of the yearly self-check"), null=True, blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(12)], help_text=_("Due on its last day."),
    )  # fmt: skip
    source = models.CharField(_("source"), max_length=400, blank=True)
    to_verify = models.BooleanField(_("to verify"), default=False)

    class Meta:
        verbose_name = _("regulated list")
        verbose_name_plural = _("regulated lists")
        ordering = ("slug",)
        permissions = (
            ("prepare_registers", "May prepare batches of a register"),
            ("decide_registers", "May put batches on notice, answer objections and publish"),
        )

    def get_absolute_url(self) -> str:
        return reverse("registers:list", args=[self.slug])

    @property
    def authority(self) -> str:
        return in_language(self.authority_zh, self.authority_en)

    @property
    def legal_basis(self) -> str:
        return in_language(self.legal_basis_zh, self.legal_basis_en)


class ListColumn(Bilingual):
    """A column of one list's own, beside those that every entry has."""

    class Type(models.TextChoices):
        TEXT = "text", _("text")
        NUMBER = "number", _("number")
        DAY = "day", _("day")

    regulated_list = models.ForeignKey(
        RegulatedList, verbose_name=_("list"), related_name="columns", on_delete=models.CASCADE
    )
    slug = models.SlugField(_("slug"), max_length=60)
    type = models.CharField(_("type"), max_length=6, choices=Type.choices, default=Type.TEXT)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    required = models.BooleanField(_("required"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("column of a list")
        verbose_name_plural = _("columns of lists")
        ordering = ("regulated_list", "position", "pk")
        constraints = (models.UniqueConstraint(fields=("regulated_list", "slug"), name="list_column_unique"),)

    def clean(self) -> None:
        if not self.name_zh and not self.name_en:
            raise ValidationError({"name_zh": _("Give the name in at least one language.")})


class ColumnValue(models.Model):
    """The value of one of the list's own columns, in the plain form of its type (1234.5, 2020-03-01)."""

    column = models.ForeignKey(ListColumn, verbose_name=_("column of a list"), on_delete=models.PROTECT)
    value = models.CharField(_("value"), max_length=400)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.column}: {self.value}"
