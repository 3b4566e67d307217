"""Rows of numbers: property ranges of an offer, acceptance limits of a need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.fields import NumberField
from marketplace.units import Basis

from ..models import Kind, Listing, Material, Property
from ..models.measures import check_bounds, check_range, check_window
from .long_select import LongSelect

SPARE_ROWS = 3
MOST_ROWS = 60
# Nothing is claimed by a list that was left as it was.
BASES = [(basis.value, basis.label) for basis in (Basis.NONE, Basis.AS_RECEIVED, Basis.DRY)]
LIMIT_KINDS = [("hard", _("must hold")), ("soft", _("may be missed at a deduction"))]


def measure_number(label: Any) -> NumberField:
    return NumberField(label=label, max_digits=16, decimal_places=6, required=False)


def date_field(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


def property_label(property: Property) -> str:
    symbol = f"{property.symbol} · " if property.symbol and property.symbol != property.name else ""
    return f"{symbol}{property.name}{f', {property.unit}' if property.unit else ''}"


class PropertyChoice(forms.ChoiceField):
    """One of the known properties by its slug; all rows share one query."""

    widget = LongSelect
    default_error_messages = {"invalid_choice": _("There is no property “%(value)s”.")}

    def know(self, properties: Mapping[str, Property]) -> None:
        self.properties = properties
        self.choices = [("", "—"), *((slug, property_label(known)) for slug, known in properties.items())]

    def clean(self, value: Any) -> Property | None:
        slug = super().clean(value)
        return self.properties[slug] if slug else None


class MeasureForm(forms.Form):
    """A row is empty, or it names a property and gives numbers that this property can have."""

    numbers: tuple[str, ...] = ()
    property = PropertyChoice(label=_("property"), required=False)

    def __init__(self, *args: Any, properties: Mapping[str, Property], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["property"].know(properties)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        given = [values[name] for name in self.numbers if values.get(name) is not None]
        property = values.get("property")
        if given and property is None and "property" not in self.errors:
            self.add_error("property", _("Choose the property that these numbers belong to."))
        if property is not None and given:
            try:
                check_bounds(property, {name: values.get(name) for name in self.numbers})
                if not self.errors:
                    self.check_order(values)
            except forms.ValidationError as error:
                self.add_error(None, error)
        return values

    def check_order(self, values: dict[str, Any]) -> None:
        raise NotImplementedError

    def says_something(self) -> bool:
        """True for a row with numbers; a prefilled property alone says nothing."""
        return any(self.cleaned_data.get(name) is not None for name in self.numbers)


class FigureForm(MeasureForm):
    numbers = ("low", "typical", "high")
    low = measure_number(_("minimum"))
    typical = measure_number(_("typical"))
    high = measure_number(_("maximum"))
    basis = forms.ChoiceField(label=_("basis"), choices=BASES, required=False)
    method = forms.CharField(label=_("method"), max_length=80, required=False)
    sampled_on = date_field(_("sampled on"))
    measured = forms.BooleanField(label=_("measured, not estimated"), required=False)

    def check_order(self, values: dict[str, Any]) -> None:
        """A single typical value is a range of no width; two ends without it have their middle as typical."""
        low, typical, high = (values.get(name) for name in self.numbers)
        if low is None and high is None:
            low = high = typical
        if low is None or high is None:
            missing = "high" if high is None else "low"
            raise forms.ValidationError(
                {missing: _("Give the typical value alone, or both the minimum and the maximum.")}
            )
        if typical is None:
            typical = (low + high) / 2
        check_range(low, typical, high)
        values.update(low=low, typical=typical.quantize(Decimal("0.000001")), high=high)

    def measure(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class LimitForm(MeasureForm):
    numbers = ("minimum", "maximum")
    minimum = measure_number(_("minimum"))
    maximum = measure_number(_("maximum"))
    kind = forms.ChoiceField(label=_("kind of limit"), choices=LIMIT_KINDS, initial="hard", required=False)
    deduction_per_unit = NumberField(
        label=_("deduction per unit outside"), max_digits=16, decimal_places=6, min_value=0, required=False
    )

    def check_order(self, values: dict[str, Any]) -> None:
        check_window(values.get("minimum"), values.get("maximum"))

    def measure(self) -> dict[str, Any]:
        hard = self.cleaned_data["kind"] != "soft"
        return {
            "property": self.cleaned_data["property"],
            "minimum": self.cleaned_data["minimum"],
            "maximum": self.cleaned_data["maximum"],
            "hard": hard,
            "deduction_per_unit": Decimal(0) if hard else self.cleaned_data["deduction_per_unit"] or Decimal(0),
        }


class MeasureFormSet(forms.BaseFormSet):
    def clean(self) -> None:
        """Each property once."""
        seen: set[int] = set()
        for form in self.forms:
            property = form.cleaned_data.get("property") if form.is_valid() else None
            if property is None:
                continue
            if property.pk in seen:
                form.add_error("property", _("This property is already in the table."))
            seen.add(property.pk)

    def measures(self) -> list[dict[str, Any]]:
        return [form.measure() for form in self.forms if form.says_something()]


def measure_rows(kind: str, *, data: Any = None, initial: list[dict[str, Any]] | None = None) -> MeasureFormSet:
    form = FigureForm if kind == Kind.OFFER else LimitForm
    prefix = "figures" if kind == Kind.OFFER else "limits"
    limits = {"max_num": MOST_ROWS, "absolute_max": MOST_ROWS + 20, "validate_max": True}
    factory = forms.formset_factory(form, formset=MeasureFormSet, extra=SPARE_ROWS, **limits)
    properties = {property.slug: property for property in Property.objects.all()}
    return factory(data, prefix=prefix, initial=initial, form_kwargs={"properties": properties})


def rows_of(listing: Listing) -> list[dict[str, Any]]:
    if listing.is_offer:
        return [
            {
                "property": row.property.slug,
                "low": row.low,
                "typical": row.typical,
                "high": row.high,
                "basis": row.basis,
                "method": row.method,
                "sampled_on": row.sampled_on,
                "measured": row.measured,
            }
            for row in listing.properties.select_related("property")
        ]
    return [
        {
            "property": row.property.slug,
            "minimum": row.minimum,
            "maximum": row.maximum,
            "kind": "hard" if row.hard else "soft",
            "deduction_per_unit": row.deduction_per_unit or None,
        }
        for row in listing.limits.select_related("property")
    ]


def usual_rows(material: Material, taken: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Empty rows for the properties that are asked for first when this material is traded."""
    defaults = material.default_properties.select_related("property")
    return [
        {"property": row.property.slug, "basis": row.property.basis_default}
        for row in defaults
        if row.property.slug not in set(taken)
    ]
