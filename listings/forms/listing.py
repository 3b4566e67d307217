"""The fields of an offer and of a need, typed and limited as the model has them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from marketplace.fields import NumberField
from marketplace.firms import waste_codes
from marketplace.firms.models import Region

from ..models import Kind, Listing, Material, Use, WasteCode
from ..names import MATERIAL, USE, Subject, names
from .long_select import LongSelect
from .subject import resolve

SELECTABLE_REGIONS = (Region.Level.COUNTRY, Region.Level.PROVINCE, Region.Level.COMPOSITE)
_BETWEEN_CODES = re.compile(r"[,;\n，；、]+")
_BETWEEN_NAMES = re.compile(r"[;\n；]+")  # names have commas of their own
# The five fields of the page, in their order: so are the errors listed.
FIRST_FIELDS = (
    "material", "quantity_amount", "quantity_period", "price_amount", "currency", "price_direction", "negotiable",
    "site", "description",
)  # fmt: skip
COMMON_FIELDS = (
    "site", "quantity_amount", "quantity_period", "currency", "negotiable", "description",
    "title_zh", "title_en", "form",
    "stock_t", "stock_on", "available_from", "available_to", "min_lot_t", "max_lot_t", "packing",
    "variability_percent",
    "scope", "region", "max_distance_km", "listed_only",
    "price_visibility", "firm_visibility", "evidence_visibility",
)  # fmt: skip
OFFER_FIELDS = (
    "legal_status", "status_decision", "status_expires_on", "source_process", "disposal_route", "disposal_cost_per_t",
)  # fmt: skip
NEED_FIELDS = ("accepts_hazardous", "blend_allowed", "max_landed_per_t", "min_quality_level")
NUMBERS = (
    "quantity_amount", "stock_t", "min_lot_t", "max_lot_t", "max_distance_km", "disposal_cost_per_t",
    "max_landed_per_t",
)  # fmt: skip
DATES = ("stock_on", "available_from", "available_to", "status_expires_on")
TAKER_PAYS, HOLDER_PAYS = "taker", "holder"


def date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ListingForm(forms.ModelForm):
    """What both kinds share. `values()` is what the services take; the model's own rules have been asked by then."""

    kind = ""
    field_order = FIRST_FIELDS
    material = forms.CharField(
        max_length=200, required=False, widget=forms.TextInput(attrs={"list": "material-names", "autocomplete": "off"}),
        help_text=gettext_lazy("In Chinese or English, as you call it."),
    )  # fmt: skip
    price_amount = NumberField(
        label=gettext_lazy("price per t"), max_digits=12, decimal_places=2, min_value=0, required=False,
        error_messages={"min_value": gettext_lazy("Write the price without a minus and say below who pays.")},
    )  # fmt: skip
    price_direction = forms.ChoiceField(label=gettext_lazy("who pays"), required=False, widget=forms.RadioSelect)
    codes = forms.CharField(
        label=gettext_lazy("waste codes"), required=False, max_length=400,
        help_text=gettext_lazy("EWC or Chinese codes, with commas between them: 10 01 02, SW02."),
    )  # fmt: skip

    def __init__(self, *args: Any, sites: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.candidates: tuple[Subject, ...] = ()
        self.fields["quantity_amount"].label = _("Quantity")
        self.fields["quantity_amount"].error_messages["required"] = _("Say how many tonnes.")
        self.fields["site"].error_messages["required"] = _("Choose the site.")
        self.fields["site"].queryset = sites
        self.fields["region"].queryset = Region.objects.filter(
            Q(level__in=SELECTABLE_REGIONS) | Q(pk=self.instance.region_id)
        )
        for field in self.fields.values():
            field.label = capfirst(field.label)
        if self.instance.pk:
            self.initial = self._shown_values() | self.initial

    class Meta:
        model = Listing
        fields = COMMON_FIELDS
        field_classes = dict.fromkeys(NUMBERS, NumberField)
        widgets = {name: date_input() for name in DATES} | {"description": forms.Textarea(attrs={"rows": 3})}

    def values(self) -> dict[str, Any]:
        """By field of `Listing`, without codes, numbers and documents."""
        values = {name: self.cleaned_data[name] for name in self._meta.fields}
        subject = self.cleaned_data["material"]
        values["material"] = _row_of(Material, subject, MATERIAL)
        values["use"] = _row_of(Use, subject, USE)
        values["price_per_t"] = self._signed_price()
        return values

    def codes_given(self) -> list[WasteCode]:
        return self.cleaned_data["codes"]

    def excluded_materials(self) -> list[Material]:
        return []

    def clean_material(self) -> Subject | None:
        text = self.cleaned_data["material"]
        if not text:
            return None
        found = resolve(
            text,
            kind=self.kind,
            choice=self.data.get(self.add_prefix("material_choice"), ""),
            asked=self.data.get(self.add_prefix("material_asked"), "").strip(),
        )
        self.candidates = found.candidates
        if found.subject is None:
            raise ValidationError(found.question, code="unclear")
        return found.subject

    def clean_codes(self) -> list[WasteCode]:
        """Each part in any of the three lists; one query for all."""
        parts = [part.strip() for part in _BETWEEN_CODES.split(self.cleaned_data["codes"]) if part.strip()]
        wanted = {part: {waste_codes.normalise(scheme, part) for scheme in waste_codes.Scheme} for part in parts}
        known = WasteCode.objects.filter(code__in=set().union(*wanted.values())) if wanted else []
        by_code = {code.code: code for code in known}
        unknown = [part for part, forms_of in wanted.items() if not forms_of & by_code.keys()]
        if unknown:
            raise ValidationError(_("We do not know the waste code %(codes)s.") % {"codes": ", ".join(unknown)})
        return list(by_code.values())

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("price_amount") and not values.get("price_direction") and "price_direction" not in self.errors:
            self.add_error("price_direction", _("Say who pays this price."))
        return values

    def _signed_price(self) -> Decimal | None:
        amount = self.cleaned_data["price_amount"]
        if amount is None:
            return None
        return -amount if self.cleaned_data["price_direction"] == HOLDER_PAYS else amount

    def _shown_values(self) -> dict[str, Any]:
        """The fields that the model keeps in another shape."""
        price = self.instance.price_per_t
        shown = {
            "material": str(self.instance.material or self.instance.use or ""),
            "codes": ", ".join(code.code_display for code in self.instance.codes.all()),
        }
        if price is not None:
            shown["price_amount"] = abs(price)
            shown["price_direction"] = HOLDER_PAYS if price < 0 else TAKER_PAYS
        return shown


class OfferForm(ListingForm):
    kind = Kind.OFFER

    class Meta(ListingForm.Meta):
        fields = COMMON_FIELDS + OFFER_FIELDS

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["material"].label = _("Material")
        self.fields["price_direction"].choices = [
            (HOLDER_PAYS, _("I pay the taker")),
            (TAKER_PAYS, _("The taker pays me")),
        ]


class NeedForm(ListingForm):
    kind = Kind.NEED
    intended_use = forms.ModelChoiceField(
        Use.objects.all(), label=gettext_lazy("what it is for"), to_field_name="slug", required=False, widget=LongSelect
    )
    unwanted = forms.CharField(
        label=pgettext_lazy("materials", "not wanted"), max_length=800, required=False,
        help_text=gettext_lazy("Names of materials, with semicolons between them."),
    )  # fmt: skip

    class Meta(ListingForm.Meta):
        fields = COMMON_FIELDS + NEED_FIELDS

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["material"].label = _("Material, or what it is for")
        self.fields["price_direction"].choices = [
            (TAKER_PAYS, _("I pay the holder")),
            (HOLDER_PAYS, _("The holder pays me")),
        ]
        self.fields["min_quality_level"].widget = forms.Select(choices=[(level, level) for level in range(4)])

    def values(self) -> dict[str, Any]:
        values = super().values()
        values["use"] = values["use"] or self.cleaned_data["intended_use"]
        return values

    def excluded_materials(self) -> list[Material]:
        return self.cleaned_data["unwanted"]

    def clean_unwanted(self) -> list[Material]:
        parts = [part.strip() for part in _BETWEEN_NAMES.split(self.cleaned_data["unwanted"]) if part.strip()]
        known = names()
        meant = {part: known.meant_by(part, (MATERIAL,)) for part in parts}
        unknown = [part for part, subjects in meant.items() if not subjects]
        if unknown:
            raise ValidationError(_("We do not know %(names)s.") % {"names": ", ".join(unknown)})
        return list(Material.objects.filter(pk__in={subject.pk for found in meant.values() for subject in found}))

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        subject, use = values.get("material"), values.get("intended_use")
        if subject and use and subject.sort == USE and subject.pk != use.pk:
            self.add_error("intended_use", _("The first field already names another use: choose the same or none."))
        return values

    def _shown_values(self) -> dict[str, Any]:
        listing = self.instance
        return super()._shown_values() | {
            "intended_use": listing.use.slug if listing.use else "",
            "unwanted": "; ".join(material.name for material in listing.excluded_materials.all()),
        }


def _row_of(model: Any, subject: Subject | None, sort: str) -> Any:
    return model.objects.get(pk=subject.pk) if subject and subject.sort == sort else None
