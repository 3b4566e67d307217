"""A row of a published list: every cell checked, every refusal with its row, column and reason."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from marketplace.firms import credit_code
from marketplace.units import parse_decimal

from ..models import Action, ListColumn, RegulatedList
from ..models.entries import FACTS, EntryFacts
from ..naming import plain_name
from .days import read_day
from .headings import Heading, with_unit
from .tables import Line, Table

FORMULA = "="
MAX_CAPACITY_T = Decimal(10) ** 10
_LENGTHS = {
    field.name: field.max_length for field in EntryFacts._meta.fields if field.name in FACTS and field.max_length
}
OWN_LENGTH = 400
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_MARKUP = re.compile(r"<\s*[/!]?\s*[a-z][^<]*>|<\s*script", re.IGNORECASE)
_ACTIONS = {
    Action.ADD: "列入 新增 新列入 增加 公告 准入 符合 add added listed new",
    Action.CHANGE: "变更 装备变更 设备变更 信息变更 产能变更 change changed",
    Action.RENAME: "更名 名称变更 企业更名 rename renamed",
    Action.CORRECT: "更正 勘误 correct corrected correction",
    Action.RECTIFY: "整改 限期整改 责令整改 需整改 rectify torectify",
    Action.RESTORE: "整改合格 整改通过 恢复 restore restored rectified",
    Action.WITHDRAW: "撤销 撤销公告 退出 移出 取消 注销 withdraw withdrawn removed revoked",
}
ACTIONS = {word: action for action, words in _ACTIONS.items() for word in words.split()}
_NOTICE = re.compile(r"公示|public notice", re.IGNORECASE)


@dataclass(frozen=True)
class Refusal:
    """A row that is left out: where, and what would mend it."""

    row: int
    column: str
    reason: str
    cells: Mapping[Heading, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ListRow:
    """A row that can be used. `facts` are fields of `EntryFacts`; what the row leaves empty is not in them."""

    number: int
    facts: Mapping[str, Any]
    own: Mapping[ListColumn, str] = field(default_factory=dict)
    action: str = ""
    former_name: str = ""
    batch: str = ""
    announcement: str = ""
    effective_on: dt.date | None = None
    cells: Mapping[Heading, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.facts.get("name_zh") or self.facts.get("name_en") or "")


class _Bad(ValueError):
    def __init__(self, heading: Heading | str, reason: str) -> None:
        self.column = heading.text if isinstance(heading, Heading) else heading
        self.reason = reason
        super().__init__(reason)


def read_rows(
    table: Table, regulated_list: RegulatedList, refuse: list[Refusal], passed_over: list[int]
) -> Iterator[ListRow]:
    """Good rows one by one; the others go to `refuse`, rows of other lists to `passed_over`."""
    wanted = [heading.column for heading in table.headings.values() if heading.column and heading.column.required]
    for line in table.lines:
        try:
            row = _read(line, regulated_list, wanted)
        except _Bad as bad:
            refuse.append(Refusal(line.number, bad.column, bad.reason, line.cells))
        else:
            if row is None:
                passed_over.append(line.number)
            else:
                yield row


def _read(line: Line, regulated_list: RegulatedList, wanted: Iterable[ListColumn]) -> ListRow | None:
    cells = {heading: _clean(heading, text) for heading, text in line.cells.items()}
    said = {heading.means: (heading, text) for heading, text in cells.items() if text and not heading.column}
    if "list" in said and not _is_list(said["list"][1], regulated_list):
        return None
    own = {heading.column: _own(heading, text) for heading, text in cells.items() if text and heading.column}
    if missing := [column for column in wanted if column not in own]:
        raise _Bad(missing[0].name, _("is required on this list"))
    facts = {means: _fact(*said[means]) for means in FACTS if means in said}
    if not facts.get("name_zh") and not facts.get("name_en"):
        raise _Bad(_("name"), _("is empty"))
    _refuse_notice(said)
    effective = said.get("effective_on")
    return ListRow(
        number=line.number,
        facts=_in_its_language(facts),
        own=own,
        action=_action(said),
        former_name=_text(said, "former_name"),
        batch=_text(said, "batch"),
        announcement=_text(said, "announcement"),
        effective_on=_day(*effective) if effective else None,
        cells=line.cells,
    )


def _text(said: Mapping[str, tuple[Heading, str]], means: str) -> str:
    return said[means][1] if means in said else ""


def _clean(heading: Heading, text: str) -> str:
    """One line of text without what cannot be seen; a formula is refused, not computed."""
    if text.startswith(FORMULA):
        raise _Bad(heading, _("is a formula; paste its value instead"))
    if "\x00" in text:
        raise _Bad(heading, _("holds a NUL character"))
    if _MARKUP.search(text):
        raise _Bad(heading, _("holds markup of a web page; write plain text"))
    return " ".join(_CONTROL.sub("", text).split())


def _fact(heading: Heading, text: str) -> Any:
    if heading.means == "capacity_t_per_year":
        return _capacity(heading, text)
    if heading.means == "credit_code":
        text = credit_code.normalise(text)
        if not credit_code.is_valid(text):
            raise _Bad(heading, _("is not a valid unified social credit code: its check character does not fit"))
    if heading.means == "reference":
        text = unicodedata.normalize("NFKC", text)
    longest = _LENGTHS[heading.means]
    if len(text) > longest:
        raise _Bad(heading, _("is longer than %(most)s characters") % {"most": longest})
    return text


def _capacity(heading: Heading, text: str) -> Decimal:
    number, factor = with_unit(text)
    try:
        amount = parse_decimal(number)
    except ValueError:
        raise _Bad(heading, _("is not a number of tonnes a year")) from None
    tonnes = amount * (factor if factor != 1 else heading.factor)
    if not 0 <= tonnes < MAX_CAPACITY_T:
        raise _Bad(heading, _("must not be below zero, nor beyond what can be"))
    return round(tonnes, 3)


def _own(heading: Heading, text: str) -> str:
    """A value of the list's own column in the plain form of its type."""
    column = heading.column
    if column is None:
        raise ValueError("not a column of the list")
    if len(text) > OWN_LENGTH:
        raise _Bad(heading, _("is longer than %(most)s characters") % {"most": OWN_LENGTH})
    if column.type == ListColumn.Type.DAY:
        return _day(heading, text).isoformat()
    if column.type == ListColumn.Type.NUMBER:
        try:
            return f"{parse_decimal(text).normalize():f}"
        except ValueError:
            raise _Bad(heading, _("is not a number")) from None
    return text


