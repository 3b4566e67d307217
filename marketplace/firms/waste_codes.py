"""Waste codes as text: one sortable key for a code, and whether a permit's code or range covers it."""

from __future__ import annotations

import re
import unicodedata

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scheme(models.TextChoices):
    EWC = "EWC", _("European List of Waste (EWC)")
    CN_SW = "CN-SW", _("China solid waste catalogue (SW)")
    CN_HW = "CN-HW", _("China hazardous waste catalogue (HW)")


_EWC = re.compile(r"\d{2}|\d{4}|\d{6}", re.ASCII)
_CN_CODES = {
    Scheme.CN_SW: re.compile(r"(\d{3})-(\d{3})-S(\d{2})", re.ASCII),
    Scheme.CN_HW: re.compile(r"(\d{3})-(\d{3})-(\d{2})", re.ASCII),
}
_CN_CATEGORIES = {
    Scheme.CN_SW: re.compile(r"SW(\d{2})", re.ASCII),
    Scheme.CN_HW: re.compile(r"HW(\d{2})", re.ASCII),
}


def normalise(scheme: str, code: str) -> str:
    """The code as it is stored: half width; `10 01 02*` is `100102`; Chinese codes keep their dashes."""
    plain = unicodedata.normalize("NFKC", code).strip().upper()
    if scheme == Scheme.EWC:
        return plain.replace(" ", "").rstrip("*")
    return plain


def key(scheme: str, code: str) -> str:
    """Sortable key whose prefixes are the code's parents.

    >>> key("EWC", "10 01 02"), key("CN-HW", "900-249-08"), key("CN-HW", "HW08")
    ('100102', '08.900.249', '08')
    """
    plain = normalise(scheme, code)
    if scheme == Scheme.EWC and _EWC.fullmatch(plain):
        return plain
    if scheme in _CN_CODES:
        if match := _CN_CODES[Scheme(scheme)].fullmatch(plain):
            return f"{match[3]}.{match[1]}.{match[2]}"
        if match := _CN_CATEGORIES[Scheme(scheme)].fullmatch(plain):
            return match[1]
    raise ValueError(f"not a {scheme} code: {code!r}")


def covers(key_from: str, key_to: str, code_key: str) -> bool:
    """True when `code_key` lies in the closed range; a parent as the upper end includes all below it.

    >>> covers("1001", "1002", "100299"), covers("100101", "100101", "100102")
    (True, False)
    """
    return key_from <= code_key and (code_key <= key_to or code_key.startswith(key_to))
