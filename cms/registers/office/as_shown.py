"""Forms that know what their page showed, so that of two people at one row neither undoes what the other did."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.safestring import SafeString, mark_safe


class AsShown(forms.BaseForm):
    """For a form whose `changed_data` goes to a service: it compares with the page and not with the row by now.

    The template writes `shown` into the form. What is posted without it is compared with the row.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.show_hidden_initial = self[name].html_initial_name in self.data

    @property
    def shown(self) -> SafeString:
        """Hidden fields with the values that the page shows."""
        hidden = (self[name].as_hidden(only_initial=True) for name in self.fields)
        return mark_safe("".join(hidden))  # noqa: S308 (of what the widgets escaped)