def _day(heading: Heading, text: str) -> dt.date:
    try:
        day = read_day(text)
    except ValueError:
        raise _Bad(heading, _("is not a day; write it like 2020-03-01")) from None
    if not 1949 <= day.year <= 2100:
        raise _Bad(heading, _("lies outside any time in which lists were published"))
    return day


def _action(said: Mapping[str, tuple[Heading, str]]) -> str:
    if "action" not in said:
        return ""
    heading, text = said["action"]
    action = ACTIONS.get(plain_name(text))
    if action is None:
        raise _Bad(heading, _("is no known step: add, change, rename, correct, rectify, restore or withdraw"))
    return action


def _refuse_notice(said: Mapping[str, tuple[Heading, str]]) -> None:
    """A firm on public notice is not on the list yet."""
    for means in ("batch", "announcement"):
        if means in said and _NOTICE.search(said[means][1]):
            raise _Bad(said[means][0], _("is a public notice: the firm is not listed yet"))


def _is_list(text: str, regulated_list: RegulatedList) -> bool:
    names = {plain_name(regulated_list.name_zh), plain_name(regulated_list.name_en), plain_name(regulated_list.slug)}
    return plain_name(text) in names


def _in_its_language(facts: dict[str, Any]) -> dict[str, Any]:
    """A Chinese text under an English heading, or the other way round, goes where it belongs."""
    for zh, en in (("name_zh", "name_en"), ("scope_zh", "scope_en"), ("remarks_zh", "remarks_en")):
        for here, there, belongs in ((zh, en, False), (en, zh, True)):
            if facts.get(here) and not facts.get(there) and _has_han(facts[here]) == belongs:
                facts[there] = facts.pop(here)
    return facts


def _has_han(text: str) -> bool:
    return any("\u3400" <= character <= "\u9fff" for character in text)
