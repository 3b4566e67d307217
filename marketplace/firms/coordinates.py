"""Reading coordinates as people give them: degrees and minutes, swapped pairs, points in the wrong country."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from marketplace.units import parse_decimal

_SEXAGESIMAL = re.compile(
    r"(?P<degrees>\d+(\.\d+)?)\s*°\s*"
    r"((?P<minutes>\d+(\.\d+)?)\s*[′'’]\s*)?"
    r"((?P<seconds>\d+(\.\d+)?)\s*(″|\"|”|''|′′)\s*)?"
    r"(?P<side>[NSEWnsew北南东西]?)"
)
_NEGATIVE_SIDES = frozenset("SsWw南西")


@dataclass(frozen=True)
class Box:
    """Degrees that enclose a country with all its islands."""

    south: float
    north: float
    west: float
    east: float

    def contains(self, latitude: float, longitude: float) -> bool:
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east


# Only for catching mistakes: generous, and only where most of our firms are.
COUNTRY_BOXES = {"CN": Box(3.0, 54.0, 73.0, 136.0), "GB": Box(49.0, 61.5, -9.5, 2.5)}


def parse_degrees(text: str) -> Decimal:
    """Decimal degrees from `31.2167`, `31°13′N` or `121°28'12"E`; anything else is a `ValueError`.

    >>> parse_degrees("31°15′N"), parse_degrees("3°30'W")
    (Decimal('31.25'), Decimal('-3.5'))
    """
    match = _SEXAGESIMAL.fullmatch(text.strip())
    if not match:
        return parse_decimal(text)
    degrees, minutes, seconds = (Decimal(match[part] or 0) for part in ("degrees", "minutes", "seconds"))
    if minutes >= 60 or seconds >= 60:
        raise ValueError(f"not an angle: {text!r}")
    size = degrees + minutes / 60 + seconds / 3600
    return -size if match["side"] in _NEGATIVE_SIDES and match["side"] else size


def look_swapped(latitude: float, longitude: float, country: str) -> bool:
    """True when the pair is impossible as it stands, or outside the country, and right the other way round."""
    if abs(longitude) > 90:
        return False
    box = COUNTRY_BOXES.get(country)
    if abs(latitude) > 90 or box is None:
        return abs(latitude) > 90
    return not box.contains(latitude, longitude) and box.contains(longitude, latitude)


def outside_country(latitude: float, longitude: float, country: str) -> bool:
    """False wherever we hold no outline of the country."""
    box = COUNTRY_BOXES.get(country)
    return box is not None and not box.contains(latitude, longitude)
