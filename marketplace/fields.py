"""Form fields for what people really type and send: numbers with separators, documents that may be another kind."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext_lazy as _

from marketplace.units import parse_decimal

DOCUMENT_LIMIT_MB = 20
_ECHOED_CHARACTERS = 40

# First bytes of each kind; the ending in the file name is only a claim.
_FIRST_BYTES = {
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "xlsx": (b"PK\x03\x04",),
}
_ENDINGS = {"pdf": ("pdf",), "png": ("png",), "jpg": ("jpg", "jpeg"), "xlsx": ("xlsx",)}


class NumberField(forms.DecimalField):
    """A decimal number as people write it: `１,234.5`, `−35`. What cannot be read is refused, nothing is rounded."""

    widget = forms.TextInput
    default_error_messages = {
        "invalid": _("“%(value)s” is not a number. Write it like 1,234.5, with a point before the decimals."),
        "min_value": _("Must be at least %(limit_value)s."),
        "max_value": _("Must be at most %(limit_value)s."),
        "max_digits": _("This number is too long: at most %(max)s digits."),
        "max_whole_digits": _("This number is too large: at most %(max)s digits before the point."),
        "max_decimal_places": _("At most %(max)s digits after the point; please round it yourself."),
    }

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if value in self.empty_values:
            return None
        try:
            return parse_decimal(value)
        except ValueError:
            shown = str(value)[:_ECHOED_CHARACTERS]
            raise ValidationError(self.error_messages["invalid"], code="invalid", params={"value": shown}) from None

    def prepare_value(self, value: Any) -> Any:
        """`1000.000` from the database is shown as 1000; what was typed is kept as it was typed."""
        if not isinstance(value, Decimal):
            return value
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off"} if isinstance(widget, forms.TextInput) else {}


class DocumentField(forms.FileField):
    """An uploaded paper: known by its first bytes, its name must agree, at most 20 MB."""

    widget = forms.ClearableFileInput
    default_error_messages = {
        "too_large": _("“%(name)s” is larger than %(limit)s MB."),
        "kind": _("“%(name)s” is not a file of these kinds: %(kinds)s."),
        "disguised": _("“%(name)s” is really a %(kind)s file: give it its own ending and try again."),
    }

    def __init__(self, *, kinds: tuple[str, ...] = ("pdf", "png", "jpg"), **options: Any) -> None:
        self.kinds = kinds
        super().__init__(**options)

    def to_python(self, data: File[Any] | None) -> File[Any] | None:
        document = super().to_python(data)
        if document is None:
            return None
        if document.size > DOCUMENT_LIMIT_MB * 1024 * 1024:
            raise self._refusal("too_large", document, limit=DOCUMENT_LIMIT_MB)
        kind = kind_of(document)
        if kind not in self.kinds:
            raise self._refusal("kind", document, kinds=", ".join(self.kinds))
        if not str(document.name).lower().endswith(tuple(f".{ending}" for ending in _ENDINGS[kind])):
            raise self._refusal("disguised", document, kind=kind)
        return document

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        endings = (f".{ending}" for kind in self.kinds for ending in _ENDINGS[kind])
        return super().widget_attrs(widget) | {"accept": ",".join(endings)}

    def _refusal(self, code: str, document: File[Any], **params: object) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params={"name": document.name, **params})


def kind_of(document: File[Any]) -> str:
    """`pdf`, `png`, `jpg`, `xlsx` by the first bytes; empty for anything else."""
    document.seek(0)
    start = document.read(8)
    document.seek(0)
    return next((kind for kind, marks in _FIRST_BYTES.items() if start.startswith(marks)), "")
