"""Form fields of the reference data that say several things at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from listings.models import WasteCode
from marketplace.firms.models import Region

MOST_ROWS = 200


class WordsField(forms.CharField):
    """Other words for the same thing, one a line, stored with `|` between."""

    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, **options: Any) -> None:
        help_text = _("One a line. Listings are found by each of them.")
        super().__init__(required=False, **{"help_text": help_text, **options})

    def prepare_value(self, value: Any) -> Any:
        return value.replace("|", "\n") if isinstance(value, str) else value

    def to_python(self, value: Any) -> str:
        words = (" ".join(word.split()) for word in super().to_python(value).replace("\n", "|").split("|"))
        return "|".join(dict.fromkeys(filter(None, words)))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(initial or "") != self.to_python(data or "")


class RowsField(forms.CharField):
    """Rows of a long table by their codes, one a line; what follows a code on its line is for the reader."""

    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, **options: Any) -> None:
        help_text = _("One code a line; what follows the code on a line is not read.")
        super().__init__(required=False, **{"help_text": help_text, **options})

    def lines_of(self, rows: Iterable[Any]) -> list[str]:
        return [f"{self.code_of(row)}  {row.name}" for row in rows]

    def code_of(self, row: Any) -> str:
        raise NotImplementedError

    def find(self, codes: list[str]) -> dict[str, models.Model]:
        raise NotImplementedError

    def read(self, line: str) -> str:
        return line.split("  ")[0].strip()

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(self.lines_of(value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[models.Model]:
        codes = [code for line in super().to_python(value).splitlines() if (code := self.read(line))]
        if len(codes) > MOST_ROWS:
            raise ValidationError(_("At most %(most)s rows.") % {"most": MOST_ROWS})
        found = self.find(codes)
        if unknown := [code for code in codes if code not in found]:
            raise ValidationError(_("Not known: %(codes)s") % {"codes": ", ".join(unknown)})
        return list(dict.fromkeys(found[code] for code in codes))

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return {row.pk for row in initial or ()} != {row.pk for row in self.to_python(data or "")}
        except ValidationError:
            return True


class WasteCodesField(RowsField):
    """As printed, with or without blanks and star; codes of the three lists cannot be mistaken for each other."""

    def code_of(self, row: Any) -> str:
        return str(row.code_display)

    def read(self, line: str) -> str:
        """A code is what comes before the first word of a name: `10 01 02*  ash`, `900-249-08 oil`."""
        plain = super().read(line).upper().rstrip("*").strip()
        digits = plain.replace(" ", "")
        return digits if digits.isdecimal() else plain.split(" ")[0]

    def find(self, codes: list[str]) -> dict[str, models.Model]:
        return {row.code: row for row in WasteCode.objects.filter(code__in=codes)}


class RegionsField(RowsField):
    def code_of(self, row: Any) -> str:
        return str(row.code)

    def read(self, line: str) -> str:
        return line.strip().split(" ")[0]

    def find(self, codes: list[str]) -> dict[str, models.Model]:
        return {row.code: row for row in Region.objects.filter(code__in=codes)}
