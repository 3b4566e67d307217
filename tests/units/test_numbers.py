from decimal import Decimal

import pytest

from marketplace import units
from marketplace.units import Period, convert_money, exchange_rate, parse_decimal, per_year


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", "0"),
        ("12.50", "12.50"),
        (".5", "0.5"),
        ("7.", "7"),
        (" 42 ", "42"),
        ("+3", "3"),
        ("-35", "-35"),
        ("−35", "-35"),
        ("–35", "-35"),
        ("－３５", "-35"),
        ("１２３．４", "123.4"),
        ("1,234.5", "1234.5"),
        ("1，234", "1234"),
        ("1 234 567", "1234567"),
        ("1\u00a0234.5", "1234.5"),
        ("1\u2009234", "1234"),
        ("1'234", "1234"),
    ],
)
def test_reads_numbers_as_people_write_them(text, value):
    assert parse_decimal(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        ".",
        "abc",
        "1,2,3",
        "1,23",
        "12,34.5",
        "1.2.3",
        "NaN",
        "inf",
        "1e400",
        "1e3",
        "0x10",
        "12t",
        "--3",
        "9" * 25,
    ],
)
def test_refuses_what_is_not_one_number(text):
    with pytest.raises(ValueError, match="not a number"):
        parse_decimal(text)


def test_keeps_every_digit_that_was_typed():
    assert str(parse_decimal("0.100")) == "0.100"


@pytest.mark.parametrize(
    ("period", "tonnes_a_year"),
    [("day", "3650"), ("month", "120"), ("quarter", "40"), ("year", "10"), ("once", "10")],
)
def test_ten_tonnes_a_period_become_tonnes_a_year(period, tonnes_a_year):
    assert per_year(Decimal(10), period) == Decimal(tonnes_a_year)


def test_every_period_has_a_factor():
    assert set(units.PERIODS_PER_YEAR) == set(Period)


def test_an_unknown_period_is_refused():
    with pytest.raises(ValueError, match="fortnight"):
        per_year(Decimal(1), "fortnight")


def test_money_is_converted_through_the_base_currency(settings):
    settings.LOOPYARD_EXCHANGE_RATES = {"CNY": 1, "EUR": 8, "GBP": 10}
    settings.LOOPYARD_BASE_CURRENCY = "CNY"
    assert convert_money(Decimal(5), "EUR", "CNY") == Decimal(40)
    assert convert_money(Decimal(-5), "EUR", "GBP") == Decimal(-4)
    settings.LOOPYARD_BASE_CURRENCY = "EUR"
    assert exchange_rate("CNY") == Decimal("0.125")
    assert convert_money(Decimal(5), "EUR", "GBP") == Decimal(4)


def test_the_same_currency_is_left_as_it_is():
    assert str(convert_money(Decimal("1.10"), "JPY", "JPY")) == "1.10"


def test_every_currency_has_a_rate_and_a_sign():
    for currency in units.Currency:
        assert exchange_rate(currency) > 0
        assert units.CURRENCY_SIGNS[currency]


def test_an_unknown_currency_is_refused():
    with pytest.raises(ValueError, match="XXX"):
        convert_money(Decimal(1), "XXX", "CNY")
