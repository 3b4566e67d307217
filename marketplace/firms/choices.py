"""Choosing one of thousands of rows by typing: a text field that resolves a code or a name in either language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from .models import Industry, Park, Region

SUGGESTED_ROWS = 20
_SEPARATOR = " · "

_ROWS: dict[str, QuerySet[Any]] = {
    "nace": Industry.objects.order_by("scheme", "code"),
    "park": Park.objects.select_related("region"),
    "region": Region.objects.exclude(level__in=("country", "composite")).select_related("parent"),
}


def rows_named(kind: str, text: str) -> list[Any]:
    """Rows that `text` names exactly: by its label, its code, or its name in either language."""
    rows = _ROWS[kind].all()
    code, name = text.split(maxsplit=1)[0], text.partition(_SEPARATOR)[0]
    if _has_code(kind) and (coded := list(rows.filter(code__iexact=code)[:2])):
        return coded
    named = list(rows.filter(Q(name_zh__iexact=name) | Q(name_en__iexact=name))[:SUGGESTED_ROWS])
    return [row for row in named if row_label(row) == text] or named


def rows_like(kind: str, text: str) -> list[Any]:
    """Up to 20 rows whose name contains the text, or whose code starts with it."""
    wanted = Q(name_zh__icontains=text) | Q(name_en__icontains=text)
    if _has_code(kind):
        wanted |= Q(code__istartswith=text)
    return list(_ROWS[kind].filter(wanted)[:SUGGESTED_ROWS])


def row_label(row: Model) -> str:
    """What the suggestion says and the field keeps: `320106 Gulou · Nanjing`, `24.10 Manufacture of basic iron`."""
    above = getattr(row, "parent", None) if isinstance(row, Region) else getattr(row, "region", None)
    label = f"{row.code} {row.name}" if hasattr(row, "code") else row.name  # type: ignore[attr-defined]
    return f"{label}{_SEPARATOR}{above.name}" if above else label


def is_kind(kind: str) -> bool:
    return kind in _ROWS


def _has_code(kind: str) -> bool:
    return kind != "park"


class SuggestInput(forms.TextInput):
    """A text input with a list of suggestions that the server fills as the person types."""

    template_name = "firms/_suggest_input.html"

    def __init__(self, kind: str) -> None:
        super().__init__(attrs={"autocomplete": "off"})
        self.kind = kind

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["suggest_url"] = reverse_lazy("firms:suggest", args=[self.kind])
        return context


class NamedRowField(forms.CharField):
    """Text that names one row. Two rows of one name, or a name nearly right, are asked about and never guessed."""

    default_error_messages = {
        "unknown": _("“%(value)s” is not in our list."),
        "similar": _("“%(value)s” is not in our list. Did you mean: %(names)s?"),
        "several": _("There are several of this name; write one of: %(names)s."),
    }

    def __init__(self, kind: str, **options: Any) -> None:
        self.kind = kind
        super().__init__(widget=SuggestInput(kind), max_length=300, **options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return self._resolve(text) if text else None

    def prepare_value(self, value: Any) -> Any:
        return row_label(value) if isinstance(value, Model) else value

    def _resolve(self, text: str) -> Model:
        exact: list[Model] = rows_named(self.kind, text)
        if len(exact) == 1:
            return exact[0]
        similar = exact or rows_like(self.kind, text)
        code = "several" if exact else "similar" if similar else "unknown"
        params = {"value": text[:60], "names": _names(similar[:5])}
        raise ValidationError(self.error_messages[code], code=code, params=params)


def _names(rows: Iterable[Model]) -> str:
    return "; ".join(row_label(row) for row in rows)


def country_choices() -> list[tuple[str, str]]:
    """Countries we hold regions of; China and the United Kingdom even before they are loaded."""
    known = {"CN": _("China"), "GB": _("United Kingdom")}
    rows = Region.objects.filter(level="country").order_by("pk")
    return list((known | {row.country: row.name for row in rows}).items())
