"""Forms of the registers in the back office. They check shapes; the services decide."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from ..downloads import HEADINGS
from ..drafting import STATED
from ..models import Action, Batch, Change, ListColumn, RegulatedList
from ..models.entries import FACTS
from .as_shown import AsShown, ShortBlanks

COLUMN_FIELDS: dict[str, type[forms.Field]] = {
    ListColumn.Type.TEXT: forms.CharField,
    ListColumn.Type.NUMBER: forms.DecimalField,
    ListColumn.Type.DAY: forms.DateField,
}


# Headings of every list, and what the interface for programs adds to them.
TAKEN = frozenset(HEADINGS) | {"id", "url", "firm"}


class BatchForm(AsShown, forms.ModelForm):
    announcement_url = forms.URLField(
        label=_("Address of the announcement"), required=False, max_length=400, assume_scheme="https"
    )

    class Meta:
        model = Batch
        fields = ("title_zh", "title_en", "announcement", "announcement_url", "announced_on", "without_notice")
        widgets = {"announced_on": AdminDateInput}

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name in STATED}

    def _post_clean(self) -> None:
        """The service validates the whole batch; here only the shapes of the fields count."""


class NewBatchForm(BatchForm):
    regulated_list = forms.ModelChoiceField(RegulatedList.objects.all(), label=_("Which list"))
    field_order = ("regulated_list",)


class LineForm(ShortBlanks, forms.ModelForm):
    """One line of a batch, with the list's own columns as `own_<id>`."""

    entry_number = forms.IntegerField(
        label=_("Sequence number of the entry"), required=False, min_value=1,
        help_text=_("Empty for what is new; what comes back keeps its number. The list of entries shows the numbers."),
    )  # fmt: skip

    class Meta:
        model = Change
        fields = ("action", *FACTS, "reason_zh", "reason_en")

    field_order = ("action", "entry_number")

    def __init__(self, *args: Any, columns: list[ListColumn], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = columns
        for column in columns:
            label = f"{column.name} ({column.unit})" if column.unit else column.name
            self.fields[f"own_{column.pk}"] = COLUMN_FIELDS[column.type](label=label, required=False)

    def _post_clean(self) -> None:
        """A line alone is no whole row; the service adds its batch and entry."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("action") != Action.ADD and not cleaned.get("entry_number"):
            self.add_error("entry_number", _("Everything but an addition needs the number of its entry."))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """Only what was filled in: an empty fact leaves what the entry says."""
        return {name: self.cleaned_data[name] for name in FACTS if self.cleaned_data.get(name) not in (None, "")}

    def own(self) -> dict[ListColumn, str]:
        given = {column: self.cleaned_data.get(f"own_{column.pk}") for column in self.columns}
        return {column: plain_value(value) for column, value in given.items() if value not in (None, "")}


def plain_value(value: Any) -> str:
    """The stored form of a column's value: 1234.5, 2020-03-01."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, dt.date) else str(value)


class PlainForm(ShortBlanks, forms.Form):
    """Labels are the names of model fields; on a form of their own they start with a capital as those do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.label = capfirst(field.label)


class ReasonForm(PlainForm):
    reason = forms.CharField(label=_("reason"), max_length=200)


class NoticeForm(PlainForm):
    notice_from = forms.DateField(label=_("on notice from"), widget=AdminDateInput)
    notice_to = forms.DateField(
        label=_("on notice to"), widget=AdminDateInput,
        help_text=_("Today or later. What took effect before needs no notice: state why it is left out."),
    )  # fmt: skip
    effective_on = forms.DateField(label=_("in effect from"), widget=AdminDateInput)


class PublishForm(PlainForm):
    effective_on = forms.DateField(
        label=_("in effect from"), required=False, widget=AdminDateInput,
        help_text=_("Only where there was no notice; empty: the day of the announcement, else today."),
    )  # fmt: skip


class AnswerForm(PlainForm):
    upheld = forms.TypedChoiceField(
        label=_("decision"), choices=(("0", _("dismiss it")), ("1", _("uphold it: the line is held back"))),
        coerce=lambda value: value == "1", widget=forms.RadioSelect,
    )  # fmt: skip
    answer = forms.CharField(
        label=_("answer"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}), help_text=_("It is published.")
    )


class ImportForm(PlainForm):
    regulated_list = forms.ModelChoiceField(RegulatedList.objects.all(), label=_("Which list"))
    file = forms.FileField(label=_("spreadsheet"), help_text=_("CSV in UTF-8 or GB18030, or XLSX; up to 20 MB."))

    MOST_BYTES = 20 * 1024 * 1024

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > self.MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than 20 MB."))
        return file


class ColumnForm(AsShown, forms.ModelForm):
    """The slug stands in files and in the interface for programs, so a column keeps the one it was made with."""

    class Meta:
        model = ListColumn
        fields = ("name_zh", "name_en", "slug", "type", "unit", "required", "position")
        help_texts = {
            "slug": _("The heading in files: small letters, digits and hyphens. It cannot be changed later."),
            "unit": _("As it is shown after the number: t/a, m², %."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("slug", "type") if self.instance.pk else ():
            self.fields[name].disabled = True

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if slug in TAKEN:
            raise forms.ValidationError(_("Every list has a column of this name already."))
        return slug
