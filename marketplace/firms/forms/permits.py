from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.fields import DocumentField, NumberField

from .. import waste_codes
from ..models import Permit, PermitLine, RecoveryOperation, Site
from .model_fields import date_field_of, field_of

_LINES = 12
_OPEN_LINES = 3


class PermitForm(forms.Form):
    kind = field_of(Permit, "kind")
    number = field_of(Permit, "number")
    authority = field_of(Permit, "authority")
    valid_from = date_field_of(Permit, "valid_from")
    valid_to = date_field_of(Permit, "valid_to")
    document = DocumentField(
        label=_("Document"),
        required=False,
        help_text=_("PDF, PNG or JPG, at most 20 MB. Only your firm and officers see it."),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("valid_from"), values.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("The last day lies before the first day."))
        return values

    def permit_values(self) -> dict[str, Any]:
        return self.cleaned_data | {"document": self.cleaned_data["document"] or ""}


class PermitLineForm(forms.Form):
    """One row of a permit; a row left empty is no row."""

    title: object = ""

    scheme = field_of(PermitLine, "scheme")
    code_from = field_of(PermitLine, "code_from")
    code_to = field_of(PermitLine, "code_to", help_text="")
    operation = forms.ModelChoiceField(RecoveryOperation.objects.all(), label=_("Operation"))
    capacity_t_per_year = NumberField(
        label=_("Capacity, t/year"), required=False, min_value=0, max_digits=14, decimal_places=3
    )
    site = forms.ModelChoiceField(Site.objects.none(), label=_("Site"), required=False)
    form = field_of(PermitLine, "form")

    def __init__(self, *args: Any, sites: Iterable[Site], operations: Iterable[RecoveryOperation], **options: Any):
        """`sites` and `operations` are lists, so that twelve rows ask the database once."""
        super().__init__(*args, **options)
        sites = list(sites)
        site = cast("forms.ModelChoiceField[Any]", self.fields["site"])
        operation = cast("forms.ModelChoiceField[Any]", self.fields["operation"])
        site.queryset = Site.objects.filter(pk__in=[row.pk for row in sites])
        site.choices = [("", _("Every site")), *((row.pk, row.name) for row in sites)]
        operation.choices = [
            ("", "—"),
            *((row.pk, str(row)) for row in operations),
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first = self._key(values, "code_from")
        last = self._key(values, "code_to")
        if first and last and last < first:
            self.add_error("code_to", _("The range ends before it starts."))
        return values

    def _key(self, values: dict[str, Any], field: str) -> str:
        if not values.get("scheme") or not values.get(field):
            return ""
        try:
            return waste_codes.key(values["scheme"], values[field])
        except ValueError:
            self.add_error(field, _("This is not a code of the chosen list."))
            return ""


class _PermitLines(forms.BaseFormSet):  # type: ignore[type-arg]
    def add_fields(self, form: PermitLineForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.title = _("Line %(number)s") % {"number": (index or 0) + 1}

    def clean(self) -> None:
        if not any(self.errors) and not self.lines():
            raise ValidationError(_("Enter at least one line: what the permit allows, and how much of it."))

    @property
    def open_lines(self) -> list[PermitLineForm]:
        return self.forms[:_OPEN_LINES]

    @property
    def folded_lines(self) -> list[PermitLineForm]:
        return self.forms[_OPEN_LINES:]

    @property
    def fold_is_used(self) -> bool:
        """What was typed into the fold must not vanish when the page comes back with errors."""
        return self.is_bound and any(form.has_changed() for form in self.folded_lines)

    def lines(self) -> list[dict[str, Any]]:
        return [form.cleaned_data for form in self.forms if form.has_changed()]


PermitLineFormSet = cast(
    type[_PermitLines], forms.formset_factory(PermitLineForm, formset=_PermitLines, extra=_LINES, max_num=_LINES)
)
