"""The way of a batch through the back office, button by button."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from cms.registers.drafting import Proposal
from cms.registers.linking import link_firm, unlink_firm
from cms.registers.models import Batch, Change, Entry, EntryVersion, ListColumn, RegulatedList
from cms.registers.objecting import object_to
from marketplace.firms.models import Recognition
from tests import factories as make
from tests.clients import client_of, filled_in
from tests.cms.people import member_of
from tests.registers.registry import added, batch_of, make_keeper, make_list, publish_now

pytestmark = pytest.mark.django_db
ELSEWHERE = 302


@pytest.fixture
def editor() -> Any:
    return client_of(member_of("Register editors"))


@pytest.fixture
def officer() -> Any:
    return client_of(member_of("Register officers"))


def step(client: Any, batch: Batch, name: str, **posted: Any) -> str:
    """Take a step; returns what the page says about it or by which field it refuses, and reads the batch anew."""
    url = reverse("register_batches:step", args=[batch.pk, name])
    response = client.post(url, {f"{name}-{field}": value for field, value in posted.items()})
    batch.refresh_from_db()
    if response.status_code == 200:
        return "; ".join(f"{field}: {errors[0]}" for field, errors in response.context["form"].errors.items())
    said = [str(message) for message in get_messages(response.wsgi_request)]
    return said[-1] if said else ""


def test_a_batch_goes_from_a_new_draft_to_effect(editor: Any, officer: Any) -> None:
    regulated_list = make_list(notice_days=0)
    column = ListColumn.objects.create(regulated_list=regulated_list, slug="lines", name_en="Lines", type="number")
    editor.post(reverse("register_batches:open"), {"regulated_list": regulated_list.pk, "title_zh": "第一批"})
    batch = Batch.objects.get()
    line = {"action": "add", "name_zh": "甲公司", "capacity_t_per_year": "1200", f"own_{column.pk}": "3.50"}
    editor.post(reverse("register_batches:add_line", args=[batch.pk]), line)
    assert batch.changes.get().facts.get().value == "3.5"
    assert step(editor, batch, "submit") == "The batch is under review."
    assert step(officer, batch, "publish", effective_on="2026-01-05") == "The batch is in effect."
    version = EntryVersion.objects.get()
    assert (version.name_zh, version.valid_from, batch.state) == ("甲公司", dt.date(2026, 1, 5), "effective")


def test_a_refusal_of_the_service_is_said_and_changes_nothing(editor: Any, officer: Any) -> None:
    batch = batch_of(make_keeper(), make_list(), added("甲公司"))
    today = timezone.localdate()
    days = {"notice_from": today, "notice_to": today, "effective_on": today + dt.timedelta(days=1)}
    assert step(officer, batch, "notice", **days) == "notice_to: This list asks for a notice of at least 30 days."
    assert step(officer, batch, "publish") == "__all__: This list asks for a public notice first."
    assert step(officer, batch, "return", reason="") == "reason: This field is required."
    assert "permission" in step(editor, batch, "publish")
    assert batch.state == "review"


def test_an_objection_is_answered_and_holds_its_line_back(officer: Any) -> None:
    batch = batch_of(make_keeper(), make_list(), added("甲公司", "乙公司"))
    today = timezone.localdate()
    days = {"notice_from": today, "notice_to": today + dt.timedelta(days=29)}
    step(officer, batch, "notice", **days, effective_on=today + dt.timedelta(days=30))
    change = batch.changes.get(name_zh="甲公司")
    objection = object_to(batch=batch, change=change, name="Li", contact="li@example.org", text="Not true.")
    url = reverse("register_objections:answer", args=[objection.pk])
    officer.post(url, {"upheld": "1", "answer": ""})
    objection.refresh_from_db()
    assert objection.state == "open"
    officer.post(url, {"upheld": "1", "answer": "We looked: right."})
    objection.refresh_from_db()
    assert (objection.state, Change.objects.get(pk=change.pk).state) == ("upheld", "held")


def test_a_line_can_be_taken_out_of_a_draft_only(editor: Any) -> None:
    batch = batch_of(make_keeper(), make_list(), added("甲公司", "乙公司"), submitted=False)
    first, second = batch.changes.all()
    editor.post(reverse("register_batches:drop_line", args=[batch.pk, first.pk]))
    assert list(batch.changes.all()) == [second]
    step(editor, batch, "submit")
    editor.post(reverse("register_batches:drop_line", args=[batch.pk, second.pk]))
    assert list(batch.changes.all()) == [second]


def test_an_entry_is_found_by_an_old_name_and_linked_by_an_officer(editor: Any, officer: Any) -> None:
    regulated_list = make_list()
    publish_now(make_keeper(), regulated_list, added("甲再生资源有限公司"))
    entry = Entry.objects.get()
    firm = make.make_firm(name_zh="甲再生资源股份有限公司")
    page = reverse("register_entries:inspect", args=[entry.pk])
    assert "甲再生资源有限公司" in editor.get(reverse("register_entries:index") + "?q=甲再生").content.decode()
    assert "甲再生资源股份有限公司" in officer.get(page).content.decode()
    url = reverse("register_entries:link", args=[entry.pk])
    editor.post(url, {"firm": firm.pk})
    officer.post(url, {"firm": "91110000100000001W"})
    entry.refresh_from_db()
    assert entry.firm is None
    officer.post(url, {"firm": firm.pk})
    entry.refresh_from_db()
    assert entry.firm == firm
    officer.post(reverse("register_entries:unlink", args=[entry.pk]))
    entry.refresh_from_db()
    assert entry.firm is None


def line_errors(editor: Any, batch: Batch, **posted: Any) -> dict[str, list[str]]:
    """What the form of a line says by which field; nothing where the line was taken."""
    response = editor.post(reverse("register_batches:add_line", args=[batch.pk]), posted)
    return dict(response.context["form"].errors) if response.status_code == 200 else {}


def test_a_line_that_does_not_fit_the_list_is_refused_at_its_field(editor: Any) -> None:
    regulated_list, keeper = make_list(), make_keeper()
    code = "91110000100000001W"
    publish_now(keeper, regulated_list, added("甲公司", credit_code=code))
    publish_now(keeper, regulated_list, added("乙公司"))
    gone = Entry.objects.get(key="乙公司")
    publish_now(keeper, regulated_list, [Proposal("withdraw", gone)], day=dt.date(2020, 1, 1))
    batch = batch_of(keeper, regulated_list, added("丙公司"), submitted=False)
    stands = ["This stands on the list already, as number 1 (甲公司)."]
    assert line_errors(editor, batch, action="add", name_zh="甲公司", credit_code=code) == {"credit_code": stands}
    assert line_errors(editor, batch, action="add", name_zh="换名公司", reference="1", credit_code=code) == {
        "reference": stands
    }
    assert line_errors(editor, batch, action="add", name_zh="丙公司") == {
        "name_zh": ["Line 1 of this batch adds the same."]
    }
    assert line_errors(editor, batch, action="add", entry_number="1") == {
        "entry_number": ["It stands on the list already."]
    }
    for action in ("withdraw", "rename"):
        assert line_errors(editor, batch, action=action, entry_number="2", name_zh="x") == {
            "entry_number": ["It does not stand on the list."]
        }
    assert line_errors(editor, batch, action="withdraw", entry_number="1") == {}
    assert line_errors(editor, batch, action="withdraw", entry_number="1") == {
        "action": ["The batch has this action for this entry already."]
    }
    assert batch.changes.count() == 2


def test_a_day_before_what_the_list_says_now_is_refused_at_its_field(officer: Any) -> None:
    keeper, regulated_list = make_keeper(), make_list(notice_days=0)
    today = timezone.localdate()
    publish_now(keeper, regulated_list, added("甲公司"), day=today)
    batch = batch_of(keeper, regulated_list, [Proposal("withdraw", Entry.objects.get())])
    days = {"notice_from": today - dt.timedelta(days=3), "notice_to": today}
    said = step(officer, batch, "notice", **days, effective_on=today)
    assert said == f"effective_on: 甲公司 stands so since {today}; a change can take effect only after that day."
    days["notice_to"] -= dt.timedelta(days=1)
    said = step(officer, batch, "notice", **days, effective_on=today)
    assert said.startswith(f"notice_to: This notice, from {days['notice_from']} to {days['notice_to']}, would be over")
    assert "cannot be withdrawn before or on the day" in step(officer, batch, "publish", effective_on=today)
    assert (batch.state, EntryVersion.objects.get().valid_before) == ("review", None)


def test_while_the_notice_runs_there_is_no_button_to_publish(officer: Any) -> None:
    batch = batch_of(make_keeper(), make_list(), added("甲公司"))
    today = timezone.localdate()
    days = {"notice_from": today, "notice_to": today + dt.timedelta(days=29)}
    step(officer, batch, "notice", **days, effective_on=today + dt.timedelta(days=30))
    page = officer.get(reverse("register_batches:inspect", args=[batch.pk]))
    assert [each["name"] for each in page.context["steps"]] == ["refuse"]
    assert step(officer, batch, "publish") == "The notice has not ended yet."


def test_the_steps_so_far_are_told_in_words(officer: Any) -> None:
    batch = batch_of(make_keeper(), make_list(), added("甲公司"))
    step(officer, batch, "return", reason="Capacity is missing.")
    page = officer.get(reverse("register_batches:inspect", args=[batch.pk]))
    told = [(event.verb, event.detail) for event in page.context["events"]]
    assert told == [
        ("returned it to those who prepare", "Capacity is missing."),
        ("submitted it for review", ""),
        ("added lines", "1"),
        ("opened the batch", ""),
    ]


def test_two_who_change_what_is_said_of_a_batch_do_not_undo_each_other(editor: Any) -> None:
    batch = batch_of(make_keeper(), make_list(), added("甲公司"), submitted=False)
    url = reverse("register_batches:change", args=[batch.pk])
    one, two = (filled_in(editor.get(url).context["form"]) for _person in range(2))
    editor.post(url, one | {"title_en": "The first"})
    editor.post(url, two | {"announcement": "No. 7"})
    batch.refresh_from_db()
    assert (batch.title_en, batch.announcement) == ("The first", "No. 7")


def test_two_who_write_the_same_field_of_a_batch_are_told_of_each_other(editor: Any) -> None:
    batch = batch_of(make_keeper(), make_list(), added("甲公司"), submitted=False)
    url = reverse("register_batches:change", args=[batch.pk])
    one, two = (filled_in(editor.get(url).context["form"]) for _person in range(2))
    editor.post(url, one | {"title_en": "The first"})
    form = editor.post(url, two | {"title_en": "The second"}).context["form"]
    assert form.errors == {"title_en": ["Somebody else has changed this meanwhile. Now it says: The first"]}
    editor.post(url, filled_in(form))
    batch.refresh_from_db()
    assert batch.title_en == "The second"


# --- the list itself --------------------------------------------------------------------------------------------------


def change_list(officer: Any, regulated_list: RegulatedList, **posted: Any) -> None:
    url = reverse("register_lists:edit", args=[regulated_list.pk])
    sent = filled_in(officer.get(url).context["form"]) | posted
    officer.post(url, {name: value for name, value in sent.items() if value is not None})
    regulated_list.refresh_from_db()


@pytest.fixture
def listed(officer: Any) -> RegulatedList:
    """A list that gives 甲公司 its right."""
    keeper, regulated_list = make_keeper(), make_list()
    publish_now(keeper, regulated_list, added("甲公司"))
    link_firm(actor=keeper, entry=Entry.objects.get(), firm=make.make_firm())
    return regulated_list


def has_right() -> bool:
    return Recognition.objects.valid_on(timezone.localdate()).exists()


def test_a_list_that_gives_no_right_any_more_takes_it_from_all_on_it(officer: Any, listed: RegulatedList) -> None:
    assert has_right()
    change_list(officer, listed, gives_right=None)
    assert not listed.gives_right and not has_right()
    change_list(officer, listed, gives_right="on")
    assert has_right()


def test_of_two_who_change_a_list_neither_undoes_the_other(officer: Any, listed: RegulatedList) -> None:
    url = reverse("register_lists:edit", args=[listed.pk])
    one, two, three = (filled_in(officer.get(url).context["form"]) for _person in range(3))
    without = {name: value for name, value in one.items() if name != "gives_right"}
    assert officer.post(url, without | {"notice_days": "20"}).status_code == ELSEWHERE
    with CaptureQueriesContext(connection) as queries:
        officer.post(url, two | {"name_en": "Steel", "self_check_month": "3"})
    listed.refresh_from_db()
    said = (listed.gives_right, listed.notice_days, listed.name_en, listed.self_check_month)
    assert said == (False, 20, "Steel", 3)
    (update,) = [each["sql"] for each in queries if each["sql"].startswith('UPDATE "registers_regulatedlist"')]
    assert "name_en" in update and "notice_days" not in update and "gives_right" not in update
    form = officer.post(url, three | {"notice_days": "25"}).context["form"]
    assert form.errors == {"notice_days": ["Somebody else has changed this meanwhile. Now it says: 20"]}
    assert officer.post(url, filled_in(form)).status_code == ELSEWHERE
    listed.refresh_from_db()
    assert (listed.notice_days, listed.gives_right, has_right()) == (25, False, False)


def test_the_history_of_a_list_tells_who_changed_it(officer: Any, listed: RegulatedList) -> None:
    change_list(officer, listed, gives_right=None)
    log = ModelLogEntry.objects.get(object_id=str(listed.pk), action="wagtail.edit")
    assert (log.user_id, log.content_changed) == (int(officer.session["_auth_user_id"]), True)


def test_of_two_who_change_a_column_neither_undoes_the_other(officer: Any, listed: RegulatedList) -> None:
    column = listed.columns.create(slug="lines", name_en="Lines", type="number")
    url = reverse("register_lists:change_column", args=[listed.pk, column.pk])
    one, two, three = (filled_in(officer.get(url).context["form"]) for _person in range(3))
    officer.post(url, one | {"unit": "pcs"})
    officer.post(url, two | {"required": "on"})
    form = officer.post(url, three | {"unit": "m"}).context["form"]
    column.refresh_from_db()
    assert (column.unit, column.required) == ("pcs", True)
    assert form.errors == {"unit": ["Somebody else has changed this meanwhile. Now it says: pcs"]}


def test_a_list_in_which_to_rectify_suspends_takes_the_right_of_those_who_must(
    officer: Any, listed: RegulatedList
) -> None:
    publish_now(make_keeper(), listed, [Proposal("rectify", Entry.objects.get())], dt.date(2020, 1, 1))
    assert has_right()
    change_list(officer, listed, rectify_suspends="on")
    assert not has_right()


def test_with_its_first_batch_a_list_keeps_its_slug_so_that_a_withdrawal_still_ends_the_right(
    officer: Any, listed: RegulatedList
) -> None:
    change_list(officer, listed, slug="another", kind="green_parks", name_en="Another name")
    assert (listed.slug, listed.kind, listed.name_en) == ("scrap-steel", "recyclers", "Another name")
    publish_now(make_keeper(), listed, [Proposal("withdraw", Entry.objects.get())], dt.date(2020, 1, 1))
    assert not has_right()


def test_an_unlinked_firm_loses_its_right_today_also_where_it_stood_there_before(listed: RegulatedList) -> None:
    keeper, firm = make_keeper(), Entry.objects.get().firm
    publish_now(keeper, listed, [Proposal("withdraw", Entry.objects.get())], dt.date(2020, 1, 1))
    publish_now(keeper, listed, added("乙公司"), dt.date(2021, 1, 1))
    entry = Entry.objects.latest("pk")
    link_firm(actor=keeper, entry=entry, firm=firm)
    unlink_firm(actor=keeper, entry=entry)
    assert Recognition.objects.get(valid_from=dt.date(2021, 1, 1)).valid_before == timezone.localdate()
