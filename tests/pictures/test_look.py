"""What the style sheets, sprites and templates promise together."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CSS = ROOT / "static" / "css"
TEXT_ON_GROUND = [
    *[(text, ground) for text in ("ink", "ink-2", "loop", "need") for ground in ("paper", "panel", "sunken")],
    *[(state, ground) for state in ("passes", "may", "fails", "unknown") for ground in ("paper", "panel")],
    *[(state, f"{state}-tint") for state in ("passes", "may", "fails")],
    ("loop", "loop-tint"),
    ("loop-strong", "loop-tint"),
    ("need", "need-tint"),
    ("on-loop", "loop"),
    ("on-loop", "loop-strong"),
    ("on-fails", "fails"),
]
MARKS_ON_GROUND = [(mark, ground) for mark in ("offer", "need", "focus") for ground in ("paper", "panel", "land")]
MARKS_ON_GROUND += [("line-strong", "paper"), ("line-strong", "panel")]


def themes() -> dict[str, dict[str, str]]:
    """Colour tokens by theme; the system's dark theme and the chosen one are both read."""
    light, dark, chosen_dark = re.findall(r":root[^{]*\{(.*?)\}", (CSS / "tokens.css").read_text(), re.DOTALL)
    found = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in (light, dark, chosen_dark)]
    return {"light": found[0], "dark": found[0] | found[1], "chosen dark": found[0] | found[2]}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark", "chosen dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_can_be_read(theme, text, ground):
    tokens = themes()[theme]
    assert contrast(tokens[text], tokens[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark", "chosen dark"])
@pytest.mark.parametrize(("mark", "ground"), MARKS_ON_GROUND)
def test_marks_can_be_seen(theme, mark, ground):
    tokens = themes()[theme]
    assert contrast(tokens[mark], tokens[ground]) >= 3


def test_both_dark_themes_are_the_same():
    assert themes()["dark"] == themes()["chosen dark"]


@pytest.mark.parametrize("name", ["base.css", "components.css", "pictures.css", "pages.css"])
def test_raw_colours_live_in_tokens_only(name):
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?!-)|\brgba?\(|\bhsla?\(", (CSS / name).read_text()) == []


@pytest.mark.parametrize("name", ["base.css", "components.css", "pictures.css", "pages.css"])
def test_every_token_used_is_defined(name):
    defined = set(re.findall(r"--([\w-]+):", (CSS / "tokens.css").read_text()))
    used = set(re.findall(r"var\(--([\w-]+)\)", (CSS / name).read_text()))
    assert used - defined == set()


def test_templates_fit_the_content_security_policy():
    for path in (ROOT / "marketplace" / "templates").rglob("*.html"):
        text = path.read_text()
        assert not re.search(
            r"\sstyle=|<style|\son\w+=|<script(?![^>]*\ssrc=)|\ssrc=.https?:|<link[^>]*https?:", text
        ), path.name


def test_every_icon_named_in_a_template_is_drawn():
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/img/icons.svg").read_text()))
    templates = "".join(path.read_text() for path in (ROOT / "marketplace" / "templates").rglob("*.html"))
    assert set(re.findall(r'{% icon "([\w-]+)"', templates)) - drawn == set()
