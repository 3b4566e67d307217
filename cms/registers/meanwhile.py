"""Two people at one row: nobody writes over a change that he has not seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from marketplace.errors import Invalid

Fields = Mapping[str, Any]


class ChangedMeanwhile(Invalid):
    """`now` holds what the row says of the fields that somebody else has changed."""

    code = "changed_meanwhile"

    def __init__(self, now: Fields, words: Mapping[str, str]) -> None:
        self.now = dict(now)
        text = _("Somebody else has changed this meanwhile. Now it says: %(value)s")
        super().__init__({name: [text % {"value": words[name]}] for name in now})


def require_seen(row: models.Model, values: Fields, seen: Fields) -> None:
    """`row` is locked, `seen` what the page showed of the fields in `values`. Where two wrote the same all is well."""
    otherwise = {
        name: now
        for name, value in values.items()
        if name in seen and (now := getattr(row, name)) not in (seen[name], value)
    }
    if otherwise:
        raise ChangedMeanwhile(otherwise, {name: _in_words(row, name) for name in otherwise})


def _in_words(row: models.Model, name: str) -> str:
    value = getattr(row, name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    words = getattr(row, f"get_{name}_display", lambda: value)()
    return "–" if words in (None, "") else str(words)
