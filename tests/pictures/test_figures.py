"""Numbers as pages show them."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from marketplace.pictures.figures import figure, money, tonnes


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (1234.5, "1\u202f234.5"),
        (Decimal("1284500"), "1\u202f284\u202f500"),
        (0.1 + 0.2, "0.3"),
        (-0.0421, "\u22120.0421"),
        ("12.50", "12.5"),
        (None, "–"),
        ("", "–"),
        (float("nan"), "–"),
        (float("inf"), "–"),
        ("<b>", "–"),
    ],
)
def test_figure_keeps_five_significant_digits(value, shown):
    assert figure(value) == shown


def test_figure_keeps_the_decimals_it_is_asked_for():
    assert figure(3, 2) == "3.00"
    assert figure(-0.004, 2) == "0.00"
    assert figure(2.345, 2) == "2.35"


def test_money_puts_the_minus_before_the_currency():
    assert money(-35, "CNY", "t") == "\u2212¥35/t"
    assert money(Decimal("4.2"), "EUR") == "€4.20"
    assert money(7, "CHF") == "CHF\u202f7"
    assert money(None, "CNY") == "–"


def test_tonnes_are_counted_in_ten_thousands_in_chinese_only():
    with override("en"):
        assert tonnes(12000) == "12\u202f000\u00a0t"
    with override("zh-hans"):
        assert tonnes(12000) == "1.2\u00a0万吨"
        assert tonnes(9999) == "9\u202f999\u00a0吨"
