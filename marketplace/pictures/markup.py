"""Elements of HTML and SVG with every attribute and child escaped."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def tag(name: str, *children: object, **attributes: object) -> SafeString:
    """`tag("rect", class_="band", stroke_width=2)`: underscores become dashes, `None` leaves an attribute out.

    `name` comes from our own code only; attributes and children are escaped unless they are already safe.
    """
    pairs = ((key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items() if value is not None)
    written = format_html_join("", ' {}="{}"', pairs)
    return format_html("<{}{}>{}</{}>", name, written, joined(children), name)


def joined(parts: Iterable[object]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts if part is not None))


def percent(value: float) -> str:
    """A place along a fluid picture, short enough for markup: `33.33%`.

    >>> percent(100 / 3), percent(50.0)
    ('33.33%', '50%')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def hidden_text(text: str) -> SafeString:
    return tag("span", text, class_="visually-hidden")
