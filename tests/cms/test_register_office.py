"""The way of a batch through the back office, button by button."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cms.registers.models import Batch, Change, Entry, EntryVersion, ListColumn
from cms.registers.objecting import object_to
from tests import factories as make
from tests.cms.people import client_of, member_of
from tests.registers.registry import added, batch_of, make_keeper, make_list, publish_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Any:
    return client_of(member_of("Register editors"))


@pytest.fixture
def officer() -> Any:
    return client_of(member_of("Register officers"))


def step(client: Any, batch: Batch, name: str, **posted: Any) -> str:
    """Take a step; returns what the page says about it, and reads the batch anew."""
    url = reverse("register_batches:step", args=[batch.pk, name])
    response = client.post(url, {f"{name}-{field}": value for field, value in posted.items()})
    batch.refresh_from_db()
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
    assert step(officer, batch, "notice", **days) == "This list asks for a notice of at least 30 days."
    assert step(officer, batch, "publish") == "This list asks for a public notice first."
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
    entry.refresh_from_db()
    assert entry.firm is None
    officer.post(url, {"firm": firm.pk})
    entry.refresh_from_db()
    assert entry.firm == firm
    officer.post(reverse("register_entries:unlink", args=[entry.pk]))
    entry.refresh_from_db()
    assert entry.firm is None


def sheet(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("list.csv", text.encode(), content_type="text/csv")


def test_a_spreadsheet_is_looked_at_before_it_becomes_a_draft(editor: Any) -> None:
    regulated_list = make_list()
    text = "企业名称,统一社会信用代码\n甲公司,\n乙公司,12345\n"
    posted = {"regulated_list": regulated_list.pk, "file": sheet(text)}
    response = editor.post(reverse("register_import:index"), posted, follow=True)
    assert response.context["counts"] == {"added": 1, "changed": 0, "unchanged": 0, "refused": 1}
    assert "Added: 1 · changed: 0 · unchanged: 0 · refused: 1" in response.content.decode()
    assert not Batch.objects.exists()
    refused = editor.get(reverse("register_import:refused")).content.decode().splitlines()
    assert len(refused) == 2
    editor.post(reverse("register_import:commit"))
    assert list(Batch.objects.get().changes.values_list("name_zh", "action")) == [("甲公司", "add")]
    assert editor.get(reverse("register_import:refused")).status_code == 404


def test_what_is_no_spreadsheet_is_refused_at_the_field(editor: Any) -> None:
    posted = {"regulated_list": make_list().pk, "file": SimpleUploadedFile("list.xlsx", b"PK\x03\x04nonsense")}
    response = editor.post(reverse("register_import:index"), posted)
    assert response.context["form"].errors["file"]
    assert not Batch.objects.exists()
