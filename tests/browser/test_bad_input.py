"""What is wrong is said at the top, in words, with the focus on it; what was typed stays."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from listings.models import Listing
from marketplace.firms.models import Site
from tests.browser.market import Market
from tests.browser.steps import add_site, fill_five, settled

pytestmark = [pytest.mark.needs_chromium, pytest.mark.django_db(transaction=True)]


def summary(page: Any) -> Any:
    box = page.locator(".error-summary")
    expect(box).to_be_focused()
    return box


def publish_in_vain(page: Any) -> Any:
    settled(page)
    before = Listing.objects.count()
    page.click(".form-actions [name=action][value=publish]")
    box = summary(page)
    settled(page)
    assert Listing.objects.count() == before
    return box


def test_swapped_coordinates_are_recognised(market: Market, open_window: Any) -> None:
    page = open_window(market.person)
    page.goto("/sites/add/")
    before = Site.objects.count()
    add_site(page, "Yard", ("117.6", "38.35"))
    expect(summary(page)).to_contain_text("did you mean 38.35, 117.6?")
    expect(page.locator("[name=latitude]")).to_have_value("117.6")
    expect(page.locator("[name=longitude]")).to_have_value("38.35")
    expect(page.locator("[name=name]")).to_have_value("Yard")
    assert Site.objects.count() == before


def test_a_number_with_two_commas_is_not_guessed(market: Market, open_window: Any) -> None:
    page = open_window(market.person)
    page.goto("/post/offer/")
    fill_five(page, "fly ash", "Dry ash from the silo")
    page.fill("#id_quantity_amount", "1,2,3")
    box = publish_in_vain(page)
    expect(box.locator("a")).to_have_attribute("href", "#id_quantity_amount")
    expect(page.locator("#id_quantity_amount")).to_have_value("1,2,3")
    expect(page.locator("#id_description")).to_have_value("Dry ash from the silo")
    expect(page.locator("[name=price_direction][value=taker]")).to_be_checked()
    box.locator("a").click()
    expect(page.locator("#id_quantity_amount")).to_be_focused()


def test_a_range_upside_down_opens_its_group_and_says_so(market: Market, open_window: Any) -> None:
    page = open_window(market.person)
    page.goto("/post/offer/")
    fill_five(page, "fly ash")
    page.click("#group-figures > summary")
    row = page.locator(".measure-row").first
    expect(row.locator("[name$=-property]")).not_to_have_value("")
    row.locator("[name$=-property]").select_option("loi")
    row.locator("[name$=-low]").fill("5")
    row.locator("[name$=-high]").fill("2")
    publish_in_vain(page)
    expect(page.locator("#group-figures")).to_have_attribute("open", "")
    expect(page.locator(".measure-error").first).to_be_visible()
    expect(page.locator("#id_figures-0-low")).to_have_value("5")
    expect(page.locator("#id_figures-0-high")).to_have_value("2")


def test_a_word_nobody_knows_asks_back_and_keeps_the_word(market: Market, open_window: Any) -> None:
    page = open_window(market.person)
    page.goto("/post/offer/")
    fill_five(page, "qwertyuiop")
    expect(page.locator("#understanding .state-unknown")).to_be_visible()
    publish_in_vain(page)
    expect(page.locator("#id_material")).to_have_value("qwertyuiop")
