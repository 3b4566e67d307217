"""Landed-cost ladder: how price, haulage and avoided disposal add up, and who pays whom in the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from marketplace.pictures.figures import money
from marketplace.pictures.markup import joined, percent, tag

SMALLEST_WIDTH = 0.6


@dataclass(frozen=True)
class LandedCost:
    """`steps` are (label, signed amount per tonne); the total is theirs, unless a rounding of the caller's differs."""

    steps: tuple[tuple[str, float], ...]
    total: float
    currency: str
    words: str = ""


@dataclass(frozen=True)
class Rung:
    """One bar, in percent of the picture's width; `end` is where the next one begins."""

    left: float
    width: float
    end: float


def rungs(amounts: tuple[float, ...], total: float) -> tuple[float, list[Rung]]:
    """Place of zero and the bars of every step and of the total, all in 0..100."""
    levels = [0.0]
    for amount in amounts:
        levels.append(levels[-1] + amount)
    low, high = min(*levels, total), max(*levels, total)
    span = (high - low) or 1.0

    def place(value: float) -> float:
        return 100 * (value - low) / span

    bars = [_rung(place(start), place(end)) for start, end in zip(levels, levels[1:], strict=False)]
    return place(0.0), [*bars, _rung(place(0.0), place(total))]


def _rung(start: float, end: float) -> Rung:
    width = max(abs(end - start), SMALLEST_WIDTH)
    return Rung(min(start, end, 100 - width), width, end)


def gate_words(total_per_t: float, currency: str) -> str:
    """What the landed cost means for the one who takes the material."""
    amount = money(abs(total_per_t), currency, "t")
    if total_per_t < 0:
        return gettext("The taker is paid %(amount)s at the gate.") % {"amount": amount}
    return gettext("The taker pays %(amount)s at the gate.") % {"amount": amount}


def landed_cost_ladder(ladder: LandedCost) -> SafeString:
    zero, bars = rungs(tuple(float(amount) for _label, amount in ladder.steps), float(ladder.total))
    words = ladder.words or gate_words(ladder.total, ladder.currency)
    body = tag("tbody", joined(_rows(ladder, zero, bars)))
    foot = tag("tfoot", _row(gettext("Landed cost"), ladder.total, ladder.currency, _picture(zero, bars[-1], "total")))
    table = tag("table", body, foot, class_="ladder-table")
    return tag("figure", table, tag("figcaption", words), class_="ladder")


def _rows(ladder: LandedCost, zero: float, bars: list[Rung]) -> Iterator[SafeString]:
    for (label, amount), bar in zip(ladder.steps, bars, strict=False):
        kind = "minus" if amount < 0 else "plus"
        yield _row(label, amount, ladder.currency, _picture(zero, bar, kind))


def _row(label: str, amount: float, currency: str, picture: SafeString) -> SafeString:
    return tag(
        "tr",
        tag("th", label, scope="row"),
        tag("td", picture, class_="ladder-cell"),
        tag("td", money(amount, currency, "t"), class_="num"),
    )


def _picture(zero: float, bar: Rung, kind: str) -> SafeString:
    """A bar, the line of zero and, under the bar, the line that leads to the next row."""
    lead = {"x1": percent(bar.end), "x2": percent(bar.end)} if kind != "total" else None
    return tag(
        "svg",
        tag("line", class_="ladder-zero", x1=percent(zero), x2=percent(zero), y1="0", y2="100%"),
        tag("line", class_="ladder-lead", y1="50%", y2="150%", **lead) if lead else None,
        tag("rect", class_=f"ladder-{kind}", x=percent(bar.left), y="50%", width=percent(bar.width), height="12"),
        class_="ladder-picture",
        aria_hidden="true",
        focusable="false",
    )
