"""The door of the back office, its policy, and who sees which of our pages in it."""

from __future__ import annotations

import pytest
from django.urls import reverse
from wagtail.models import ReferenceIndex

from cms.dashboard import waiting_for
from cms.registers.models import Batch, Objection, RegulatedList
from tests import factories as make
from tests.clients import client_of
from tests.cms.people import ACCESS, DECIDE, PREPARE, member_of, person_with
from tests.registers.registry import added, batch_of, make_keeper, make_list

pytestmark = pytest.mark.django_db

OK, ELSEWHERE, NO = 200, 302, 403


@pytest.fixture
def batch() -> Batch:
    made = batch_of(make_keeper(), make_list(), added("甲公司"), submitted=False)
    Objection.objects.create(batch=made, name="Li", contact="li@example.org", text="no")
    return made


def addresses(batch: Batch) -> dict[str, tuple[str, tuple[int, int, int]]]:
    """Address → what somebody without a right, an editor and an officer get."""
    entry, objection = batch.changes.get().entry, batch.objections.get()
    listed = [batch.regulated_list_id]
    wide, editors, officers = (ELSEWHERE, OK, OK), (ELSEWHERE, OK, OK), (ELSEWHERE, ELSEWHERE, OK)
    return {
        "batches": (reverse("register_batches:index"), wide),
        "batch": (reverse("register_batches:inspect", args=[batch.pk]), wide),
        "new batch": (reverse("register_batches:open"), editors),
        "change batch": (reverse("register_batches:change", args=[batch.pk]), wide),
        "add line": (reverse("register_batches:add_line", args=[batch.pk]), wide),
        "edit past the services": (reverse("register_batches:edit", args=[batch.pk]), (ELSEWHERE,) * 3),
        "delete": (reverse("register_batches:delete", args=[batch.pk]), (ELSEWHERE,) * 3),
        "add past the services": (reverse("register_batches:add"), (ELSEWHERE,) * 3),
        "entries": (reverse("register_entries:index"), wide),
        "entry": (reverse("register_entries:inspect", args=[entry.pk]), wide),
        "edit entry": (reverse("register_entries:edit", args=[entry.pk]), (ELSEWHERE,) * 3),
        "objections": (reverse("register_objections:index"), wide),
        "objection": (reverse("register_objections:inspect", args=[objection.pk]), wide),
        "import": (reverse("register_import:index"), editors),
        "lists": (reverse("register_lists:index"), wide),
        "list": (reverse("register_lists:inspect", args=listed), wide),
        "edit list": (reverse("register_lists:edit", args=listed), officers),
        "columns": (reverse("register_lists:columns", args=listed), officers),
        "new column": (reverse("register_lists:add_column", args=listed), officers),
        "delete list": (reverse("register_lists:delete", args=listed), (ELSEWHERE,) * 3),
    }


def test_each_page_of_the_registers_is_for_those_who_keep_them(batch: Batch) -> None:
    people = [person_with(ACCESS), member_of("Register editors"), member_of("Register officers")]
    clients = [client_of(person) for person in people]
    pages = addresses(batch)
    seen = {name: tuple(client.get(url).status_code for client in clients) for name, (url, _who) in pages.items()}
    assert seen == {name: who for name, (_url, who) in pages.items()}


def test_nobody_without_the_right_comes_in(batch: Batch) -> None:
    url = reverse("register_batches:inspect", args=[batch.pk])
    stranger = client_of(None).get(url, follow=True)
    assert stranger.redirect_chain[-1][0].startswith("/accounts/login/?next=")
    member = client_of(make.owner_of(make.make_firm())).get(url, follow=True)
    assert member.status_code == NO
    assert "甲公司" not in member.content.decode()


@pytest.mark.parametrize("codes", [(), (PREPARE, DECIDE)])
def test_a_right_over_registers_alone_does_not_open_the_door(codes: tuple[str, ...]) -> None:
    assert client_of(person_with(*codes)).get("/cms/", follow=True).status_code == NO


def test_the_looser_policy_holds_in_the_back_office_only() -> None:
    inside = client_of(member_of("Register officers")).get("/cms/")["Content-Security-Policy"]
    outside = client_of(None).get("/")["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-inline'" in inside
    assert "default-src 'none'" in inside
    assert "unsafe" not in outside


def test_a_script_in_a_name_stays_text() -> None:
    keeper = make_keeper()
    evil = "<script>alert(1)</script>有限公司"
    batch = batch_of(keeper, make_list(), added(evil, remarks_zh="<b>x"), submitted=False)
    client = client_of(member_of("Register officers"))
    for name, pk in (("register_batches", batch.pk), ("register_entries", batch.changes.get().entry_id)):
        page = client.get(reverse(f"{name}:inspect", args=[pk])).content.decode()
        assert "<script>alert(1)" not in page


@pytest.mark.parametrize("slug", ["valid_from", "firm"])
def test_a_column_cannot_hide_one_that_every_list_has(slug: str) -> None:
    regulated_list = make_list()
    add = reverse("register_lists:add_column", args=[regulated_list.pk])
    posted = {"slug": slug, "name_en": "Mine", "type": "text", "position": "1"}
    answer = client_of(member_of("Register officers")).post(add, posted)
    assert "Every list has a column of this name already." in answer.content.decode()
    assert not regulated_list.columns.exists()


def test_an_officer_makes_a_list_with_a_column_of_its_own() -> None:
    client = client_of(member_of("Register officers"))
    regulated_list = make_list()
    add = reverse("register_lists:add_column", args=[regulated_list.pk])
    posted = {"slug": "lines", "name_en": "Lines", "type": "number", "position": "1"}
    assert client.post(add, posted).status_code == ELSEWHERE
    assert list(RegulatedList.objects.get(pk=regulated_list.pk).columns.values_list("slug", "type")) == [
        ("lines", "number")
    ]
    twice = client.post(add, posted)
    assert twice.context["form"].errors["slug"] == ["This list has a column of that slug already."]
    column = regulated_list.columns.get()
    change = reverse("register_lists:change_column", args=[regulated_list.pk, column.pk])
    client.post(change, {"slug": "other", "name_en": "Production lines", "type": "day", "position": "1"})
    column.refresh_from_db()
    assert (column.slug, column.type, column.name_en) == ("lines", "number", "Production lines")


def test_the_first_page_counts_what_waits_for_each_person(batch: Batch) -> None:
    make.make_permit(make.make_firm(), state="draft")
    people = {
        "editor": member_of("Register editors"),
        "officer": member_of("Register officers"),
        "permit officer": member_of("Permit officers", is_facilitator=True),
    }
    waiting = {name: [(each.label, each.count) for each in waiting_for(user)] for name, user in people.items()}
    drafts = ("Batches in preparation", 1)
    assert waiting == {
        "editor": [drafts],
        "officer": [
            drafts, ("Batches to decide on", 0), ("Batches on public notice", 0), ("Objections without an answer", 1),
        ],
        "permit officer": [("Permits to verify", 1)],
    }  # fmt: skip
    page = client_of(people["officer"]).get("/cms/").content.decode()
    assert f"{reverse('register_objections:index')}?state=open" in page


def test_saving_what_belongs_to_the_market_gives_wagtail_nothing_to_do() -> None:
    assert {model._meta.app_label for model in ReferenceIndex.tracked_models} & {
        "firms",
        "listings",
        "matching",
    } == set()
