"""Numbers as the pages show them: thin spaces between thousands, a real minus, 万吨 where Chinese readers expect it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.utils.translation import get_language

from marketplace.units import CURRENCY_SIGNS

THIN_SPACE = "\u202f"  # between groups of digits
UNIT_SPACE = "\u00a0"  # between a number and its unit
MINUS = "\u2212"
NOT_GIVEN = "–"
SIGNIFICANT_DIGITS = 5
TEN_THOUSAND_T = 10_000
UNIT_WORDS_ZH = {"t": "吨"}

Number = Decimal | float | int


def figure(value: Number | str | None, places: int | None = None) -> str:
    """Five significant digits, or exactly `places` decimals; whole digits are never dropped.

    >>> figure(1234.5), figure(-0.0421), figure(1234567), figure(3, 2)
    ('1\u202f234.5', '\u22120.0421', '1\u202f234\u202f567', '3.00')
    """
    number = _decimal(value)
    if number is None:
        return NOT_GIVEN
    shown = number.quantize(Decimal(1).scaleb(-_decimals(number, places)), ROUND_HALF_UP)
    text = f"{abs(shown):,f}".replace(",", THIN_SPACE)
    if places is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{MINUS}{text}" if shown < 0 else text


def _decimal(value: Number | str | None) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _decimals(number: Decimal, places: int | None) -> int:
    if places is not None:
        return places
    return max(0, SIGNIFICANT_DIGITS - 1 - number.adjusted()) if number else 0


def money(amount: Number | None, currency: str, per: str = "") -> str:
    """A signed amount with its sign in front; whole amounts without decimals. `per` is a unit such as `t`.

    >>> money(-35, "CNY", "t"), money(12.5, "EUR")
    ('\u2212¥35/t', '€12.50')
    """
    number = _decimal(amount)
    if number is None:
        return NOT_GIVEN
    places = 0 if number == number.to_integral_value() else 2
    sign = MINUS if number < 0 else ""
    text = f"{sign}{CURRENCY_SIGNS.get(currency, currency + THIN_SPACE)}{figure(abs(number), places)}"
    return f"{text}/{_unit_word(per)}" if per else text


def _unit_word(unit: str) -> str:
    return UNIT_WORDS_ZH.get(unit, unit) if _in_chinese() else unit


def _in_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def tonnes(quantity_t: Number | None) -> str:
    """`1 200 t`; in Chinese from ten thousand tonnes on `1.2 万吨`, below that `1 200 吨`."""
    number = _decimal(quantity_t)
    if number is None:
        return NOT_GIVEN
    if not _in_chinese():
        return f"{figure(number)}{UNIT_SPACE}t"
    if abs(number) >= TEN_THOUSAND_T:
        return f"{figure(number / TEN_THOUSAND_T)}{UNIT_SPACE}万吨"
    return f"{figure(number)}{UNIT_SPACE}吨"
