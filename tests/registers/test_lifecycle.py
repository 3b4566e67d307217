"""A batch from draft to effect, and what the list says on any day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.utils import timezone

from cms.registers.drafting import Proposal, open_batch, propose
from cms.registers.linking import link_by_numbers, link_firm, suggestions, unlink_firm
from cms.registers.models import Batch, Entry, EntryVersion, RegulatedList
from cms.registers.objecting import answer_objection, object_to
from cms.registers.services import publish_batch, publish_due, put_on_notice, return_batch, submit_batch
from marketplace.errors import DomainError, NotAllowed, WrongState
from marketplace.firms.models import Event, User
from tests import factories as make
from tests.registers.registry import (
    OLD_DAYS,
    added,
    batch_of,
    entry_named,
    firm_names,
    make_keeper,
    make_list,
    names_on,
    publish_now,
    standings_on,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def keeper() -> User:
    return make_keeper()


@pytest.fixture
def steel() -> RegulatedList:
    return make_list()


def on_notice(keeper: User, batch: Batch, days_ago: int = 0) -> Batch:
    """A notice of thirty days that was given so many days ago."""
    with earlier(days_ago):
        first = timezone.localdate()
        return put_on_notice(
            actor=keeper, batch=batch, notice_from=first, notice_to=first + 29 * DAY, effective_on=first + 30 * DAY
        )


@contextmanager
def earlier(days_ago: int) -> Iterator[None]:
    then = timezone.now() - days_ago * DAY
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: then)
        yield


def test_the_notice_of_a_spring_is_replayed_and_every_day_is_told_exactly(keeper: User, steel: RegulatedList) -> None:
    """13 added, 7 withdrawn, 13 to rectify, 12 changes of equipment, 10 renames, after 30 days of notice."""
    publish_now(keeper, steel, added(*firm_names(1, 60)), OLD_DAYS)
    entries = [entry_named(steel, name) for name in firm_names(1, 60)]
    lines = added(*firm_names(101, 113))
    lines += [Proposal("withdraw", each) for each in entries[:7]]
    lines += [Proposal("rectify", each) for each in entries[7:20]]
    lines += [Proposal("change", each, facts={"scope_zh": "新增破碎线一条"}) for each in entries[20:32]]
    lines += [Proposal("rename", each, facts={"name_zh": f"新名{each.sequence}公司"}) for each in entries[32:42]]
    batch = on_notice(keeper, batch_of(keeper, steel, lines, announcement="公告2020年第12号"), days_ago=30)
    effective = batch.effective_on
    assert publish_due(effective) == ([batch], [])

    assert names_on(steel, OLD_DAYS - DAY) == set()
    assert names_on(steel, OLD_DAYS) == set(firm_names(1, 60))
    assert names_on(steel, effective - DAY) == set(firm_names(1, 60))
    today = standings_on(steel, effective)
    assert len(today) == 60 + 13 - 7
    assert sum(standing == "rectify" for standing in today.values()) == 13
    assert {name for name in today if name.startswith("新名")} == {f"新名{number}公司" for number in range(33, 43)}
    assert standings_on(steel, effective + 400 * DAY) == today
    changed = EntryVersion.objects.of(steel).valid_on(effective).filter(scope_zh="新增破碎线一条")
    assert changed.count() == 12
    assert Event.objects.filter(verb="entry.renamed").count() == 10


def test_nothing_takes_effect_before_its_day_or_while_an_objection_is_open(keeper: User, steel: RegulatedList) -> None:
    batch = on_notice(keeper, batch_of(keeper, steel, added("甲公司", "乙公司")), days_ago=29)
    assert publish_due(timezone.localdate()) == ([], [])
    change = batch.changes.get(name_zh="甲公司")
    objection = object_to(batch=batch, change=change, name="邻居", contact="13800000000", text="夜间冒烟")
    assert publish_due(batch.effective_on) == ([], [])
    answer_objection(actor=keeper, objection=objection, upheld=True, answer="查实，暂缓。")
    Batch.objects.filter(pk=batch.pk).update(
        notice_from=batch.notice_from - DAY, notice_to=batch.notice_to - DAY, effective_on=batch.effective_on - DAY
    )
    assert publish_due(timezone.localdate())[0] == [batch]
    assert names_on(steel, timezone.localdate()) == {"乙公司"}
    assert Entry.objects.get(changes=change).state == "refused"


def test_an_objection_after_the_notice_is_refused(keeper: User, steel: RegulatedList) -> None:
    batch = on_notice(keeper, batch_of(keeper, steel, added("甲公司")), days_ago=31)
    with pytest.raises(WrongState) as refusal:
        object_to(batch=batch, change=None, name="n", contact="c", text="t")
    assert refusal.value.code == "notice_over"
    assert batch.objections.count() == 0


def test_a_list_asks_for_its_days_of_notice(keeper: User, steel: RegulatedList) -> None:
    batch = batch_of(keeper, steel, added("甲公司"))
    today = timezone.localdate()
    with pytest.raises(DomainError) as refusal:
        put_on_notice(
            actor=keeper, batch=batch, notice_from=today, notice_to=today + 28 * DAY, effective_on=today + 40 * DAY
        )
    assert refusal.value.field == "notice_to"
    with pytest.raises(WrongState) as refused:
        publish_batch(actor=keeper, batch=batch)
    assert refused.value.code == "notice_missing"
    assert Batch.objects.get().state == "review"


def test_a_notice_that_is_over_already_is_refused_with_its_days_and_history_is_published_without(
    keeper: User, steel: RegulatedList
) -> None:
    batch = batch_of(keeper, steel, added("甲公司"))
    today = timezone.localdate()
    first, last = today - 30 * DAY, today - DAY
    with pytest.raises(DomainError) as refusal:
        put_on_notice(actor=keeper, batch=batch, notice_from=first, notice_to=last, effective_on=today)
    assert (refusal.value.field, refusal.value.code) == ("notice_to", "notice_past")
    assert f"from {first} to {last}, would be over before anybody reads it (today is {today})" in str(refusal.value)
    assert Batch.objects.get().state == "review"
    assert (
        put_on_notice(actor=keeper, batch=batch, notice_from=first, notice_to=today, effective_on=today + DAY).notice_to
        == today
    )
    publish_now(keeper, steel, added("乙公司"), OLD_DAYS)
    assert names_on(steel, OLD_DAYS) == {"乙公司"}


def test_who_prepares_does_not_decide(steel: RegulatedList) -> None:
    preparer, decider = make_keeper("prepare_registers"), make_keeper("decide_registers")
    batch = batch_of(preparer, steel, added("甲公司"))
    with pytest.raises(NotAllowed):
        on_notice(preparer, batch)
    with pytest.raises(NotAllowed):
        open_batch(actor=decider, regulated_list=steel, values={})
    assert return_batch(actor=decider, batch=batch, reason="附件缺失").state == "draft"


def test_an_applicant_is_reviewed_and_on_notice_before_it_is_listed(keeper: User, steel: RegulatedList) -> None:
    batch = batch_of(keeper, steel, added("甲公司"), submitted=False)
    entry = Entry.objects.get()
    states = [entry.state]
    for step in (lambda: submit_batch(actor=keeper, batch=batch), lambda: on_notice(keeper, batch, 30)):
        step()
        entry.refresh_from_db()
        states.append(entry.state)
    publish_due(timezone.localdate())
    entry.refresh_from_db()
    assert [*states, entry.state] == ["applied", "reviewed", "notice", "listed"]


def test_effective_days_run_forward(keeper: User, steel: RegulatedList) -> None:
    publish_now(keeper, steel, added("甲公司"), OLD_DAYS)
    entry = entry_named(steel, "甲公司")
    for action, facts in (("rename", {"name_zh": "新甲"}), ("withdraw", {})):
        with pytest.raises(WrongState) as refusal:
            publish_now(keeper, steel, [Proposal(action, entry, facts=facts)], OLD_DAYS - DAY)
        assert "甲" in str(refusal.value.message) or "1" in str(refusal.value.message)
    assert names_on(steel, OLD_DAYS) == {"甲公司"}


def test_what_is_not_listed_cannot_be_withdrawn(keeper: User, steel: RegulatedList) -> None:
    batch = batch_of(keeper, steel, added("甲公司"), submitted=False)
    entry = Entry.objects.get()
    with pytest.raises(WrongState):
        publish_now(keeper, steel, [Proposal("withdraw", entry)])
    assert batch.changes.count() == 1
    assert EntryVersion.objects.count() == 0


def test_a_firm_stands_once_on_a_list(keeper: User, steel: RegulatedList) -> None:
    publish_now(keeper, steel, added("甲公司"))
    with pytest.raises(WrongState) as refusal:
        publish_now(keeper, steel, added("甲 公司"), OLD_DAYS + DAY)
    assert refusal.value.code == "listed_twice"
    assert names_on(steel, OLD_DAYS + DAY) == {"甲公司"}


def test_a_rename_and_a_change_of_one_batch_make_one_version(keeper: User, steel: RegulatedList) -> None:
    publish_now(keeper, steel, added("甲公司"))
    entry = entry_named(steel, "甲公司")
    lines = [
        Proposal("rename", entry, facts={"name_zh": "新甲公司"}),
        Proposal("change", entry, facts={"capacity_t_per_year": 500}),
    ]
    publish_now(keeper, steel, lines, OLD_DAYS + DAY)
    versions = [(version.name_zh, version.capacity_t_per_year) for version in entry.versions.all()]
    assert versions == [("甲公司", None), ("新甲公司", 500)]


def test_it_is_found_by_its_old_and_its_new_name(keeper: User, steel: RegulatedList) -> None:
    publish_now(keeper, steel, added("甲公司"))
    entry = entry_named(steel, "甲公司")
    publish_now(keeper, steel, [Proposal("rename", entry, facts={"name_zh": "宝鋼再生"})], OLD_DAYS + DAY)
    today = EntryVersion.objects.of(steel).valid_on(timezone.localdate())
    for words in ("甲公司", "宝钢", "寶鋼".replace("寶", "宝")):
        assert [version.entry for version in today.known_as(words)] == [entry]


def test_one_may_come_back_after_a_withdrawal(keeper: User, steel: RegulatedList) -> None:
    publish_now(keeper, steel, added("甲公司"))
    entry = entry_named(steel, "甲公司")
    publish_now(keeper, steel, [Proposal("withdraw", entry)], OLD_DAYS + 10 * DAY)
    publish_now(keeper, steel, [Proposal("add", entry, facts={"name_zh": "甲公司"})], OLD_DAYS + 20 * DAY)
    assert [names_on(steel, OLD_DAYS + days * DAY) for days in (9, 10, 19, 20)] == [
        {"甲公司"},
        set(),
        set(),
        {"甲公司"},
    ]


# --- firms and their rights -------------------------------------------------------------------------------------------

CODE = "91350100M000100Y43"


def test_the_right_follows_the_entry_of_the_same_credit_code(keeper: User, steel: RegulatedList) -> None:
    firm = make.make_firm(credit_code=CODE)
    publish_now(keeper, steel, added("甲公司", credit_code=CODE))
    assert firm.recognitions.get().valid_from == OLD_DAYS
    assert link_by_numbers(Entry.objects.all()) == 0
    entry = entry_named(steel, "甲公司")
    today = timezone.localdate()
    publish_now(keeper, steel, [Proposal("withdraw", entry)], today)
    assert not firm.recognitions.valid_on(today).exists()
    assert firm.recognitions.valid_on(today - DAY).exists()


def test_a_name_alone_is_only_suggested(keeper: User, steel: RegulatedList) -> None:
    firm = make.make_firm(name_zh="格林美股份有限公司", former_names=["格林美高新技术有限公司"])
    publish_now(keeper, steel, added("格林美高新技术（有限公司）", "格林美有限公司"))
    assert link_by_numbers(Entry.objects.all()) == 0
    entry = entry_named(steel, "格林美有限公司")
    assert [(each.firm, each.former) for each in suggestions(entry)] == [(firm, False)]
    assert firm.recognitions.count() == 0
    link_firm(actor=keeper, entry=entry, firm=firm)
    assert firm.recognitions.valid_on(timezone.localdate()).count() == 1
    unlink_firm(actor=keeper, entry=entry)
    assert firm.recognitions.valid_on(timezone.localdate()).count() == 0


def test_the_right_rests_while_rectifying_where_the_list_says_so(keeper: User) -> None:
    strict = make_list("strict", rectify_suspends=True)
    firm = make.make_firm(credit_code=CODE)
    publish_now(keeper, strict, added("甲公司", credit_code=CODE))
    entry, today = entry_named(strict, "甲公司"), timezone.localdate()
    publish_now(keeper, strict, [Proposal("rectify", entry)], today - 5 * DAY)
    assert not firm.recognitions.valid_on(today).exists()
    publish_now(keeper, strict, [Proposal("restore", entry)], today)
    assert firm.recognitions.valid_on(today).exists()


def test_lines_of_another_list_are_refused(keeper: User, steel: RegulatedList) -> None:
    publish_now(keeper, steel, added("甲公司"))
    other = make_list("tyres")
    batch = open_batch(actor=keeper, regulated_list=other, values={})
    with pytest.raises(ValueError, match="another list"):
        propose(actor=keeper, batch=batch, proposals=[Proposal("withdraw", entry_named(steel, "甲公司"))])
