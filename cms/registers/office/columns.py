"""Columns of the back office's lists that say a day or a yes as the public pages do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin.ui.tables import Column

from marketplace.pictures.figures import figure

NOTHING = "–"


def day_column(model: type[models.Model], name: str) -> Column:
    """`2026-11-21`, in every language."""

    def said(row: Any) -> str:
        value = getattr(row, name)
        day = timezone.localdate(value) if isinstance(value, datetime) else value
        return day.isoformat() if day else NOTHING

    return Column(name, label=_label(model, name), accessor=said, sort_key=name)


def yes_column(model: type[models.Model], name: str) -> Column:
    """A word where it holds: a green tick would praise what is still to verify."""
    return Column(
        name, label=_label(model, name), accessor=lambda row: _("yes") if getattr(row, name) else NOTHING, sort_key=name
    )


def number_column(model: type[models.Model], name: str) -> Column:
    """With all its digits and no zeros behind them."""

    def said(row: Any) -> str:
        value = getattr(row, name)
        return NOTHING if value is None else figure(value, max(-int(value.normalize().as_tuple().exponent), 0))

    return Column(name, label=_label(model, name), accessor=said, sort_key=name)


def _label(model: type[models.Model], name: str) -> str:
    return capfirst(model._meta.get_field(name).verbose_name)
