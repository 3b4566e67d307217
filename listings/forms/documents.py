"""Documents that come with a listing: laboratory reports, safety data sheets, photos, decisions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.fields import DocumentField

from ..models import Evidence
from .measures import date_field

ROWS = 3


class DocumentForm(forms.Form):
    file = DocumentField(label=_("file"), required=False, widget=forms.FileInput)
    kind = forms.ChoiceField(
        label=_("kind"), choices=Evidence.Kind.choices, initial=Evidence.Kind.LAB_REPORT, required=False
    )
    dated_on = date_field(_("dated"))
    laboratory = forms.CharField(label=_("laboratory"), max_length=160, required=False)
    accreditation = forms.CharField(label=_("accreditation"), max_length=80, required=False)

    def clean_dated_on(self) -> Any:
        dated_on = self.cleaned_data["dated_on"]
        if dated_on and dated_on > timezone.localdate():
            raise forms.ValidationError(_("This date lies in the future."))
        return dated_on

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        described = any(values.get(name) for name in ("dated_on", "laboratory", "accreditation"))
        if described and not values.get("file") and "file" not in self.errors:
            self.add_error("file", _("Choose the file that this describes."))
        return values

    def document(self) -> dict[str, Any]:
        names = ("kind", "dated_on", "laboratory", "accreditation")
        values = {name: self.cleaned_data[name] for name in names}
        return values | {"kind": values["kind"] or Evidence.Kind.LAB_REPORT}


class DocumentFormSet(forms.BaseFormSet):
    def documents(self) -> list[tuple[Any, dict[str, Any]]]:
        """Pairs of file and the other fields of `Evidence`."""
        return [(form.cleaned_data["file"], form.document()) for form in self.forms if form.cleaned_data.get("file")]


def document_rows(*, data: Any = None, files: Any = None) -> DocumentFormSet:
    factory = forms.formset_factory(DocumentForm, formset=DocumentFormSet, extra=ROWS, max_num=20, absolute_max=20)
    return factory(data, files, prefix="documents")
