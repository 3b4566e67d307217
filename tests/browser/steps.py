"""What a person does on the pages. Fields go by their names, buttons by their values: the same in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

PASSWORD = "steel-slag-and-ash"  # noqa: S105
UNDER_WAY = ".htmx-request, .htmx-swapping, .htmx-settling, [aria-busy=true]"


def settled(page: Any) -> None:
    """Whatever the page has asked for has come and is in its place; what waits for a pause in typing was not asked."""
    page.wait_for_function("parts => !document.querySelector(parts)", arg=UNDER_WAY)


@contextmanager
def answer_to(page: Any, path: str, **typed: str) -> Iterator[None]:
    """Ends when the answer to exactly what was typed is on the page; those to half of it do not count."""

    def is_it(response: Any) -> bool:
        asked = parse_qs(response.request.post_data or "", keep_blank_values=True)
        return urlsplit(response.url).path == path and all(asked.get(name) == [text] for name, text in typed.items())

    with page.expect_response(is_it):
        yield
    settled(page)


class Held:
    """Answers that do not come before they are let go."""

    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address = page, re.compile(address)
        self.routes: list[Any] | None = []
        page.route(self.address, self.take)

    def take(self, route: Any) -> None:
        if self.routes is None:
            route.continue_()
        else:
            self.routes.append(route)

    @contextmanager
    def asked(self) -> Iterator[None]:
        """What is done here asks; the answer is held."""
        with self.page.expect_request(self.address):
            yield

    def let_go(self) -> None:
        """All that was asked so far is answered, and nothing is held any more."""
        held, self.routes = self.routes or [], None
        for route in held:
            route.continue_()


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
    expect(page).to_have_url(re.compile("/accounts/login/$"))
    page.fill("main [name=login]", email)
    page.fill("main [name=password]", PASSWORD)
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


def typical_of(page: Any, slug: str) -> Any:
    """The field for the typical value of a property, once a row of the table of figures is about it."""
    chosen = "slug => [...document.querySelectorAll('[name$=-property]')].find((part) => part.value === slug)?.name"
    name = page.wait_for_function(chosen, arg=slug).json_value()
    return page.locator(f"[name={name.replace('-property', '-typical')}]")


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
