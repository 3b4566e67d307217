"""Forms that know what their page showed, so that of two people at one row neither undoes what the other did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString, mark_safe

NOTHING_CHOSEN = "–"


class ShortBlanks(forms.BaseForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shorten_blanks(self.fields.values())


def shorten_blanks(fields: Iterable[forms.Field]) -> None:
    """Where nothing is chosen a list shows a dash, as the tables do, and no row of hyphens."""
    for field in fields:
        if isinstance(field, forms.ModelChoiceField):
            field.empty_label = NOTHING_CHOSEN if field.empty_label else None
        elif isinstance(field, forms.ChoiceField):
            field.choices = [(key, NOTHING_CHOSEN if key == "" else label) for key, label in field.choices]


class AsShown(ShortBlanks):
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

    def changes(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Of the fields that differ from what the page showed: what is posted, and what was shown."""
        names = [name for name in self.changed_data if name in self.cleaned_data]
        return {name: self.cleaned_data[name] for name in names}, {name: self._seen(name) for name in names}

    def show_anew(self, values: Mapping[str, Any]) -> None:
        """After a refusal because of another's change the page shows that change, and may be sent again."""
        self.data = self.data.copy()
        for name, value in values.items():
            self.data[self[name].html_initial_name] = self[name].field.prepare_value(value)

    def _seen(self, name: str) -> Any:
        field, bound = self.fields[name], self[name]
        if not field.show_hidden_initial:
            return self.initial.get(name)
        shown = field.hidden_widget().value_from_datadict(self.data, self.files, bound.html_initial_name)
        try:
            return field.to_python(shown)
        except ValidationError:
            return None
