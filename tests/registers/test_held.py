"""Columns of the registers in memory: the same answers as the database gives, and never an old one."""

from __future__ import annotations

import csv
import datetime as dt
import re
from pathlib import Path

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

import cms.registers
from cms.registers import held
from cms.registers.benchmark.filling import FIRST, LONG_LIST, SECOND, THIRD, fill_registers
from cms.registers.benchmark.plain import plain_named, plain_versions
from cms.registers.drafting import Proposal
from cms.registers.filters import AcrossFilter, RegisterFilter
from cms.registers.held import columns_of
from cms.registers.linking import suggestions
from cms.registers.models import EntryVersion, RegulatedList
from tests import factories as make
from tests.registers.registry import OLD_DAYS, added, entry_named, make_keeper, make_list, publish_now

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
DAYS = [FIRST - DAY, FIRST, SECOND - DAY, SECOND, THIRD - DAY, THIRD, THIRD + 900 * DAY]


@pytest.fixture
def long_list() -> RegulatedList:
    return fill_registers(120)


def asked_of(regulated_list: RegulatedList, **asked: str) -> list[int]:
    found = RegisterFilter(query(**asked), regulated_list)
    assert found.form.is_valid()
    return found.keys.tolist()


def query(**asked: str) -> QueryDict:
    parameters = QueryDict(mutable=True)
    parameters.update(asked)
    return parameters


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize(
    "asked",
    [
        {}, {"standing": "listed"}, {"standing": "rectify"}, {"standing": "withdrawn"}, {"q": "公司"}, {"q": "新"},
        {"province": "江苏"}, {"scope": "废"}, {"q": "有限", "scope": "纸", "standing": "withdrawn"}, {"q": "无此企业"},
    ],
)  # fmt: skip
def test_memory_answers_as_the_database_does_on_any_day(
    day: dt.date, asked: dict[str, str], long_list: RegulatedList
) -> None:
    wanted = plain_versions(long_list, day, asked).values_list("pk", flat=True)
    assert asked_of(long_list, as_of=str(day), **asked) == list(wanted)


def test_all_lists_are_searched_at_once_in_the_order_of_their_entries(long_list: RegulatedList) -> None:
    found = AcrossFilter(query(q="环保"))
    assert found.form.is_valid()
    wanted = plain_named(EntryVersion.objects.newest(), "环保").order_by("entry_id").values_list("regulated_list", "pk")
    assert found.keys.tolist() == [key for _list, key in wanted]
    assert len({each for each, _key in wanted}) == 2


def test_a_publication_is_seen_by_the_next_question(long_list: RegulatedList) -> None:
    keeper = make_keeper()
    before = len(asked_of(long_list, q="新增企业"))
    publish_now(keeper, long_list, added("新增企业有限公司"), THIRD)
    assert (before, len(asked_of(long_list, q="新增企业"))) == (0, 1)
    publish_now(keeper, long_list, [Proposal("withdraw", entry_named(long_list, "新增企业有限公司"))], THIRD + DAY)
    assert [len(asked_of(long_list, q="新增企业", as_of=str(day))) for day in (THIRD, THIRD + DAY)] == [1, 0]


def test_the_rows_are_read_once_until_something_is_published(
    long_list: RegulatedList, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns_of(long_list)
    with CaptureQueriesContext(connection) as asked:
        columns_of(long_list)
    assert len(asked) == 1
    monkeypatch.setattr(held, "read_columns", lambda _key: pytest.fail("read again"))
    columns_of(long_list)


def test_a_list_without_a_batch_holds_nothing() -> None:
    empty = make_list("empty")
    for asked in ({}, {"q": "公司"}, {"scope": "x"}, {"standing": "withdrawn"}, {"standing": "rectify"}):
        assert asked_of(empty, **asked) == []
    found = AcrossFilter(query(q="公司"))
    assert (found.form.is_valid(), found.keys.tolist()) == (True, [])


def test_made_up_lists_have_a_history_and_are_the_same_each_time(long_list: RegulatedList) -> None:
    assert long_list.slug == LONG_LIST
    assert [len(asked_of(long_list, as_of=str(day))) for day in (FIRST - DAY, FIRST, SECOND, THIRD)] == [
        0,
        80,
        120,
        114,
    ]
    assert len(asked_of(long_list, standing="rectify")) == 3


def test_suggestions_compare_few_of_many_firms() -> None:
    steel = make_list()
    wanted = make.make_firm(name_zh="格林美股份有限公司")
    for number in range(30):
        make.make_firm(name_zh=f"第{number}再生资源有限公司")
    publish_now(make_keeper(), steel, added("格林美有限公司"), OLD_DAYS)
    entry = entry_named(steel, "格林美有限公司")
    with CaptureQueriesContext(connection) as asked:
        found = suggestions(entry)
    assert [each.firm for each in found] == [wanted]
    assert len(asked) == 3
    assert "LIKE" in asked[1]["sql"].upper()


def test_every_column_of_a_list_has_a_label_in_both_languages() -> None:
    path = Path(cms.registers.__file__).parent / "reference" / "list_columns.csv"
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert re.search(r"[\u4e00-\u9fff]", row["name_zh"]), row
            assert re.fullmatch(r"[A-Za-z ,-]+", row["name_en"]), row
