"""A register from the first draft to the last withdrawal, as editor, officer, stranger and firm see it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cms.registers.models import Batch, Entry
from marketplace.firms.models import User
from tests import factories as make
from tests.cms.walks.conftest import wait_for
from tests.registers.registry import added, make_list, publish_now

pytestmark = [pytest.mark.needs_chromium, pytest.mark.django_db(transaction=True)]

CODE = "91110000100000001W"
DAY = dt.timedelta(days=1)
LIST = "scrap-steel"


def new_batch(page: Any, title: str, reason: str = "") -> None:
    page.goto("/cms/registers/batches/open/")
    page.select_option("[name=regulated_list]", index=1)
    page.fill("[name=title_zh]", title)
    page.fill("[name=without_notice]", reason)
    save(page)


def add_line(page: Any, action: str, **facts: str) -> None:
    page.click("text=Add a line")
    page.select_option("[name=action]", action)
    for name, value in facts.items():
        page.fill(f"[name={name}]", value)
    save(page)


def save(page: Any) -> None:
    page.click("main form button.button[type=submit]")


def take(page: Any, name: str, said: str, **posted: str) -> None:
    """A step on the page of the batch; the calendar that opens at a day is left by the next field."""
    section = page.locator(f"section[aria-labelledby=step-{name}]")
    for field, value in posted.items():
        section.locator(f"[name={name}-{field}]").fill(value)
    section.locator("button[type=submit]").press("Enter")
    wait_for(page, said)


def object_with(page: Any, **values: str) -> None:
    for name, value in values.items():
        page.fill(f"#object [name={name}]", value)
    page.click("#object button[type=submit]")


def test_a_batch_is_drafted_returned_put_on_notice_objected_to_and_takes_effect(
    editor: User, officer: User, open_window: Any, set_day: Callable[[dt.date], None]
) -> None:
    today = timezone.localdate()
    last, effective = today + 29 * DAY, today + 30 * DAY
    regulated_list = make_list()
    firm = make.make_firm(name_zh="新能再生有限公司", credit_code=CODE, registry="")
    desk, chair, street = open_window(editor), open_window(officer), open_window()

    new_batch(desk, "第一批")
    add_line(desk, "add", name_zh="新能再生有限公司", credit_code=CODE, capacity_t_per_year="120000")
    wait_for(desk, "The line is added.")
    add_line(desk, "add", name_zh="新能再生", credit_code=CODE)
    expect(desk.locator(".error-message")).to_contain_text("Line 1 of this batch adds the same.")
    desk.go_back()
    desk.goto(f"/cms/registers/batches/inspect/{Batch.objects.get().pk}/")
    take(desk, "submit", "The batch is under review.")

    chair.goto("/cms/")
    chair.click(".office-waiting a:has-text('Batches to decide on')")
    chair.click(".listing td.title a")
    take(chair, "return", "The batch is a draft again.", reason="Say which lines of production.")
    desk.reload()
    expect(desk.locator("#main")).to_contain_text("Say which lines of production.")
    take(desk, "submit", "The batch is under review.")
    chair.reload()
    chair.fill("[name=notice-notice_from]", today.isoformat())
    chair.fill("[name=notice-notice_to]", today.isoformat())
    chair.fill("[name=notice-effective_on]", effective.isoformat())
    chair.locator("section[aria-labelledby=step-notice] button[type=submit]").press("Enter")
    expect(chair.locator(".error-message")).to_contain_text("a notice of at least 30 days")
    expect(chair.locator("[name=notice-effective_on]")).to_have_value(effective.isoformat())
    chair.fill("[name=notice-notice_to]", last.isoformat())
    chair.locator("main form button.button[type=submit]").press("Enter")
    wait_for(chair, "The batch is on public notice.")

    street.goto("/registers/")
    street.click("section[aria-labelledby=notices] a")
    object_with(street, name=" ", contact=" ", text=" ")
    expect(street.locator("#object .error-summary li")).to_have_count(3)
    evil = "<script>document.title='x'</script>"
    object_with(street, line="1", name=f"{evil}Li", contact="li@example.org", text=f"Not true. {evil}")
    expect(street.locator(".message-success")).to_contain_text("Your objection has been received.")
    set_day(last + DAY)
    object_with(street, name="Wang", contact="1", text="Too late.")
    expect(street.locator(".error-summary")).to_contain_text("The notice has ended")
    set_day(effective)
    assert Batch.objects.get().state == "notice"

    chair.goto("/cms/registers/objections/")
    chair.click(".listing td.title a")
    chair.check("[name=upheld][value='0']")
    chair.fill("[name=answer]", "Inspected on site: it is true.")
    chair.click("text=Send the answer")
    wait_for(chair, "The objection is answered.")
    set_day(effective)

    street.goto(f"/registers/{LIST}/batches/1/")
    expect(street.locator(".objection")).to_contain_text("Inspected on site")
    assert (street.title() != "x", Entry.objects.get().state) == (True, "listed")
    street.goto(firm.get_absolute_url())
    expect(street.locator(".tag-passes")).to_contain_text(regulated_list.name_en)


def test_a_firm_is_renamed_told_to_rectify_and_withdrawn_and_each_day_reads_as_it_was(
    officer: User, open_window: Any, set_day: Callable[[dt.date], None]
) -> None:
    start = dt.date(2026, 1, 1)
    publish_now(officer, make_list(), added("老名有限公司", "常在有限公司"), day=start)
    set_day(start + 40 * DAY)
    chair = open_window(officer)
    steps = [("rename", {"name_zh": "新名有限公司"}), ("rectify", {"reason_zh": "台账不完整"}), ("withdraw", {})]
    for number, (action, facts) in enumerate(steps, 1):
        new_batch(chair, f"第{number + 1}批", "the permit was revoked")
        add_line(chair, action, entry_number="1", **facts)
        take(chair, "submit", "The batch is under review.")
        effective_on = (start + number * 10 * DAY).isoformat()
        take(chair, "publish", "The batch is in effect.", effective_on=effective_on)

    street, read = open_window(), {}
    for passed in (-1, 0, 10, 20, 30):
        street.goto(f"/registers/{LIST}/?as_of={start + passed * DAY}")
        rows = street.locator("table.table tbody tr", has_text="名有限公司")
        read[passed] = [" ".join(text.split()) for text in rows.all_inner_texts()]
    said = {
        passed: [word for word in ("老名", "新名", "rectify") if word in "".join(rows)] for passed, rows in read.items()
    }
    assert said == {-1: [], 0: ["老名"], 10: ["新名"], 20: ["新名", "rectify"], 30: []}
    street.goto(Entry.objects.get(sequence=1).get_absolute_url())
    expect(street.locator("main")).to_contain_text("withdrew it from the list")
    chair.goto(f"/cms/registers/entries/inspect/{Entry.objects.get(sequence=1).pk}/")
    told = chair.locator("section[aria-labelledby=steps-so-far] li")
    expect(told).to_contain_text(
        ["withdrew it", "told it to rectify", "entered its new name", "entered it in the list"]
    )
