"""What a person does on the pages. Fields go by their names, buttons by their values: the same in both languages."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect

PASSWORD = "steel-slag-and-ash"  # noqa: S105
POST = {"offer": "/post/offer/", "need": "/post/need/"}


def sign_up(page: Any, outbox: list[Any], email: str) -> None:
    """Opens an account and confirms the address by the link of the letter; ends at the firm's form."""
    page.goto("/accounts/signup/")
    page.fill("[name=email]", email)
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    submit(page)
    expect(page).to_have_url(re.compile("/accounts/confirm-email/$"))
    (letter,) = outbox
    page.goto(re.search(r"https?://\S+/confirm-email/\S+", letter.body)[0])
    submit(page)
    if page.locator("main [name=login]").count():
        page.fill("[name=login]", email)
        page.fill("[name=password]", PASSWORD)
        submit(page)


def register_firm(page: Any, name: str) -> None:
    expect(page).to_have_url(re.compile("/firms/create/$"))
    page.fill("[name=name_zh]", name)
    submit(page)
    expect(page).to_have_url(re.compile(r"/firms/\d+/sites/add/$"))


def add_site(page: Any, name: str, at: tuple[str, str], datum: str = "wgs84") -> None:
    page.fill("[name=name]", name)
    page.fill("[name=latitude]", at[0])
    page.fill("[name=longitude]", at[1])
    page.select_option("[name=datum]", datum)
    submit(page)


def fill_five(page: Any, material: str, description: str = "") -> None:
    """The five fields of a posting: what, how much, at what price, where (the only site is chosen), and words."""
    page.fill("#id_material", material)
    page.fill("#id_quantity_amount", "1200")
    page.select_option("#id_quantity_period", "month")
    page.fill("#id_price_amount", "15")
    page.check("[name=price_direction][value=taker]")
    page.fill("#id_description", description)


def understood(page: Any) -> Any:
    """The place beside the form that says which material is meant."""
    return page.locator("#understanding .state-passes")


def typical_of(page: Any, slug: str) -> str:
    """What stands in the table of figures as the typical value of a property."""
    rows = page.locator(".measure-row").all()
    (row,) = [row for row in rows if row.locator("[name$=-property]").input_value() == slug]
    return row.locator("[name$=-typical]").input_value()


def publish(page: Any) -> None:
    page.click(".form-actions [name=action][value=publish]")
    expect(page).to_have_url(re.compile(r"/listings/\d+/matches/$"))


def submit(page: Any) -> None:
    page.click("main form.form button.btn[type=submit]")


def open_row(page: Any, name: str) -> Any:
    row = page.locator("details.match-row", has=page.locator(".match-name", has_text=name))
    if not row.evaluate("row => row.open"):
        row.locator("summary").click()
    return row


def focused(page: Any) -> str:
    return page.evaluate("document.activeElement.id || document.activeElement.value || document.activeElement.tagName")
