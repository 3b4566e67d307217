"""How a row of the reference data is known: by which fields, and as what text."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from listings.models import (
    AvoidedBurden,
    HaulageRate,
    Material,
    MaterialProperty,
    MaterialSpecification,
    MaterialUse,
    Property,
    Target,
    TransportFactor,
    Use,
    UseLimit,
    WasteCode,
)
from marketplace.firms.models import Industry, Park, RecoveryOperation, Region, RegionMember

SEPARATOR = "|"
KEYS: dict[type[models.Model], tuple[str, ...]] = {
    RecoveryOperation: ("code",),
    Industry: ("scheme", "code"),
    Region: ("code",),
    RegionMember: ("composite", "member"),
    Park: ("country", "name_zh", "name_en"),
    WasteCode: ("scheme", "code"),
    WasteCode.mirrors.through: ("from_wastecode", "to_wastecode"),
    Property: ("slug",),
    Material: ("slug",),
    Material.codes.through: ("material", "wastecode"),
    MaterialProperty: ("material", "property"),
    MaterialSpecification: (
        "material", "standard", "edition", "grade", "unit", "minimum", "maximum", "kind", "source", "parameter",
    ),
    Use: ("slug",),
    MaterialUse: ("material", "use"),
    UseLimit: ("material_use", "property"),
    HaulageRate: ("mode", "country"),
    AvoidedBurden: ("material", "use", "country"),
    TransportFactor: ("mode", "country"),
    Target: ("indicator", "country", "region", "year"),
}  # fmt: skip
# A printed fact is nothing but its values, and a park may be renamed: loads still know them by what the release says.
FREE = (MaterialSpecification, Park)


def fixed_fields(model: type[models.Model]) -> tuple[str, ...]:
    """Fields that are stated when a row is added and never again: others know the row by them."""
    return () if model in FREE else KEYS[model]


def key_of(record: models.Model) -> str:
    """By numbers where the key names other rows: known without a query."""
    return key_text(*(getattr(record, field.attname) for field in _key_fields(type(record))))


def key_text(*values: object) -> str:
    return SEPARATOR.join(plain(value) for value in values)


def plain(value: object) -> str:
    """One text for what is one value: `0.5` and `0.50` are."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return f"{value:g}" if isinstance(value, float) and value == int(value) else str(value)


def value_text(record: models.Model, name: str) -> str:
    """A field's value as text; another row by its key, which is the same on every site."""
    field = _field(type(record), name)
    value = getattr(record, name)
    if isinstance(field, models.ForeignKey):
        return "" if value is None else key_of(value)
    return plain(value)


def value_from(model: type[models.Model], name: str, text: str) -> Any:
    """The value that `value_text` made a text of; None where it names a row that is not here any more."""
    field = _field(model, name)
    if isinstance(field, models.ForeignKey):
        return _row(field.related_model, text) if text else None
    if not text and field.null:
        return None
    if isinstance(field, models.BooleanField):
        return text == str(True)
    try:
        return field.to_python(text)
    except ValidationError:
        return None


def _row(model: Any, key: str) -> models.Model | None:
    parts = dict(zip(KEYS[model], key.split(SEPARATOR), strict=False))
    found: models.Model | None = model.objects.filter(**parts).first()
    return found


def _key_fields(model: type[models.Model]) -> list[Any]:
    return [_field(model, name) for name in KEYS[model]]


def _field(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)
