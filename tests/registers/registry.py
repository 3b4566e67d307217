"""A small steel list, and people who keep it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.models import Permission
from django.utils import timezone

from cms.registers.drafting import Proposal, open_batch, propose
from cms.registers.models import Batch, Entry, EntryVersion, RegulatedList
from cms.registers.services import publish_batch, put_on_notice, submit_batch
from marketplace.firms.models import User
from tests import factories as make

OLD_DAYS = dt.date(2019, 3, 1)


def make_keeper(*codes: str) -> User:
    """Somebody who prepares, decides, or (by default) does both."""
    person = make.make_user()
    wanted = codes or ("prepare_registers", "decide_registers")
    person.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    return User.objects.get(pk=person.pk)


def make_list(slug: str = "scrap-steel", **values: Any) -> RegulatedList:
    values = {
        "name_zh": "废钢铁加工行业准入企业",
        "name_en": "Scrap steel processors",
        "kind": "recyclers",
        "gives_right": True,
    } | values
    made: RegulatedList = RegulatedList.objects.create(slug=slug, **values)
    return made


def batch_of(
    keeper: User, regulated_list: RegulatedList, proposals: Sequence[Proposal], *, submitted: bool = True, **values: Any
) -> Batch:
    batch = open_batch(actor=keeper, regulated_list=regulated_list, values=values)
    propose(actor=keeper, batch=batch, proposals=proposals)
    return submit_batch(actor=keeper, batch=batch) if submitted else batch


def publish_now(
    keeper: User, regulated_list: RegulatedList, proposals: Sequence[Proposal], day: dt.date = OLD_DAYS
) -> Batch:
    batch = batch_of(keeper, regulated_list, proposals, without_notice="published before this register was kept")
    return publish_batch(actor=keeper, batch=batch, effective_on=day)


def added(*names: str, **facts: Any) -> list[Proposal]:
    return [Proposal("add", facts={"name_zh": name} | facts) for name in names]


def entry_named(regulated_list: RegulatedList, name: str) -> Entry:
    return EntryVersion.objects.of(regulated_list).filter(name_zh=name).latest("valid_from").entry


def names_on(regulated_list: RegulatedList, day: dt.date) -> set[str]:
    return {version.name_zh for version in EntryVersion.objects.of(regulated_list).valid_on(day)}


def standings_on(regulated_list: RegulatedList, day: dt.date) -> dict[str, str]:
    return {version.name_zh: version.standing for version in EntryVersion.objects.of(regulated_list).valid_on(day)}


def firm_names(first: int, last: int) -> Iterable[str]:
    return [f"第{number}钢铁加工有限公司" for number in range(first, last + 1)]


def on_notice(**values: Any) -> Batch:
    """A list with two entries, of which one is renamed and one withdrawn by a batch on notice that adds a third."""
    keeper = make_keeper()
    regulated_list = make_list(
        name_en="", authority_zh="工业和信息化部", legal_basis_zh="行业规范条件", standard="2012", **values
    )
    publish_now(
        keeper, regulated_list, added("甲公司", "乙公司", province="江苏", scope_zh="破碎", capacity_t_per_year=500)
    )
    lines = [
        Proposal("rename", entry_named(regulated_list, "甲公司"), facts={"name_zh": "新甲公司"}),
        Proposal("withdraw", entry_named(regulated_list, "乙公司"), reason_zh="停产"),
        *added("丙公司", province="浙江"),
    ]
    batch = batch_of(keeper, regulated_list, lines, announcement="公告2026年第7号")
    today = timezone.localdate()
    last = today + dt.timedelta(days=29)
    return put_on_notice(
        actor=keeper, batch=batch, notice_from=today, notice_to=last, effective_on=last + dt.timedelta(days=1)
    )


def register_keys(batch: Batch) -> dict[str, list[Any]]:
    """What stands in the addresses of a list's pages."""
    slug = batch.regulated_list.slug
    keys: dict[str, list[Any]] = dict.fromkeys(
        ("registers:list", "registers:list_rss", "registers:list_atom", "registers:api_entries"), [slug]
    )
    keys |= dict.fromkeys(("registers:batch", "registers:object"), [slug, batch.number])
    return keys | {
        "registers:download": [slug, "csv"],
        "registers:entry": [slug, entry_named(batch.regulated_list, "甲公司").pk],
        "registers:sitemap": ["entries"],
    }
