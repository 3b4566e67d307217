"""Quantity bar: how much of what is wanted an offer would fill."""

from __future__ import annotations

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from marketplace.pictures.figures import Number, figure
from marketplace.pictures.markup import percent, tag


def bar_widths(offered: Number | None, wanted: Number | None) -> tuple[float, float]:
    """Widths of both bars in percent of the larger quantity; 0 for one that is not known."""
    known_offered, known_wanted = float(offered or 0), float(wanted or 0)
    scale = max(known_offered, known_wanted)
    if scale <= 0:
        return 0.0, 0.0
    return 100 * known_offered / scale, 100 * known_wanted / scale


def quantity_bar(offered: Number | None, wanted: Number | None, unit: str) -> SafeString:
    offered_width, wanted_width = bar_widths(offered, wanted)
    picture = tag(
        "svg",
        tag("rect", class_="quantity-wanted", x="0", y="0", width=percent(wanted_width), height="12"),
        tag("rect", class_="quantity-offered", x="0", y="3", width=percent(offered_width), height="6", rx="3"),
        class_="quantity-picture",
        width="100%",
        height="12",
        aria_hidden="true",
        focusable="false",
    )
    return tag("div", picture, tag("span", _words(offered, wanted, unit)), class_="quantity-bar")


def _words(offered: Number | None, wanted: Number | None, unit: str) -> str:
    if offered is None:
        return gettext("quantity not given")
    if wanted is None:
        return gettext("%(offered)s %(unit)s offered") % {"offered": figure(offered), "unit": unit}
    return gettext("%(offered)s offered, %(wanted)s %(unit)s wanted") % {
        "offered": figure(offered),
        "wanted": figure(wanted),
        "unit": unit,
    }
