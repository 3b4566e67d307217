"""axe-core finds nothing serious on the main pages, in either language, light or dark; the keyboard reaches all."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from listings.models import Listing, State
from tests.browser.market import Market
from tests.browser.pages import FOR_EVERYONE, for_members, of_register
from tests.browser.steps import answer_to, settled, typical_of
from tests.cms.people import ACCESS, DECIDE, PREPARE, person_with
from tests.registers.registry import on_notice

pytestmark = [pytest.mark.needs_chromium, pytest.mark.django_db(transaction=True)]

AXE = Path(__file__).with_name("axe.min.js").read_text()
SERIOUS = """async () => (await axe.run({ resultTypes: ["violations"] })).violations
  .filter((fault) => ["serious", "critical"].includes(fault.impact))
  .flatMap((fault) => fault.nodes.map((node) => `${fault.id}: ${node.target.join(" ")}`))"""
VISIBLE_FOCUS = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""


def serious_faults(page: Any, address: str) -> list[str]:
    page.goto(address)
    settled(page)
    page.evaluate(AXE)
    return page.evaluate(SERIOUS)


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("zh-hans", "light"), ("zh-hans", "dark")])
def test_no_page_has_a_serious_fault(language: str, scheme: str, market: Market, open_window: Any) -> None:
    stranger = open_window(language=language, color_scheme=scheme)
    member = open_window(market.person, language=language, color_scheme=scheme)
    found = {name: serious_faults(stranger, address) for name, address in FOR_EVERYONE.items()}
    found |= {name: serious_faults(member, address) for name, address in for_members(market).items()}
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("zh-hans", "dark")])
def test_no_page_of_a_register_has_a_serious_fault(
    language: str, scheme: str, transactional_db: None, open_window: Any
) -> None:
    window = open_window(language=language, color_scheme=scheme)
    found = {name: serious_faults(window, address) for name, address in of_register(on_notice()).items()}
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("zh-hans", "dark")])
def test_the_office_of_the_registers_has_no_serious_fault(
    language: str, scheme: str, transactional_db: None, open_window: Any
) -> None:
    batch = on_notice()
    window = open_window(person_with(ACCESS, PREPARE, DECIDE), language=language, color_scheme=scheme)
    addresses = [
        reverse("register_import:index"),
        reverse("register_lists:index"),
        reverse("register_batches:index"),
        reverse("register_batches:inspect", args=[batch.pk]),
    ]
    found = {address: serious_faults(window, address) for address in addresses}
    assert {address: faults for address, faults in found.items() if faults} == {}


def tab_to(page: Any, selector: str, most: int = 40) -> None:
    """Presses Tab until the element has the focus; every stop on the way must show it."""
    for _ in range(most):
        page.keyboard.press("Tab")
        assert page.evaluate(VISIBLE_FOCUS), page.evaluate("document.activeElement.outerHTML")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} is not within {most} steps of Tab")


def test_the_first_stop_is_a_link_past_the_header(market: Market, open_window: Any) -> None:
    page = open_window(market.person)
    page.goto("/listings/mine/")
    page.keyboard.press("Tab")
    skip = page.locator(".skip-link")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#content$"))
    page.keyboard.press("Tab")
    expect(page.locator("main :focus")).to_have_count(1)


def test_an_offer_is_posted_by_keyboard_alone(market: Market, open_window: Any) -> None:
    page = open_window(market.person)
    page.goto("/post/offer/")
    for selector, keys in (
        ("#id_material", "fly ash"),
        ("#id_quantity_amount", "1200"),
        ("#id_quantity_period", "per month"),
        ("#id_price_amount", "15"),
    ):
        tab_to(page, selector)
        page.keyboard.type(keys)
    tab_to(page, "[name=price_direction]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "#id_description")
    with answer_to(page, reverse("listings:understand"), description="Dry ash, LOI 3.2 %"):
        page.keyboard.type("Dry ash, LOI 3.2 %")
    expect(page.locator("[data-take-over=loi]")).to_be_visible()
    tab_to(page, "[data-take-over=loi]")
    page.keyboard.press("Enter")
    expect(typical_of(page, "loi")).to_have_value("3.2")
    tab_to(page, ".form-actions [value=publish]", most=250)
    page.keyboard.press("Enter")
    expect(page.locator(".match-name").first).to_have_text("Easy Cement")

    listing = Listing.objects.get(firm=market.firm, title_en="", state=State.PUBLISHED)
    assert (listing.quantity_period, listing.price_per_t) == ("month", 15)
    assert float(listing.properties.get(property__slug="loi").typical) == 3.2
