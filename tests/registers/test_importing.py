"""Published lists from spreadsheets: read as offices make them, compared, committed; bad rows refused by name."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from cms.registers.importing.committing import commit_published
from cms.registers.importing.comparing import Preview, preview
from cms.registers.models import Batch, Entry, EntryVersion, ListColumn, RegulatedList
from marketplace.firms.credit_code import check_character
from matching.spreadsheets import UnreadableFile
from tests.registers.bad_files import REFUSED, UNUSABLE, told_twice
from tests.registers.registry import make_list, names_on, standings_on

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
CODE = "91350100M000100Y43"
DAY = dt.date(2020, 3, 1)


@pytest.fixture
def steel() -> RegulatedList:
    return make_list()


def csv_file(folder: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8", name: str = "list.csv") -> Path:
    path = folder / name
    with path.open("w", encoding=encoding, newline="") as handle:
        csv.writer(handle).writerows(rows)
    return path


def workbook(folder: Path, rows: Sequence[Sequence[Any]], merged: Sequence[str] = ()) -> Path:
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(list(row))
    for cells in merged:
        sheet.merge_cells(cells)
    path = folder / "list.xlsx"
    book.save(path)
    return path


def taken(path: Path, regulated_list: RegulatedList, day: dt.date = DAY) -> Preview:
    found = preview(path, regulated_list)
    commit_published(actor=None, preview=found, day=day)
    return found


def test_a_sheet_as_an_office_makes_it(tmp_path: Path, steel: RegulatedList) -> None:
    """Title above, merged provinces, the header again on the next printed page, a note below."""
    rows = [
        ["附件：符合条件的企业名单（第八批）"],
        [],
        ["序号", "省份", "企业名称", "年加工能力（万吨/年）", "公告日期"],
        [1, "河北", "甲公司", 30, dt.date(2020, 3, 1)],
        [2, None, "乙公司", "１２．５", "2020年3月1日"],
        ["序号", "省份", "企业名称", "年加工能力（万吨/年）", "公告日期"],
        [3, "山东", "丙公司", "8万吨", "2020.3.1"],
        ["注：以上企业按地区排列。"],
    ]
    found = taken(workbook(tmp_path, rows, merged=["B4:B5"]), steel)
    assert (found.counts(), found.refused) == ({"added": 3, "changed": 0, "unchanged": 0, "refused": 0}, [])
    said = EntryVersion.objects.valid_on(DAY).order_by("entry__sequence")
    assert [(each.name_zh, each.province, int(each.capacity_t_per_year)) for each in said] == [
        ("甲公司", "河北", 300_000), ("乙公司", "河北", 125_000), ("丙公司", "山东", 80_000),
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_of_any_usual_encoding(tmp_path: Path, steel: RegulatedList, encoding: str) -> None:
    path = csv_file(tmp_path, [["企业名称", "省份"], ["甲公司", "河北"]], encoding)
    assert taken(path, steel).counts()["added"] == 1
    assert names_on(steel, DAY) == {"甲公司"}


def test_the_same_file_twice_changes_nothing(tmp_path: Path, steel: RegulatedList) -> None:
    path = csv_file(tmp_path, [["企业名称", "统一社会信用代码", "省份"], ["甲公司", CODE, "河北"], ["乙公司", "", ""]])
    taken(path, steel)
    before = list(EntryVersion.objects.values()), Batch.objects.count()
    assert taken(path, steel).counts() == {"added": 0, "changed": 0, "unchanged": 2, "refused": 0}
    assert (list(EntryVersion.objects.values()), Batch.objects.count()) == before


def test_a_later_file_changes_renames_and_withdraws(tmp_path: Path, steel: RegulatedList) -> None:
    taken(
        csv_file(tmp_path, [["企业名称", "统一社会信用代码"], ["甲公司", CODE], ["乙公司", ""], ["丙公司", ""]]), steel
    )
    rows = [
        ["企业名称", "原企业名称", "统一社会信用代码", "处理结果"],
        ["新甲公司", "", CODE, ""],
        ["新乙公司", "乙公司", "", "更名"],
        ["丙公司", "", "", "撤销公告"],
        ["丁公司", "", "", "整改"],
    ]
    found = taken(csv_file(tmp_path, rows), steel, DAY + dt.timedelta(days=31))
    assert [each.action for each in found.changed] == ["rename", "rename", "withdraw"]
    assert [(each.row, each.column) for each in found.refused] == [(5, "处理结果")]
    assert names_on(steel, DAY) == {"甲公司", "乙公司", "丙公司"}
    assert names_on(steel, DAY + dt.timedelta(days=31)) == {"新甲公司", "新乙公司"}
    assert Entry.objects.count() == 3


def test_rectify_and_restore_are_read(tmp_path: Path, steel: RegulatedList) -> None:
    header = ["企业名称", "事项", "生效日期"]
    rows = [header, ["甲公司", "列入", "2020-03-01"]]
    taken(csv_file(tmp_path, rows), steel)
    taken(csv_file(tmp_path, [header, ["甲公司", "限期整改", "2020-06-01"]]), steel)
    assert standings_on(steel, dt.date(2020, 6, 1)) == {"甲公司": "rectify"}
    taken(csv_file(tmp_path, [header, ["甲公司", "整改合格", "2020-09-01"]]), steel)
    assert standings_on(steel, dt.date(2020, 9, 1)) == {"甲公司": "listed"}


def test_an_old_file_does_not_bring_back_what_was_withdrawn(tmp_path: Path, steel: RegulatedList) -> None:
    old = csv_file(tmp_path, [["企业名称", "生效日期"], ["甲公司", "2019-01-01"]], name="old.csv")
    taken(old, steel)
    taken(csv_file(tmp_path, [["企业名称", "事项", "生效日期"], ["甲公司", "退出", "2020-01-01"]]), steel)
    assert taken(old, steel).counts()["unchanged"] == 1
    assert names_on(steel, DAY) == set()


def test_rows_in_effect_on_several_days_make_several_batches(tmp_path: Path, steel: RegulatedList) -> None:
    rows = [
        ["企业名称", "批次", "公告日期"],
        ["甲", "第一批", "2013-05"],
        ["乙", "第五批", "2017-06"],
        ["丙", "第五批", "2017-06"],
    ]
    taken(csv_file(tmp_path, rows), steel)
    assert list(Batch.objects.order_by("number").values_list("number", "effective_on")) == [
        (1, dt.date(2013, 5, 31)), (5, dt.date(2017, 6, 30)),
    ]  # fmt: skip
    assert names_on(steel, dt.date(2013, 5, 30)) == set()
    assert names_on(steel, dt.date(2013, 5, 31)) == {"甲"}


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("统一社会信用代码", "91350100M000100Y44", "check character"),
        ("企业名称", "=HYPERLINK(1)", "formula"),
        ("企业名称", "<script>alert(1)</script>公司", "markup"),
        ("企业名称", "长" * 201, "longer than 200"),
        ("产能", "many", "not a number"),
        ("产能", "-3", "below zero"),
        ("产能", "NaN", "not a number"),
        ("生效日期", "2020-13-45", "not a day"),
        ("生效日期", "9999-01-01", "outside any time"),
        ("批次", "第四批（公示）", "public notice"),
        ("事项", "explode", "no known step"),
        ("事项", "撤销", "does not stand"),
    ],
)
def test_a_bad_cell_is_refused_by_row_and_column(
    tmp_path: Path, steel: RegulatedList, column: str, value: str, says: str
) -> None:
    names = ["企业名称", "统一社会信用代码", "产能", "生效日期", "批次", "事项"]
    bad = ["坏公司", "", "", "2020-01-01", "", ""]
    bad[names.index(column)] = value
    path = csv_file(tmp_path, [names, ["好公司", "", "", "2020-01-01", "", ""], bad])
    found = taken(path, steel)
    assert [(each.row, says in each.reason) for each in found.refused] == [(3, True)]
    assert names_on(steel, DAY) == {"好公司"}


def test_a_double_is_refused_with_the_row_it_repeats(tmp_path: Path, steel: RegulatedList) -> None:
    found = taken(csv_file(tmp_path, [["企业名称", "省份"], ["甲公司", "河北"], ["甲 公司", "河北"]]), steel)
    assert [(each.row, "row 2" in each.reason) for each in found.refused] == [(3, True)]


def test_the_same_name_with_another_credit_code_is_another_firm(tmp_path: Path, steel: RegulatedList) -> None:
    header = ["企业名称", "统一社会信用代码"]
    taken(csv_file(tmp_path, [header, ["甲公司", CODE]]), steel)
    first = "91110108MA0123456"
    found = taken(csv_file(tmp_path, [header, ["甲公司", first + check_character(first)]]), steel)
    assert [each.reason for each in found.refused] == ["has the name of an entry with another credit code"]


def test_columns_of_the_list_itself_are_kept_in_their_type(tmp_path: Path) -> None:
    tech = make_list("tech", kind="water_saving", gives_right=False)
    for slug, kind in (("saving", "number"), ("valid_to", "day"), ("principle", "text")):
        ListColumn.objects.create(regulated_list=tech, slug=slug, name_en=slug, type=kind)
    rows = [["名称", "saving", "valid_to", "principle"], ["膜分离", "１，２３４．５０", "2025年1月2日", "纳滤"]]
    taken(csv_file(tmp_path, rows), tech)
    facts = {fact.column.slug: fact.value for fact in EntryVersion.objects.get().facts.all()}
    assert facts == {"saving": "1234.5", "valid_to": "2025-01-02", "principle": "纳滤"}


def test_files_without_a_table_are_refused_as_a_whole(tmp_path: Path, steel: RegulatedList) -> None:
    (tmp_path / "a.csv").write_bytes(b"\x00\x01\x02")
    (tmp_path / "b.xlsx").write_bytes(b"not a zip")
    (tmp_path / "c.csv").write_text("just,words\n1,2\n")
    (tmp_path / "d.xlsm").write_bytes(b"PK")
    for name in "abcd":
        (path,) = tmp_path.glob(f"{name}.*")
        with pytest.raises(UnreadableFile):
            preview(path, steel)
    assert Entry.objects.count() == 0


def test_a_million_empty_rows_end_early(tmp_path: Path, steel: RegulatedList) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("企业名称,省份\n甲公司,河北\n" + ",\n" * 1_000_000, encoding="utf-8")
    assert taken(path, steel).counts()["added"] == 1


def test_the_command_counts_and_writes_its_figures(
    tmp_path: Path, steel: RegulatedList, capsys: pytest.CaptureFixture[str]
) -> None:
    path = csv_file(tmp_path, [["企业名称", "产能"], ["甲公司", "5"], ["乙公司", "many"]])
    figures, errors = tmp_path / "figures.json", tmp_path / "errors.csv"
    options = [steel.slug, str(path), "--json", str(figures), "--errors", str(errors)]
    call_command("import_register", *options, "--dry-run")
    assert Entry.objects.count() == 0
    call_command("import_register", *options)
    said = json.loads(figures.read_text(encoding="utf-8"))
    assert {name: said[name] for name in ("added", "changed", "unchanged", "refused")} == {
        "added": 1, "changed": 0, "unchanged": 0, "refused": 1,
    }  # fmt: skip
    assert said["rows"] == [{"row": 3, "column": "产能", "reason": "is not a number of tonnes a year"}]
    assert "3,产能" in errors.read_text(encoding="utf-8-sig")
    with pytest.raises(CommandError, match="no list"):
        call_command("import_register", "nothing", str(path))


@pytest.mark.parametrize("case", UNUSABLE)
def test_the_command_refuses_a_file_without_a_usable_table(tmp_path: Path, steel: RegulatedList, case: str) -> None:
    name, content, says = UNUSABLE[case]
    path = tmp_path / name
    path.write_bytes(content())
    with pytest.raises(CommandError, match=re.escape(says)):
        call_command("import_register", steel.slug, str(path))
    assert not Batch.objects.exists()


@pytest.mark.parametrize(("size_bytes", "says"), [(0, "the file is empty"), (300 * 1024**2, "larger than 200 MB")])
def test_the_command_refuses_a_file_by_its_size(
    tmp_path: Path, steel: RegulatedList, size_bytes: int, says: str
) -> None:
    path = tmp_path / "list.csv"
    with path.open("wb") as handle:
        handle.truncate(size_bytes)
    with pytest.raises(CommandError, match=says):
        call_command("import_register", steel.slug, str(path))
    assert not Batch.objects.exists()


@pytest.mark.parametrize("case", REFUSED)
def test_the_command_refuses_a_bad_row_by_row_column_and_reason(
    tmp_path: Path, steel: RegulatedList, case: str
) -> None:
    told_twice(steel)
    before = list(EntryVersion.objects.values())
    text, (row, column, says) = REFUSED[case]
    path, errors = tmp_path / "list.csv", tmp_path / "errors.csv"
    path.write_text(text, encoding="utf-8")
    call_command("import_register", steel.slug, str(path), "--errors", str(errors))
    with errors.open(encoding="utf-8-sig", newline="") as handle:
        _heading, refused = csv.reader(handle)
    assert (refused[:2], refused[2].startswith(says)) == ([row, column], True)
    assert list(EntryVersion.objects.filter(entry__key="甲公司").values()) == before


def test_the_command_says_how_far_it_is_beside_its_result(
    tmp_path: Path, steel: RegulatedList, capsys: pytest.CaptureFixture[str]
) -> None:
    path = csv_file(tmp_path, [["企业名称", "产能"], ["甲公司", "5"]])
    call_command("import_register", steel.slug, str(path), "--draft")
    said = capsys.readouterr()
    assert [line.strip() for line in said.err.splitlines()][-2:] == ["drafting: 0 of 1 rows", "drafting: 1 of 1 rows"]
    assert said.out == "added 1, changed 0, unchanged 0, refused 0\n"


def test_the_real_registers_are_imported_whole(tmp_path: Path) -> None:
    call_command("load_registers", stdout=tmp_path.joinpath("log").open("w"))
    sites = RegulatedList.objects.get(slug="sepa-licensed-sites")
    found = taken(ROOT / "marketplace" / "demo" / "scotland_sites.csv", sites, dt.date(2019, 12, 31))
    assert found.counts() == {"added": 1254, "changed": 0, "unchanged": 0, "refused": 0}
    again = preview(ROOT / "marketplace" / "demo" / "scotland_sites.csv", sites)
    assert again.counts()["unchanged"] == 1254
    chinese = ROOT / "cms" / "registers" / "reference" / "listed_recyclers_china.csv"
    counts = {each.slug: taken(chinese, each).counts() for each in RegulatedList.objects.filter(country="CN")}
    assert counts["battery-recyclers"] == {"added": 5, "changed": 0, "unchanged": 0, "refused": 18}
    assert counts["tianjin-hazardous-waste"]["added"] == 20
