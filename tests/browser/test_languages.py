"""The language switch is on every page, keeps the page, and the choice lasts."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import cycle
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.market import Market
from tests.browser.pages import FOR_EVERYONE, for_members

pytestmark = [pytest.mark.needs_chromium, pytest.mark.django_db(transaction=True)]

# What the switch is asked for → what the page then says of itself.
SPOKEN = {"zh-hans": "zh-Hans", "en": "en"}


def switch(page: Any, language: str) -> None:
    page.locator(f".site-tools [name=language][value={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", SPOKEN[language])


def keeps_its_page(page: Any, addresses: Iterable[str]) -> None:
    for address, language in zip(addresses, cycle(SPOKEN), strict=False):
        page.goto(address)
        where = page.url
        switch(page, language)
        expect(page).to_have_url(where)


def test_switching_keeps_the_page_and_the_question_in_its_address(market: Market, open_window: Any) -> None:
    keeps_its_page(open_window(), ["/listings/?kind=need&q=ash", *FOR_EVERYONE.values()])
    keeps_its_page(open_window(market.person), for_members(market).values())


def test_the_choice_lasts_from_page_to_page(market: Market, open_window: Any) -> None:
    page = open_window()
    page.goto("/")
    switch(page, "zh-hans")
    for address in FOR_EVERYONE.values():
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
