from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .. import credit_code
from ..bilingual import Bilingual
from ..querysets import FirmQuerySet


def validate_credit_code(value: str) -> None:
    if not credit_code.is_valid(value):
        raise ValidationError(
            _("This is not a valid unified social credit code: check the 18 characters (GB 32100)."),
            code="credit_code",
        )


class Industry(Bilingual):
    scheme = models.CharField(_("scheme"), max_length=12)
    code = models.CharField(_("code"), max_length=8)
    parent = models.ForeignKey("self", verbose_name=_("parent"), null=True, blank=True, on_delete=models.CASCADE)
    level = models.PositiveSmallIntegerField(_("level"))
    source = models.CharField(_("source"), max_length=250, blank=True)
    to_verify = models.BooleanField(_("to verify"), default=False)

    class Meta:
        verbose_name = _("industry")
        verbose_name_plural = _("industries")
        ordering = ("scheme", "code")
        constraints = (models.UniqueConstraint(fields=("scheme", "code"), name="industry_code_unique"),)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Firm(Bilingual):
    """A legal person that holds by-products, takes them, carries them or watches over them."""

    class Source(models.TextChoices):
        MEMBER = "member", _("entered by the firm")
        DEMO = "demo", _("invented for the demonstration")
        SEPA = "sepa", _("SEPA public register")

    credit_code = models.CharField(
        _("unified social credit code"),
        max_length=18,
        blank=True,
        validators=[validate_credit_code],
        help_text=_("18 characters, for firms registered in mainland China."),
    )
    registry = models.CharField(_("register"), max_length=80, blank=True, help_text=_("For example Companies House."))
    registry_id = models.CharField(_("registration number"), max_length=60, blank=True)
    country = models.CharField(_("country"), max_length=2, default="CN")
    nace = models.ForeignKey(
        Industry, verbose_name=_("industry (NACE)"), null=True, blank=True, on_delete=models.PROTECT
    )
    gbt_4754 = models.CharField(_("industry code GB/T 4754"), max_length=5, blank=True)
    about = models.TextField(_("about"), blank=True, max_length=2000)
    source = models.CharField(_("source of the record"), max_length=8, choices=Source.choices, default=Source.MEMBER)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = FirmQuerySet.as_manager()

    class Meta:
        verbose_name = _("firm")
        verbose_name_plural = _("firms")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("credit_code",), condition=~models.Q(credit_code=""), name="firm_credit_code_unique"
            ),
            models.UniqueConstraint(
                fields=("registry", "registry_id"),
                condition=~models.Q(registry_id=""),
                name="firm_registry_id_unique",
            ),
            models.CheckConstraint(condition=~(models.Q(name_zh="") & models.Q(name_en="")), name="firm_has_a_name"),
        )

    def get_absolute_url(self) -> str:
        return reverse("firms:detail", args=[self.pk])

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """The code is put in its standard form before its length and check character are looked at."""
        self.credit_code = credit_code.normalise(self.credit_code)
        super().clean_fields(exclude=exclude)

    def clean(self) -> None:
        if not self.name_zh and not self.name_en:
            raise ValidationError({"name_zh": _("Give the legal name in at least one language.")})


class FormerName(models.Model):
    firm = models.ForeignKey(Firm, verbose_name=_("firm"), related_name="former_names", on_delete=models.CASCADE)
    name = models.CharField(_("former name"), max_length=200)
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("former name")
        verbose_name_plural = _("former names")
        ordering = ("-until", "pk")

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    OWNER = "owner", _("owner")
    TRADER = "trader", _("trader")
    DISPATCHER = "dispatcher", _("dispatcher")
    VIEWER = "viewer", _("viewer")


class Membership(models.Model):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), related_name="memberships", on_delete=models.CASCADE
    )
    firm = models.ForeignKey(Firm, verbose_name=_("firm"), related_name="memberships", on_delete=models.CASCADE)
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = (models.UniqueConstraint(fields=("user", "firm"), name="membership_unique"),)

    def __str__(self) -> str:
        return f"{self.user} · {self.firm} · {self.get_role_display()}"
