"""What a row of the reference data must keep to beside the limits of its columns."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from listings.models import (
    HaulageRate,
    ListingLimit,
    ListingProperty,
    MaterialSpecification,
    Property,
    UseLimit,
    WasteCode,
)
from listings.models.carbon import Factor
from listings.models.measures import check_bounds, check_window
from marketplace.errors import Invalid
from marketplace.firms import waste_codes
from marketplace.firms.models import Park, Region
from marketplace.firms.waste_codes import Scheme

Links = Mapping[str, Iterable[models.Model]]
Check = Callable[[Any, Links], None]
WITH_FIGURES: tuple[Any, ...] = (ListingProperty, ListingLimit, UseLimit)
FIRST_YEAR, LAST_YEAR = 1970, 2100
# From the widest to the narrowest.
LEVELS = (Region.Level.COUNTRY, Region.Level.PROVINCE, Region.Level.PREFECTURE, Region.Level.COUNTY)


def check(record: models.Model, links: Links) -> None:
    """Raises `Invalid` with a sentence by field."""
    try:
        for check_one in (_check_numbers, _check_country, _check_names, _check_tree, _check_place):
            check_one(record, links)
        for model, check_own in OWN:
            if isinstance(record, model):
                check_own(record, links)
    except ValidationError as error:
        raise Invalid.from_validation(error) from error


def check_change(before: models.Model, after: models.Model) -> None:
    """Figures are stored in the unit of their property, so it stays as long as there are any."""
    if not (isinstance(before, Property) and isinstance(after, Property)) or before.unit == after.unit:
        return
    if any(model.objects.filter(property=after).exists() for model in WITH_FIGURES):
        raise Invalid({"unit": [_("Figures are stored in this unit. Add another property instead.")]})


def _check_numbers(record: Any, _links: Links) -> None:
    """Not a number and infinity pass the column of a float, and compare with nothing."""
    for field in record._meta.concrete_fields:
        value = getattr(record, field.attname)
        if isinstance(value, float | Decimal) and not math.isfinite(value):
            raise ValidationError({field.name: _("Enter a number.")})


def _check_country(record: Any, _links: Links) -> None:
    country = getattr(record, "country", "")
    if country and not (len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()):
        raise ValidationError({"country": _("Two capital letters, such as CN or GB.")})


def _check_names(record: Any, _links: Links) -> None:
    if hasattr(record, "name_zh") and not (record.name_zh.strip() or record.name_en.strip()):
        raise ValidationError({"name_zh": _("Give a name in at least one language.")})


def _check_tree(record: Any, _links: Links) -> None:
    """The chain of parents ends, and stays within its list."""
    seen, above = {record.pk}, getattr(record, "parent", None)
    while above is not None:
        if above.pk in seen:
            raise ValidationError({"parent": _("This lies below the row itself: the tree would have no top.")})
        if getattr(above, "scheme", None) != getattr(record, "scheme", None):
            raise ValidationError({"parent": _("The parent is in another list.")})
        seen.add(above.pk)
        above = above.parent


def _check_place(record: Any, _links: Links) -> None:
    if not isinstance(record, Region | Park):
        return
    place = (record.latitude, record.longitude)
    if place.count(None) == 1:
        raise ValidationError({"latitude": _("Give both coordinates or none.")})
    if None not in place and not (-90 <= record.latitude <= 90 and -180 <= record.longitude <= 180):
        raise ValidationError({"latitude": _("Not a place on the globe: latitude −90 to 90, longitude −180 to 180.")})


def _check_property(record: Property, _links: Links) -> None:
    if None not in (record.min_value, record.max_value) and record.min_value > record.max_value:
        raise ValidationError({"max_value": _("The range is upside down: lowest ≤ highest.")})


def _check_limit(record: UseLimit, _links: Links) -> None:
    """Like a need's own limit, in the unit of the property."""
    if record.minimum is None and record.maximum is None:
        raise ValidationError({"minimum": _("Give a minimum or a maximum.")})
    _check_window(record)


def _check_specification(record: MaterialSpecification, _links: Links) -> None:
    """Bounds hold where the printed unit is the property's own."""
    if record.property is not None and record.unit == record.property.unit:
        _check_window(record)
    else:
        check_window(_exact(record.minimum), _exact(record.maximum))


def _check_window(record: Any) -> None:
    minimum, maximum = _exact(record.minimum), _exact(record.maximum)
    check_window(minimum, maximum)
    check_bounds(record.property, {"minimum": minimum, "maximum": maximum})


def _exact(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _check_haulage(record: HaulageRate, _links: Links) -> None:
    for name in ("fixed_per_t", "rate_per_t_km"):
        if getattr(record, name) < 0:
            raise ValidationError({name: _("Haulage is never paid for being hauled: 0 or more.")})
    if record.road_factor < 1:
        raise ValidationError({"road_factor": _("No way is shorter than the straight line: 1 or more.")})


def _check_factor(record: Factor, _links: Links) -> None:
    if not FIRST_YEAR <= record.year <= LAST_YEAR:
        raise ValidationError({"year": _("Enter the year as four digits.")})


def _check_waste_code(record: WasteCode, links: Links) -> None:
    """A star in the European list, and every entry of the Chinese hazardous one, mean hazardous."""
    try:
        waste_codes.key(record.scheme, record.code)
    except ValueError:
        raise ValidationError({"code": _("This is not how codes of this list are written.")}) from None
    if record.scheme == Scheme.CN_HW and not record.hazardous:
        raise ValidationError({"hazardous": _("Every entry of the Chinese hazardous list is hazardous.")})
    if record.scheme == Scheme.EWC and record.hazardous != record.code_display.rstrip().endswith("*"):
        raise ValidationError({"hazardous": _("In the European list a star after the code says hazardous.")})
    for other in links.get("mirrors", ()):
        _check_mirror(record, other)


def _check_mirror(record: WasteCode, other: Any) -> None:
    if other.scheme != record.scheme or other.pk == record.pk:
        raise ValidationError({"mirrors": _("A mirror entry is another code of the same list.")})
    if other.hazardous == record.hazardous:
        raise ValidationError({"mirrors": _("Of two mirror entries one is hazardous and the other is not.")})


def _check_region(record: Region, links: Links) -> None:
    composite = record.level == Region.Level.COMPOSITE
    members = list(links.get("members", ()))
    if "/" in record.code:
        raise ValidationError({"code": _("A code holds no slash.")})
    if composite and (record.parent or not members):
        raise ValidationError({"members": _("A composite region has members and no parent.")})
    if not composite and members:
        raise ValidationError({"members": _("Only a composite region has members.")})
    if any(member.level == Region.Level.COMPOSITE for member in members):  # type: ignore[attr-defined]
        raise ValidationError({"members": _("A composite region cannot be a member of another one.")})
    if record.parent is not None:
        _check_levels(record, record.parent)


def _check_levels(record: Region, parent: Region) -> None:
    if parent.level not in LEVELS or LEVELS.index(parent.level) >= LEVELS.index(record.level):
        raise ValidationError({"parent": _("The parent must be of a wider level.")})
    if parent.country != record.country:
        raise ValidationError({"parent": _("The parent lies in another country.")})


OWN: tuple[tuple[type[models.Model], Check], ...] = (
    (Property, _check_property),
    (UseLimit, _check_limit),
    (MaterialSpecification, _check_specification),
    (HaulageRate, _check_haulage),
    (Factor, _check_factor),
    (WasteCode, _check_waste_code),
    (Region, _check_region),
)
