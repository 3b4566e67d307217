"""What a firm may lawfully take: permits with their lines, and its standing on regulated lists."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .. import waste_codes
from ..bilingual import Bilingual, in_language
from ..querysets import PermitLineQuerySet, PermitQuerySet, SpanQuerySet
from ..spans import STILL, Spanned, in_order
from .firms import Firm
from .places import Site


class RecoveryOperation(Bilingual):
    """R1–R13 and D1–D15 of the Waste Framework Directive, annexes I and II."""

    code = models.CharField(_("code"), max_length=4, unique=True)

    class Meta:
        verbose_name = _("recovery or disposal operation")
        verbose_name_plural = _("recovery and disposal operations")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class PermitState(models.TextChoices):
    DRAFT = "draft", _("draft")
    VERIFIED = "verified", _("verified")
    EXPIRED = "expired", _("expired")
    SUSPENDED = "suspended", _("suspended")
    REVOKED = "revoked", _("revoked")


class Permit(models.Model):
    class Kind(models.TextChoices):
        HAZARDOUS = "hazardous", _("hazardous waste operating licence")
        WASTE = "waste", _("waste management permit")
        DISCHARGE = "discharge", _("pollutant discharge permit")
        COPROCESSING = "coprocessing", _("co-processing permit")
        EXEMPTION = "exemption", _("registered exemption")

    firm = models.ForeignKey(Firm, verbose_name=_("firm"), related_name="permits", on_delete=models.CASCADE)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    number = models.CharField(_("permit number"), max_length=80)
    authority = models.CharField(_("authority"), max_length=200)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True, help_text=_("Last day; empty if open-ended."))
    state = models.CharField(_("state"), max_length=10, choices=PermitState.choices, default=PermitState.DRAFT)
    document = models.FileField(_("document"), upload_to="permits/%Y/", blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("verified by"), null=True, blank=True, on_delete=models.SET_NULL
    )
    verified_on = models.DateField(_("verified on"), null=True, blank=True)

    objects = PermitQuerySet.as_manager()

    class Meta:
        verbose_name = _("permit")
        verbose_name_plural = _("permits")
        ordering = ("firm", "number")
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="permit_dates_in_order"
            ),
            models.UniqueConstraint(fields=("firm", "number"), name="permit_number_unique"),
        )

    def __str__(self) -> str:
        return self.number

    def clean(self) -> None:
        if self.valid_to and self.valid_from and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": _("The last day lies before the first day.")})


class PermitLine(models.Model):
    """One entry of a permit: a code or code range, an operation, a yearly tonnage, at one site or at all of them."""

    permit = models.ForeignKey(Permit, verbose_name=_("permit"), related_name="lines", on_delete=models.CASCADE)
    site = models.ForeignKey(
        Site, verbose_name=_("site"), null=True, blank=True, on_delete=models.CASCADE,
        help_text=_("Empty: every site of the firm."),
    )  # fmt: skip
    scheme = models.CharField(_("code list"), max_length=6, choices=waste_codes.Scheme.choices)
    code_from = models.CharField(_("waste code"), max_length=14)
    code_to = models.CharField(_("to code"), max_length=14, blank=True, help_text=_("Only for a range."))
    key_from = models.CharField(max_length=14, editable=False)
    key_to = models.CharField(max_length=14, editable=False)
    operation = models.ForeignKey(RecoveryOperation, verbose_name=_("operation"), on_delete=models.PROTECT)
    form = models.CharField(_("form"), max_length=40, blank=True)
    capacity_t_per_year = models.DecimalField(
        _("capacity, t/year"), max_digits=14, decimal_places=3, null=True, blank=True,
        validators=[MinValueValidator(Decimal(0))], help_text=_("Empty: the permit sets no limit."),
    )  # fmt: skip
    taken_t = models.DecimalField(
        _("already taken this year, t"), max_digits=14, decimal_places=3, default=Decimal(0),
        validators=[MinValueValidator(Decimal(0))],
    )  # fmt: skip
    taken_year = models.PositiveSmallIntegerField(_("year of the tonnes taken"), null=True, blank=True)

    objects = PermitLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("permit line")
        verbose_name_plural = _("permit lines")
        ordering = ("permit", "key_from", "pk")
        indexes = (models.Index(fields=("scheme", "key_from", "key_to"), name="permit_line_codes"),)
        constraints = (
            models.CheckConstraint(condition=Q(key_to__gte=F("key_from")), name="permit_line_range_in_order"),
            models.CheckConstraint(
                condition=Q(capacity_t_per_year__isnull=True) | Q(capacity_t_per_year__gte=0),
                name="permit_line_capacity_not_negative",
            ),
            models.CheckConstraint(condition=Q(taken_t__gte=0), name="permit_line_taken_not_negative"),
        )

    def __str__(self) -> str:
        codes = f"{self.code_from}–{self.code_to}" if self.code_to else self.code_from
        return f"{codes} {self.operation.code}"

    def clean(self) -> None:
        self.key_from = self._key("code_from", self.code_from)
        self.key_to = self._key("code_to", self.code_to) if self.code_to else self.key_from
        if self.key_to < self.key_from:
            raise ValidationError({"code_to": _("The range ends before it starts.")})
        if self.site_id and self.permit_id and self.site.firm_id != self.permit.firm_id:
            raise ValidationError({"site": _("This site belongs to another firm.")})

    def _key(self, field: str, code: str) -> str:
        try:
            return waste_codes.key(self.scheme, code)
        except ValueError:
            raise ValidationError({field: _("This is not a code of the chosen list.")}) from None

    def free_t(self, day: dt.date) -> Decimal | None:
        """Tonnes left in the calendar year of `day`; None when the permit sets no limit."""
        if self.capacity_t_per_year is None:
            return None
        taken = self.taken_t if self.taken_year == day.year else Decimal(0)
        return max(self.capacity_t_per_year - taken, Decimal(0))


class Recognition(Spanned):
    """A firm's standing on a published list. `valid_before` is the first day on which it no longer counts."""

    firm = models.ForeignKey(Firm, verbose_name=_("firm"), related_name="recognitions", on_delete=models.CASCADE)
    list_slug = models.SlugField(_("list"), max_length=80)
    list_name_zh = models.CharField(_("list name in Chinese"), max_length=200)
    list_name_en = models.CharField(_("list name in English"), max_length=200)
    reference = models.CharField(_("reference"), max_length=120, blank=True)

    objects = SpanQuerySet.as_manager()

    class Meta:
        verbose_name = _("recognition")
        verbose_name_plural = _("recognitions")
        ordering = ("firm", "list_slug", "-valid_from")
        constraints = (
            in_order("recognition_dates_in_order"),
            models.UniqueConstraint(fields=("firm", "list_slug"), condition=STILL, name="recognition_one_open"),
        )

    def __str__(self) -> str:
        return f"{self.firm} · {self.list_name}"

    @property
    def list_name(self) -> str:
        return in_language(self.list_name_zh, self.list_name_en)
