"""Pages of the editorial site from `site_pages.toml`, in both languages."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils import timezone

from cms import models
from cms.site_tree import Pages, make_site, plant, sections
from marketplace.firms.models import User

FILE = Path(__file__).parent / "site_pages.toml"
LANGUAGES = ("zh-hans", "en")
FACTS = ("news_on", "starts_on", "ends_on")


def is_loaded() -> bool:
    return models.NewsPage.objects.exists()


def load_site_pages(*, actor: User, say: Callable[[str], Any]) -> int:
    homes, _made = make_site()
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["page"]
    for row in rows:
        _plant_row(homes, row, actor)
    say(f"{len(rows)} editorial pages in {len(LANGUAGES)} languages")
    return len(rows)


def _plant_row(homes: Pages, row: dict[str, Any], actor: User) -> None:
    facts = {name: row[name] for name in FACTS if name in row}
    texts = {code: facts | _fields(row[code], actor) for code in LANGUAGES}
    plant(sections(homes, row["section"]), getattr(models, row["kind"]), row["slug"], texts)


def _fields(text: dict[str, Any], actor: User) -> dict[str, Any]:
    body = json.dumps([_block(*each) for each in text["body"]])
    return {**text, "body": body, "owner": actor, "first_published_at": timezone.now()}


def _block(kind: str, first: str, *rest: Any) -> dict[str, Any]:
    """A block as Wagtail stores it, from its short form in the file."""
    if kind == "table":
        value: Any = {"data": rest[0], "first_row_is_table_header": True, "table_caption": first}
        value |= {"first_col_is_header": True, "table_header_choice": "both"}
    elif kind == "source":
        value = {"name": first, "url": rest[0]}
    else:
        value = {"slug": first} if kind in ("material", "register") else first
    return {"type": kind, "value": value}
