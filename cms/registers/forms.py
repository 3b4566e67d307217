from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .models import Batch, Change

LARGEST_LINE = 10_000_000


class ObjectionForm(forms.Form):
    """Anyone's objection against a batch on notice. `website` is a trap: people do not see it, programs fill it in."""

    line = forms.IntegerField(
        label=_("Line"), required=False, min_value=1, max_value=LARGEST_LINE,
        help_text=_("The number in front of the firm; leave it empty to object to the announcement as a whole."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    text = forms.CharField(
        label=_("What speaks against it"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Say what is wrong and how you know. It is published together with our answer."),
    )  # fmt: skip
    name = forms.CharField(
        label=_("Your name"), max_length=120, help_text=_("Only the initials are published."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    contact = forms.CharField(
        label=_("E-mail or telephone"), max_length=160,
        help_text=_("For questions and our answer; it is never published."),
    )  # fmt: skip
    website = forms.CharField(
        label=_("Leave this empty"), required=False, max_length=500,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, batch: Batch, **options: Any) -> None:
        super().__init__(*args, **options)
        self.batch = batch

    @property
    def is_trapped(self) -> bool:
        return bool(self.cleaned_data.get("website"))

    def clean_line(self) -> Change | None:
        number = self.cleaned_data["line"]
        if number is None:
            return None
        change = self.batch.changes.filter(position=number).first()
        if change is None:
            raise ValidationError(_("This announcement has no line %(line)s."), params={"line": number})
        return change

    def values(self) -> dict[str, Any]:
        """What `object_to` takes."""
        names = ("name", "contact", "text")
        return {name: self.cleaned_data[name] for name in names} | {"change": self.cleaned_data["line"]}
