"""Form fields made from model fields, so that labels, hints and lengths are written once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models


def field_of(model: type[models.Model], name: str, **options: Any) -> forms.Field:
    return model._meta.get_field(name).formfield(**options)  # type: ignore[union-attr,return-value]


def date_field_of(model: type[models.Model], name: str) -> forms.Field:
    """A date as the browser's own picker writes it, in every language."""
    return field_of(model, name, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
