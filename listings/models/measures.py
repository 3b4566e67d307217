"""The numbers of a listing: what an offer has, what a need accepts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.units import Basis

from .listings import Listing
from .materials import Property


def _decimal(label: object, **options: object) -> models.DecimalField:
    return models.DecimalField(label, max_digits=16, decimal_places=6, **options)


def check_bounds(property: Property, values: Mapping[str, Decimal | None]) -> None:
    """Refuses every field whose value lies outside what is physically possible for the property."""
    impossible = [field for field, value in values.items() if value is not None and not _is_possible(property, value)]
    if impossible:
        raise ValidationError(dict.fromkeys(impossible, _("This value is physically impossible for this property.")))


def check_range(low: Decimal, typical: Decimal, high: Decimal) -> None:
    if not low <= typical <= high:
        raise ValidationError({"high": _("The range is upside down: minimum ≤ typical ≤ maximum.")})


def check_window(minimum: Decimal | None, maximum: Decimal | None) -> None:
    if minimum is not None and maximum is not None and minimum > maximum:
        raise ValidationError({"maximum": _("The window is upside down: minimum ≤ maximum.")})


def _is_possible(property: Property, value: Decimal) -> bool:
    too_low = property.min_value is not None and value < Decimal(str(property.min_value))
    too_high = property.max_value is not None and value > Decimal(str(property.max_value))
    return not too_low and not too_high


class ListingProperty(models.Model):
    listing = models.ForeignKey(Listing, related_name="properties", on_delete=models.CASCADE)
    property = models.ForeignKey(Property, verbose_name=_("property"), on_delete=models.PROTECT)
    low = _decimal(_("minimum"))
    typical = _decimal(_("typical"))
    high = _decimal(_("maximum"))
    basis = models.CharField(_("basis"), max_length=3, choices=Basis.choices, blank=True)
    method = models.CharField(_("method"), max_length=80, blank=True)
    sampled_on = models.DateField(_("sampled on"), null=True, blank=True)
    measured = models.BooleanField(_("measured, not estimated"), default=False)

    class Meta:
        verbose_name = _("property of an offer")
        verbose_name_plural = _("properties of offers")
        ordering = ("listing", "property__position", "pk")
        constraints = (
            models.UniqueConstraint(fields=("listing", "property"), name="listing_property_unique"),
            models.CheckConstraint(
                condition=Q(low__lte=F("typical"), typical__lte=F("high")), name="listing_property_in_order"
            ),
        )

    def __str__(self) -> str:
        return f"{self.property} {self.low}–{self.high}"

    def clean(self) -> None:
        if None in (self.low, self.typical, self.high):
            return
        check_range(self.low, self.typical, self.high)
        check_bounds(self.property, {"low": self.low, "high": self.high})


class ListingLimit(models.Model):
    listing = models.ForeignKey(Listing, related_name="limits", on_delete=models.CASCADE)
    property = models.ForeignKey(Property, verbose_name=_("property"), on_delete=models.PROTECT)
    minimum = _decimal(_("minimum"), null=True, blank=True)
    maximum = _decimal(_("maximum"), null=True, blank=True)
    hard = models.BooleanField(_("hard limit"), default=True)
    deduction_per_unit = _decimal(
        _("deduction per unit outside"), default=Decimal(0), validators=[MinValueValidator(Decimal(0))]
    )

    class Meta:
        verbose_name = _("limit of a need")
        verbose_name_plural = _("limits of needs")
        ordering = ("listing", "property__position", "pk")
        constraints = (
            models.UniqueConstraint(fields=("listing", "property"), name="listing_limit_unique"),
            models.CheckConstraint(
                condition=Q(minimum__isnull=True) | Q(maximum__isnull=True) | Q(minimum__lte=F("maximum")),
                name="listing_limit_in_order",
            ),
            models.CheckConstraint(
                condition=Q(minimum__isnull=False) | Q(maximum__isnull=False), name="listing_limit_says_something"
            ),
        )

    def __str__(self) -> str:
        return f"{self.property} {self.minimum}–{self.maximum}"

    def clean(self) -> None:
        if self.minimum is None and self.maximum is None:
            raise ValidationError({"minimum": _("Give a minimum or a maximum.")})
        check_window(self.minimum, self.maximum)
        check_bounds(self.property, {"minimum": self.minimum, "maximum": self.maximum})
