"""Words for the few values of columns that are free text in the database."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

MODES = {
    "road": _("road"),
    "rail": _("rail"),
    "barge": _("barge"),
    "sea": _("sea"),
    "pipeline": _("pipeline"),
    "conveyor": _("conveyor"),
    "tanker": _("tanker"),
    "hazardous": _("hazardous goods"),
}
CHOICES: dict[str, dict[str, Any]] = {
    "haulagerate.mode": MODES,
    "transportfactor.mode": MODES,
    "materialspecification.kind": {"acceptance_limit": _("acceptance limit"), "typical_range": _("typical range")},
    "wastecode.level": {"chapter": _("chapter"), "subchapter": _("subchapter"), "code": _("code itself")},
    "park.kind": {
        "economic_development_zone": _("economic development zone"),
        "high_tech_zone": _("high-tech zone"),
        "eco_industrial_park": _("eco-industrial park"),
        "industrial_park": _("industrial park"),
    },
}


def choices_of(model: type[models.Model], name: str) -> dict[str, Any]:
    return CHOICES.get(f"{model._meta.model_name}.{name}", {})


def chosen_word(row: models.Model, name: str) -> Any:
    """The word of the page's language; a value of one's own as it stands."""
    value = getattr(row, name)
    return choices_of(type(row), name).get(value, value)
