"""Made-up lists of any length with a history, written straight into the tables.

Three batches: the first adds two entries in three, the second the rest and renames every tenth, the third withdraws
every twentieth and tells every fiftieth to rectify. The same number gives the same lists.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from itertools import islice

from django.utils import timezone

from ..applying import search_text
from ..models import (
    Batch,
    BatchState,
    Entry,
    EntryState,
    EntryVersion,
    ListColumn,
    ListKind,
    RegulatedList,
    Standing,
    VersionFact,
)

FIRST, SECOND, THIRD = dt.date(2019, 3, 1), dt.date(2021, 6, 1), dt.date(2023, 9, 1)
ROWS_AT_ONCE = 2000
LONG_LIST, SHORT_LIST, SHORTER_BY = "bench-long", "bench-short", 10
PROVINCES = (
    "北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏 浙江 安徽 福建 江西 山东 河南 湖北 "
    "湖南 广东 广西 海南 重庆 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆"
).split()
SIGNS = (
    "宏远鑫恒达华盛泰和瑞丰金源信德隆昌兴顺通润泽安康嘉永利民富国强中天海龙凤祥云峰岭江河湖林森木石玉珠宝明光辉煌伟业"
)
TRADES = ("再生资源", "环保科技", "金属回收", "废旧物资", "循环利用", "材料", "橡胶", "纸业", "塑料", "建材")
SCOPES = (
    "废钢铁",
    "废有色金属",
    "废塑料",
    "废纸",
    "废旧轮胎",
    "废矿物油",
    "报废汽车",
    "建筑垃圾",
    "动力蓄电池",
    "粉煤灰",
)
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def fill_registers(entries: int) -> RegulatedList:
    """A list of so many entries that is returned, and beside it one of a tenth."""
    _fill(SHORT_LIST, max(1, entries // SHORTER_BY))
    return _fill(LONG_LIST, entries)


def _fill(slug: str, entries: int) -> RegulatedList:
    regulated_list: RegulatedList = RegulatedList.objects.create(
        slug=slug, kind=ListKind.RECYCLERS, name_zh="行业规范企业名单", name_en="Firms that meet the conditions",
        authority_zh="主管部门", notice_days=0, one_per_firm=False,
    )  # fmt: skip
    columns = [
        ListColumn.objects.create(regulated_list=regulated_list, slug="line", name_zh="生产线", position=1),
        ListColumn.objects.create(
            regulated_list=regulated_list, slug="lots", name_zh="批数", type="number", position=2
        ),
    ]
    batches = [_batch(regulated_list, number, day) for number, day in enumerate((FIRST, SECOND, THIRD), 1)]
    dice = random.Random(slug)  # noqa: S311
    written = _entries(regulated_list, entries)
    while some := list(islice(written, ROWS_AT_ONCE)):
        _write(some, batches, columns, dice)
    return regulated_list


def _batch(regulated_list: RegulatedList, number: int, day: dt.date) -> Batch:
    batch: Batch = Batch.objects.create(
        regulated_list=regulated_list, number=number, state=BatchState.EFFECTIVE, effective_on=day, announced_on=day,
        published_at=timezone.now(), title_zh=f"第{number}批",
    )  # fmt: skip
    return batch


def _entries(regulated_list: RegulatedList, entries: int) -> Iterator[Entry]:
    for sequence in range(1, entries + 1):
        gone = sequence % 20 == 0
        yield Entry(
            regulated_list=regulated_list, key=str(sequence), sequence=sequence, active=not gone, one_per_firm=False,
            state=EntryState.WITHDRAWN if gone else EntryState.LISTED,
        )  # fmt: skip


def _write(entries: list[Entry], batches: list[Batch], columns: list[ListColumn], dice: random.Random) -> None:
    Entry.objects.bulk_create(entries)
    versions = [version for entry in entries for version in _versions(entry, batches, dice)]
    EntryVersion.objects.bulk_create(versions, batch_size=ROWS_AT_ONCE)
    facts = [
        VersionFact(version=version, column=column, value=str(dice.randrange(1, 9)))
        for version in versions
        for column in columns
    ]
    VersionFact.objects.bulk_create(facts, batch_size=ROWS_AT_ONCE)


def _versions(entry: Entry, batches: list[Batch], dice: random.Random) -> Iterator[EntryVersion]:
    """From the first day until the last, each ending where the next begins."""
    number = entry.sequence
    version = _version(entry, batches[1 if number % 3 == 0 else 0], dice)
    if number % 10 == 0 and version.valid_from < SECOND:
        version.valid_before = SECOND
        yield version
        version = _next(version, batches[1], name_zh="新" + version.name_zh)
    if number % 20 == 0:
        version.valid_before = THIRD
    elif number % 50 == 1:
        version.valid_before = THIRD
        yield version
        version = _next(version, batches[2], standing=Standing.RECTIFY)
    yield version


def _version(entry: Entry, batch: Batch, dice: random.Random) -> EntryVersion:
    province, scope = dice.choice(PROVINCES), dice.choice(SCOPES)
    brand = "".join(dice.choices(SIGNS, k=3))
    version = EntryVersion(
        entry=entry, regulated_list_id=entry.regulated_list_id, batch=batch, valid_from=batch.effective_on,
        name_zh=f"{province}{brand}{dice.choice(TRADES)}有限公司", province=province,
        credit_code="91" + "".join(dice.choices(LETTERS, k=16)), scope_zh=f"{scope}综合利用",
        address=f"{province}{''.join(dice.choices(SIGNS, k=2))}市工业园区{dice.randrange(1, 99)}号",
        capacity_t_per_year=dice.randrange(1, 500) * 1000,
    )  # fmt: skip
    version.search_text = search_text(version, ())
    return version


def _next(before: EntryVersion, batch: Batch, **values: str) -> EntryVersion:
    """What stands after `before`, but for the values given."""
    kept = ("name_zh", "province", "credit_code", "scope_zh", "address", "capacity_t_per_year", "standing")
    facts = {name: getattr(before, name) for name in kept} | values
    version = EntryVersion(
        entry=before.entry,
        regulated_list_id=before.regulated_list_id,
        batch=batch,
        valid_from=batch.effective_on,
        **facts,
    )
    version.search_text = search_text(version, ())
    return version
