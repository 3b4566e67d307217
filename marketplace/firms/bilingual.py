"""Names in both languages, and the one to show now."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def in_language(zh: str, en: str) -> str:
    """The text of the active language, else the other one: a name is never blank for want of a translation."""
    chinese = (get_language() or "").startswith("zh")
    return (zh or en) if chinese else (en or zh)


class Bilingual(models.Model):
    name_zh = models.CharField(_("name in Chinese"), max_length=200, blank=True)
    name_en = models.CharField(_("name in English"), max_length=250, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_zh, self.name_en)
