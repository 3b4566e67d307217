"""Tags and filters for pages: icons, states, numbers and our own pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from marketplace.pictures import (
    figures,
    flow_map,
    hits_map,
    landed_cost,
    life_line,
    outcome,
    quantity_bar,
    reach_map,
    window_strip,
)
from marketplace.pictures.markup import tag

register = template.Library()

register.filter("figure", figures.figure)
register.filter("tonnes", figures.tonnes)
register.simple_tag(figures.money, name="money")
register.simple_tag(outcome.state, name="state")
register.simple_tag(window_strip.window_strips, name="window_strips")
register.simple_tag(landed_cost.landed_cost_ladder, name="landed_cost_ladder")
register.simple_tag(life_line.life_line, name="life_line")
register.simple_tag(flow_map.flow_map, name="flow_map")
register.simple_tag(quantity_bar.quantity_bar, name="quantity_bar")
register.simple_tag(reach_map.reach_map_svg, name="reach_map_svg")
register.simple_tag(hits_map.hits_map_svg, name="hits_map")


@register.simple_tag(name="reach_map")
def reach_map_tag(element_id: str, reach: reach_map.Reach) -> SafeString:
    """The map with the tile server of the settings, if there is one."""
    return reach_map.reach_map(element_id, reach, settings.LOOPYARD_TILE_URL)


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """An icon of the sprite; without a label it is decoration beside a word."""
    return _symbol("img/icons.svg", name, f"icon icon-{size}" if size else "icon", label)


@register.simple_tag
def pictogram(family: str, label: str = "") -> SafeString:
    """The drawing of a material family, where there is no photo."""
    return _symbol("img/pictograms.svg", family, "pictogram", label)


def _symbol(sprite: str, name: str, class_: str, label: str) -> SafeString:
    use = tag("use", href=f"{static(sprite)}#{name}")
    if label:
        return tag("svg", use, class_=class_, role="img", aria_label=label)
    return tag("svg", use, class_=class_, aria_hidden="true", focusable="false")


@register.simple_tag
def site_picker(element_id: str, lat_field: Any, lon_field: Any, datum_field: Any = None) -> SafeString:
    """An empty map that fills two inputs by a click; the script shows it, so without scripts there is nothing.

    The map shows WGS-84: a click sets the datum field, where there is one, to that.
    """
    return tag(
        "div",
        id=element_id,
        class_="site-picker",
        hidden="hidden",
        data_site_picker="",
        data_lat=lat_field.id_for_label,
        data_lon=lon_field.id_for_label,
        data_datum=datum_field.id_for_label if datum_field else None,
        data_tiles=settings.LOOPYARD_TILE_URL or None,
        **reach_map.outline_attributes(),
    )


@register.simple_tag
def map_ground() -> SafeString:
    """Attributes that tell a map's script what lies under the marks: tiles, or outlines of our own."""
    tiles = {"data_tiles": settings.LOOPYARD_TILE_URL} if settings.LOOPYARD_TILE_URL else {}
    ground = reach_map.outline_attributes() | tiles
    return format_html_join(" ", '{}="{}"', ((name.replace("_", "-"), value) for name, value in ground.items()))


@register.filter
def html_lang(language_code: str) -> str:
    """`zh-hans` as browsers write it: `zh-Hans`."""
    language, _dash, script = language_code.partition("-")
    return f"{language}-{script.capitalize()}" if script else language


@register.filter
def page_numbers(page: Page[Any]) -> Iterator[int | None]:
    """First, last and the pages around this one; `None` where some are left out."""
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1):
        yield number if isinstance(number, int) else None


@register.filter
def share(part: Decimal | float | None, whole: Decimal | float | None) -> str:
    """`part` of `whole` in whole per cent, for text beside a bar."""
    if part is None or not whole:
        return figures.NOT_GIVEN
    return f"{figures.figure(100 * float(part) / float(whole), 0)}{figures.UNIT_SPACE}%"


@register.filter
def joined_by(parts: Iterable[object], separator: str = " · ") -> str:
    """What there is of `parts`, with a separator; empty ones leave no gap."""
    return separator.join(str(part) for part in parts if part)
