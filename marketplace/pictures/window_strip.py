"""Window strip: one property of a match on one line, the acceptance window as a band and the offer as a bar."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from marketplace.pictures.figures import figure
from marketplace.pictures.markup import hidden_text, joined, percent, tag
from marketplace.pictures.outcome import OUTCOMES, state

MARGIN = 0.12  # of the span, left free at both ends
FADE = 12.0  # percent of the width over which an open or soft end fades
LOG_FROM_RATIO = 100.0  # beyond this a linear axis would hide the smaller of band and bar
SMALLEST_BAR = 1.5


@dataclass(frozen=True)
class WindowStrip:
    """`low`, `typ`, `high` are the offer's figures, `limit_low`, `limit_high` the window; `None` is unknown or open."""

    name: str
    unit: str
    basis: str
    low: float | None
    typ: float | None
    high: float | None
    limit_low: float | None
    limit_high: float | None
    hard: bool
    outcome: str
    deduction: str = ""

    @property
    def figures(self) -> list[float]:
        given = (self.low, self.typ, self.high, self.limit_low, self.limit_high)
        return [float(value) for value in given if value is not None and math.isfinite(value)]


@dataclass(frozen=True)
class Axis:
    start: float
    end: float
    logarithmic: bool = False

    def place(self, value: float) -> float:
        """Percent of the picture's width, held within it."""
        start, end, point = self.start, self.end, value
        if self.logarithmic:
            start, end, point = math.log(start), math.log(end), math.log(max(value, self.start))
        return min(100.0, max(0.0, 100 * (point - start) / (end - start)))


def axis_for(figures: list[float]) -> Axis:
    """Room for band and bar: from zero where zero is near, logarithmic where the figures are far apart."""
    if not figures:
        return Axis(0.0, 1.0)
    lowest, highest = min(figures), max(figures)
    if lowest > 0 and highest / lowest >= LOG_FROM_RATIO:
        room = (highest / lowest) ** MARGIN
        return Axis(lowest / room, highest * room, logarithmic=True)
    margin = MARGIN * ((highest - lowest) or abs(highest) or 1.0)
    start = 0.0 if 0 <= lowest < max(margin, highest / 2) else lowest - margin
    return Axis(start, highest + margin)


@dataclass(frozen=True)
class Geometry:
    """Places in percent of the width. `bar` is `None` without a figure; an open end of the band lies on the edge."""

    band: tuple[float, float]
    bar: tuple[float, float] | None
    tick: float | None


def geometry(strip: WindowStrip) -> Geometry:
    axis = axis_for(strip.figures)
    left = 0.0 if strip.limit_low is None else axis.place(strip.limit_low)
    right = 100.0 if strip.limit_high is None else axis.place(strip.limit_high)
    tick = None if strip.typ is None else axis.place(strip.typ)
    return Geometry((left, right), _bar(strip, axis), tick)


def _bar(strip: WindowStrip, axis: Axis) -> tuple[float, float] | None:
    ends = [value for value in (strip.low, strip.typ, strip.high) if value is not None]
    if not ends:
        return None
    left, right = axis.place(min(ends)), axis.place(max(ends))
    if right - left >= SMALLEST_BAR:
        return left, right
    middle = min(max((left + right) / 2, SMALLEST_BAR / 2), 100 - SMALLEST_BAR / 2)
    return middle - SMALLEST_BAR / 2, middle + SMALLEST_BAR / 2


def window_strip(strip: WindowStrip) -> SafeString:
    """Name, picture, figures and outcome for the eye; one sentence with the same facts for the ear."""
    name = tag("span", strip.name, " ", tag("span", _unit(strip), class_="strip-unit"), class_="strip-name")
    return tag(
        "li",
        hidden_text(sentence(strip)),
        tag("div", name, aria_hidden="true"),
        tag("div", state(strip.outcome), aria_hidden="true", class_="strip-outcome"),
        _picture(strip),
        _figures(strip),
        class_=f"strip strip-{strip.outcome}",
    )


def window_strips(strips: Iterable[WindowStrip]) -> SafeString:
    """The strips of a match as one list, with the key to their two colours."""
    offered = tag("span", tag("span", class_="mark-offer"), gettext("offered"))
    accepted = tag("span", tag("span", class_="mark-need"), gettext("accepted"))
    legend = tag("p", offered, accepted, aria_hidden="true", class_="strips-legend")
    return tag(
        "div", legend, tag("ul", joined(window_strip(strip) for strip in strips), class_="strip-list"), class_="strips"
    )


