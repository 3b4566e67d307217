"""Two invented lists that speak to listings: substitutes for hazardous materials, and equipment to be phased out.

The real ones (工信部联节〔2016〕398号 of 2016-12-14; the fourth batch of phased-out equipment, 2016-03-14) ship without
entries: their annexes have not been typed in yet. These rows are like theirs in kind and are marked as examples.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

from django.utils import timezone

from cms.registers.drafting import Proposal, open_batch, propose
from cms.registers.models import Action, ListColumn, RegulatedList
from cms.registers.services import publish_batch, submit_batch
from marketplace.demo.story import Entry
from marketplace.firms.models import User

STORY = Path(__file__).with_suffix(".toml")
COMMON = {
    "authority_zh": "示例主管部门",
    "authority_en": "Example authority",
    "notice_days": 0,
    "one_per_firm": False,
    "source": "invented for the demonstration",
}
EXAMPLE = {"remarks_zh": "示例数据，非官方目录", "remarks_en": "Example, not of an official list"}
STOOD_FOR = dt.timedelta(days=400)


def add_advice(officer: User) -> int:
    """Both lists with their rows in effect since last year; returns how many rows."""
    stories = tomllib.loads(STORY.read_text(encoding="utf-8"))["list"]
    return sum(_publish(officer, story) for story in stories)


def _publish(officer: User, story: Entry) -> int:
    names = {name: story[name] for name in ("slug", "kind", "name_zh", "name_en")}
    made = RegulatedList.objects.create(**names, **COMMON)
    columns = {
        column["slug"]: ListColumn.objects.create(regulated_list=made, position=number, **column)
        for number, column in enumerate(story["column"], start=1)
    }
    lines = [_line(entry, columns) for entry in story["entry"]]
    batch = open_batch(actor=officer, regulated_list=made, values={"announcement": "示例公告 Example"})
    propose(actor=officer, batch=batch, proposals=lines)
    batch = submit_batch(actor=officer, batch=batch)
    publish_batch(actor=officer, batch=batch, effective_on=timezone.localdate() - STOOD_FOR)
    return len(lines)


def _line(entry: Entry, columns: dict[str, ListColumn]) -> Proposal:
    own = {columns[slug]: value for slug, value in entry.items() if slug != "facts"}
    return Proposal(Action.ADD, facts=entry["facts"] | EXAMPLE, own=own)
