"""Registers to look round in: the real lists of licensed sites and recyclers, and an invented list with a history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

import cms.registers
from cms.registers.drafting import Proposal, open_batch, propose
from cms.registers.importing.committing import commit_published
from cms.registers.importing.comparing import preview
from cms.registers.models import Action, Batch, Entry, EntryVersion, ListKind, RegulatedList
from cms.registers.services import publish_batch, put_on_notice, submit_batch
from marketplace.demo.advice import add_advice
from marketplace.demo.register import FOLDER
from marketplace.firms.models import User

Say = Callable[[str], None]
SITES, SITES_OF = FOLDER / "scotland_sites.csv", dt.date(2019, 12, 31)
LISTED = Path(cms.registers.__file__).parent / "reference" / "listed_recyclers_china.csv"
LISTED_IN = (
    "battery-recyclers",
    "construction-waste-recyclers",
    "scrap-steel",
    "used-tyres",
    "tianjin-hazardous-waste",
)
INVENTED = "demo-recyclers"
BEFORE_NOTICE = "示例数据 Example data"


def is_loaded() -> bool:
    return RegulatedList.objects.filter(slug=INVENTED).exists()


@transaction.atomic
def load_registers(*, officer: User, say: Say) -> None:
    """The lists of this release, their published entries, and the invented list with a batch on public notice."""
    call_command("load_registers", verbosity=0)
    say(f"Register of licensed sites: {_take(SITES, 'sepa-licensed-sites', SITES_OF)} entries (SEPA, 2019)")
    say(f"Lists of recyclers in China: {sum(_take(LISTED, slug) for slug in LISTED_IN)} entries")
    _invent(officer)
    say(f"Lists that speak to listings: {add_advice(officer)} example entries")


def _take(path: Path, slug: str, day: dt.date | None = None) -> int:
    found = preview(path, RegulatedList.objects.get(slug=slug))
    commit_published(actor=None, preview=found, day=day)
    return len(found.added)


def _invent(officer: User) -> None:
    """A year of an example list: added, renamed, told to rectify, withdrawn, and five applicants on notice."""
    made = RegulatedList.objects.create(
        slug=INVENTED,
        kind=ListKind.RECYCLERS,
        name_zh="循易示范资源综合利用企业名单（虚构）",
        name_en="Example list of recyclers (invented)",
        authority_zh="示例主管部门",
        authority_en="Example authority",
        notice_days=15,
        self_check_month=3,
        source="invented for the demonstration",
    )
    today = timezone.localdate()
    firms = [f"示例再生资源{number}号有限公司" for number in "一二三四五六七八"]
    _publish(officer, made, today - dt.timedelta(days=400), [_added(name, at) for at, name in enumerate(firms)])
    entries = [_entry(made, name) for name in firms]
    spring = [
        Proposal(Action.RENAME, entries[0], facts={"name_zh": "示例循环材料有限公司"}),
        Proposal(Action.CHANGE, entries[1], facts={"capacity_t_per_year": 120_000, "scope_zh": "新增破碎分选线一条"}),
        Proposal(Action.RECTIFY, entries[2], reason_zh="在线监测数据不全", reason_en="monitoring data incomplete"),
        Proposal(Action.RECTIFY, entries[3], reason_zh="台账不完整", reason_en="records incomplete"),
        Proposal(Action.WITHDRAW, entries[4], reason_zh="已停产", reason_en="production has ceased"),
    ]
    _publish(officer, made, today - dt.timedelta(days=180), spring)
    _publish(officer, made, today - dt.timedelta(days=60), [Proposal(Action.RESTORE, entries[2])])
    applicants = [_added(f"示例绿色建材{number}厂", at) for at, number in enumerate("甲乙丙丁戊")]
    batch = _batch(officer, made, applicants, "示例公告第4号")
    put_on_notice(
        actor=officer, batch=batch, notice_from=today - dt.timedelta(days=4), notice_to=today + dt.timedelta(days=15),
        effective_on=today + dt.timedelta(days=16),
    )  # fmt: skip


def _added(name: str, at: int) -> Proposal:
    provinces = ("河北", "天津", "山东", "江苏")
    facts = {
        "name_zh": name,
        "province": provinces[at % len(provinces)],
        "scope_zh": "粉煤灰、炉渣综合利用",
        "scope_en": "Use of fly ash and bottom ash",
        "capacity_t_per_year": 30_000 + 15_000 * at,
    }
    return Proposal(Action.ADD, facts=facts)


def _entry(regulated_list: RegulatedList, name: str) -> Entry:
    return EntryVersion.objects.of(regulated_list).get(name_zh=name).entry


def _publish(officer: User, regulated_list: RegulatedList, day: dt.date, proposals: Sequence[Proposal]) -> None:
    number = regulated_list.batches.count() + 1
    batch = _batch(officer, regulated_list, proposals, f"示例公告第{number}号", without_notice=BEFORE_NOTICE)
    publish_batch(actor=officer, batch=batch, effective_on=day)


def _batch(
    officer: User, regulated_list: RegulatedList, proposals: Sequence[Proposal], announcement: str, **more: str
) -> Batch:
    values = {"announcement": announcement, **more}
    batch = open_batch(actor=officer, regulated_list=regulated_list, values=values)
    propose(actor=officer, batch=batch, proposals=proposals)
    return submit_batch(actor=officer, batch=batch)