def _unit(strip: WindowStrip) -> str:
    if strip.unit and strip.basis:
        return gettext("%(unit)s, %(basis)s") % {"unit": strip.unit, "basis": strip.basis}
    return strip.unit or strip.basis


def _picture(strip: WindowStrip) -> SafeString:
    places = geometry(strip)
    return tag(
        "svg",
        tag("title", strip.name),
        tag("desc", sentence(strip)),
        tag("line", class_="strip-axis", x1="0", x2="100%", y1="14", y2="14"),
        joined(_band(strip, places)),
        joined(_offer(strip, places)),
        class_="strip-picture",
        aria_hidden="true",
        width="100%",
        height="28",
        focusable="false",
    )


def _band(strip: WindowStrip, places: Geometry) -> Iterator[SafeString]:
    """The window: full colour inside, an edge at each limit, a fade where it is open or soft."""
    left, right = places.band
    inner_left = left + (min(FADE, (right - left) / 2) if strip.limit_low is None else 0)
    inner_right = right - (min(FADE, (right - left) / 2) if strip.limit_high is None else 0)
    yield _rect("strip-band", inner_left, inner_right, 4, 20)
    edge = "strip-edge" if strip.hard else "strip-edge strip-edge-soft"
    if strip.limit_low is None:
        yield _rect("strip-fade-start", left, inner_left, 4, 20)
    else:
        yield from _limit(left, max(0.0, left - FADE), strip.hard, "strip-fade-start", edge)
    if strip.limit_high is None:
        yield _rect("strip-fade-end", inner_right, right, 4, 20)
    else:
        yield from _limit(right, min(100.0, right + FADE), strip.hard, "strip-fade-end", edge)


def _limit(place: float, faded: float, hard: bool, fade: str, edge: str) -> Iterator[SafeString]:
    if not hard:
        yield _rect(fade, min(place, faded), max(place, faded), 4, 20)
    yield tag("line", class_=edge, x1=percent(place), x2=percent(place), y1="3", y2="25")


def _offer(strip: WindowStrip, places: Geometry) -> Iterator[SafeString]:
    """The offer's bar, what of it lies outside the window on top, and a dot at the typical figure."""
    if places.bar is None:
        return
    left, right = places.bar
    yield _rect("strip-bar", left, right, 11, 6)
    outside = "strip-outside" if strip.hard else "strip-outside-soft"
    if left < places.band[0]:
        yield _rect(outside, left, min(right, places.band[0]), 11, 6)
    if right > places.band[1]:
        yield _rect(outside, max(left, places.band[1]), right, 11, 6)
    if places.tick is not None:
        yield tag("circle", class_="strip-tick", cx=percent(places.tick), cy="14", r="4.5")


def _rect(class_: str, left: float, right: float, y: int, height: int) -> SafeString:
    return tag("rect", class_=class_, x=percent(left), y=y, width=percent(right - left), height=height)


def _figures(strip: WindowStrip) -> SafeString:
    limit = tag("span", limit_figures(strip), class_="strip-limit")
    deduction = tag("span", strip.deduction, class_="strip-deduction") if strip.deduction else None
    offer = tag("span", offer_figures(strip), class_="strip-offer")
    return tag("div", offer, limit, deduction, aria_hidden="true", class_="strip-figures")


def offer_figures(strip: WindowStrip) -> str:
    """`2.1 – 3 – 4.8`, a single figure where all are the same, words where there is none."""
    shown = dict.fromkeys(figure(value) for value in (strip.low, strip.typ, strip.high) if value is not None)
    return " – ".join(shown) or gettext("no figure")


def limit_figures(strip: WindowStrip) -> str:
    if strip.limit_low is None and strip.limit_high is None:
        return gettext("no limit")
    if strip.limit_low is None:
        return f"≤ {figure(strip.limit_high)}"
    if strip.limit_high is None:
        return f"≥ {figure(strip.limit_low)}"
    return f"{figure(strip.limit_low)} … {figure(strip.limit_high)}"


def sentence(strip: WindowStrip) -> str:
    """The whole strip in words, for readers who cannot see it."""
    words = gettext("%(name)s in %(unit)s: offered %(offered)s, accepted %(limit)s (%(kind)s limit), %(outcome)s.") % {
        "name": strip.name,
        "unit": _unit(strip) or "–",
        "offered": offer_figures(strip),
        "limit": limit_figures(strip),
        "kind": gettext("hard") if strip.hard else gettext("soft"),
        "outcome": OUTCOMES[strip.outcome].word,
    }
    return f"{words} {strip.deduction}".strip()
