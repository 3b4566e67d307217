"""The vocabulary of quantities: decimal numbers as people write them, periods, currencies, datums, distances."""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import Decimal, InvalidOperation

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from geopy.distance import geodesic

_GROUPED = re.compile(r"[+-]?\d{1,3}([ ,'\u00a0\u2009\u202f]\d{3})+(\.\d+)?")
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
_SEPARATORS = re.compile(r"[ ,'\u00a0\u2009\u202f]")
_MINUS_SIGNS = str.maketrans({"−": "-", "–": "-", "﹣": "-"})
_MAX_DIGITS = 24


class Period(models.TextChoices):
    DAY = "day", _("per day")
    MONTH = "month", _("per month")
    QUARTER = "quarter", _("per quarter")
    YEAR = "year", _("per year")
    ONCE = "once", _("once")


PERIODS_PER_YEAR = {
    Period.DAY: Decimal(365),
    Period.MONTH: Decimal(12),
    Period.QUARTER: Decimal(4),
    Period.YEAR: Decimal(1),
    Period.ONCE: Decimal(1),
}


class Currency(models.TextChoices):
    CNY = "CNY", _("CNY · Chinese yuan")
    EUR = "EUR", _("EUR · euro")
    GBP = "GBP", _("GBP · pound sterling")
    USD = "USD", _("USD · US dollar")
    JPY = "JPY", _("JPY · Japanese yen")
    KRW = "KRW", _("KRW · South Korean won")


CURRENCY_SIGNS = {"CNY": "¥", "EUR": "€", "GBP": "£", "USD": "$", "JPY": "JP¥", "KRW": "₩"}


class Datum(models.TextChoices):
    WGS84 = "wgs84", _("WGS-84 (GPS, OpenStreetMap)")
    GCJ02 = "gcj02", _("GCJ-02 (Amap, Tencent, Google China)")


class Basis(models.TextChoices):
    AS_RECEIVED = "ar", pgettext_lazy("basis of a measurement", "as received")
    DRY = "dry", pgettext_lazy("basis of a measurement", "dry")
    NONE = "", pgettext_lazy("basis of a measurement", "no basis")


def parse_decimal(text: str) -> Decimal:
    """The number a person wrote: full-width digits, a real minus and thousands separators are understood.

    `1,234.5` and `１ ２３４` are numbers; `1,2,3`, `NaN`, `1e400` and an empty string are a `ValueError`.

    >>> parse_decimal("１，２３４．５")
    Decimal('1234.5')
    >>> parse_decimal("1,2,3")
    Traceback (most recent call last):
    ...
    ValueError: not a number: '1,2,3'
    """
    plain = unicodedata.normalize("NFKC", str(text)).translate(_MINUS_SIGNS).strip()
    if _GROUPED.fullmatch(plain):
        plain = _SEPARATORS.sub("", plain)
    if not _PLAIN.fullmatch(plain) or len(plain) > _MAX_DIGITS:
        raise ValueError(f"not a number: {text!r}")
    try:
        return Decimal(plain)
    except InvalidOperation as error:
        raise ValueError(f"not a number: {text!r}") from error


def per_year(amount_t: Decimal, period: str) -> Decimal:
    """Tonnes a year from tonnes a period; a single lot counts as that year's tonnes.

    >>> per_year(Decimal("250"), "month")
    Decimal('3000')
    """
    return amount_t * PERIODS_PER_YEAR[Period(period)]


def exchange_rate(currency: str) -> Decimal:
    """Units of the base currency for one unit of `currency`: indicative, for ranking and comparison only."""
    rates = settings.LOOPYARD_EXCHANGE_RATES
    if currency not in rates:
        raise ValueError(f"unknown currency: {currency!r}")
    return Decimal(str(rates[currency])) / Decimal(str(rates[settings.LOOPYARD_BASE_CURRENCY]))


def convert_money(amount: Decimal, currency: str, target: str) -> Decimal:
    if currency == target:
        return amount
    return amount * exchange_rate(currency) / exchange_rate(target)


def distance_km(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Geodesic distance on WGS-84 in km: the figure shown to people."""
    return float(geodesic((lat_a, lon_a), (lat_b, lon_b)).km)


# GCJ-02: the obfuscated datum of Chinese consumer maps. Constants and series as published in the open
# reverse-engineering of the transform (Krasovsky 1940 ellipsoid).
_GCJ_A = 6378245.0
_GCJ_EE = 0.00669342162296594323


def _gcj_offset(lat: float, lon: float) -> tuple[float, float]:
    x, y = lon - 105.0, lat - 35.0
    common = (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    d_lat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + common
    d_lat += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    d_lat += (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    d_lon = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + common
    d_lon += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    d_lon += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    radians = lat / 180.0 * math.pi
    magic = 1.0 - _GCJ_EE * math.sin(radians) ** 2
    d_lat = d_lat * 180.0 / ((_GCJ_A * (1.0 - _GCJ_EE)) / (magic * math.sqrt(magic)) * math.pi)
    d_lon = d_lon * 180.0 / (_GCJ_A / math.sqrt(magic) * math.cos(radians) * math.pi)
    return d_lat, d_lon


def in_gcj_area(lat: float, lon: float) -> bool:
    """Roughly mainland China: elsewhere the Chinese maps show WGS-84 too."""
    return 0.8293 <= lat <= 55.8271 and 72.004 <= lon <= 137.8347


def wgs84_to_gcj02(lat: float, lon: float) -> tuple[float, float]:
    if not in_gcj_area(lat, lon):
        return lat, lon
    d_lat, d_lon = _gcj_offset(lat, lon)
    return lat + d_lat, lon + d_lon


def gcj02_to_wgs84(lat: float, lon: float) -> tuple[float, float]:
    """Inverse by fixed-point iteration; within 1e-9 degrees of the forward transform's argument.

    >>> lat, lon = gcj02_to_wgs84(*wgs84_to_gcj02(39.9, 116.4))
    >>> round(lat, 7), round(lon, 7)
    (39.9, 116.4)
    """
    if not in_gcj_area(lat, lon):
        return lat, lon
    guess_lat, guess_lon = lat, lon
    for _step in range(12):
        shown_lat, shown_lon = wgs84_to_gcj02(guess_lat, guess_lon)
        guess_lat, guess_lon = guess_lat + lat - shown_lat, guess_lon + lon - shown_lon
    return guess_lat, guess_lon
