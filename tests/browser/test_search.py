"""Searching in a real browser: without reloading, on the map by mouse and keyboard, and all of it without scripts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LANGUAGES, PHONE
from tests.browser.market import Market
from tests.browser.test_accessibility import serious_faults
from tests.browser.test_small_screens import faults
from tests.factories import make_offer, make_site

pytestmark = [pytest.mark.needs_chromium, pytest.mark.django_db(transaction=True)]

PLACE = "31.23, 121.47"
TITLES = "#found .title"


@pytest.fixture
def crowd(market: Market) -> list[int]:
    """Six more offers of the market's material, three at one place and three far away."""
    near = [make_site(latitude=31.3 + number / 100, longitude=121.5) for number in range(3)]
    far = [make_site(latitude=39.9, longitude=116.4) for _number in range(3)]
    return [make_offer(market.offer.material, site=site).pk for site in [*near, *far]]


def addresses(market: Market, crowd: list[int]) -> dict[str, str]:
    ticked = "&".join(f"listing={key}" for key in crowd[:4])
    return {
        "everything": "/listings/",
        "measured": f"/listings/?place={PLACE}&radius=200&kind=offer",
        "nothing found": f"/listings/?place={PLACE}&radius=5&quality=3",
        "errors": "/listings/?place=nowhere&radius=-5",
        "compared": f"/listings/compare/?{ticked}&place={PLACE}",
        "hidden firms": "/listings/hidden-firms/",
    }


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("zh-hans", "dark")])
def test_no_page_of_the_search_has_a_serious_fault(
    language: str, scheme: str, market: Market, crowd: list[int], open_window: Any
) -> None:
    page = open_window(market.person, language=language, color_scheme=scheme)
    found = {name: serious_faults(page, address) for name, address in addresses(market, crowd).items()}
    assert {name: fault for name, fault in found.items() if fault} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_search_fits_a_phone(language: str, market: Market, crowd: list[int], open_window: Any) -> None:
    page = open_window(market.person, language=language, **PHONE)
    found = {name: faults(page, address) for name, address in addresses(market, crowd).items()}
    assert {name: fault for name, fault in found.items() if any(fault.values())} == {}


def test_a_filter_narrows_without_reloading_and_going_back_undoes_it(
    market: Market, crowd: list[int], open_window: Any
) -> None:
    page = open_window()
    page.goto("/listings/")
    page.evaluate("window.stays = true")
    every = page.locator("#found-title").inner_text()
    page.locator("#facet-quantity label").first.scroll_into_view_if_needed()
    scrolled = page.evaluate("scrollY")
    box = page.locator("#facet-quantity input").first
    box.focus()
    page.keyboard.press("Space")
    expect(page.locator("#found .chip").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?quantity="))
    expect(page.locator("#facet-quantity input:checked")).to_be_focused()
    assert page.evaluate("scrollY") == scrolled
    assert page.evaluate("window.stays")
    page.locator("#found .chip").first.click()
    expect(page.locator("#found .chip")).to_have_count(0)
    expect(page.locator("#facets input:checked")).to_have_count(0)
    page.go_back()
    expect(page.locator("#found .chip").first).to_be_visible()
    page.go_back()
    expect(page.locator("#found-title")).to_have_text(every)


def test_typing_keeps_the_cursor_and_a_mistake_is_said_beside_its_field(
    market: Market, crowd: list[int], open_window: Any
) -> None:
    page = open_window()
    page.goto("/listings/")
    page.locator("#id_q").press_sequentially("fly ash")
    expect(page).to_have_url(re.compile(r"\?q=fly(\+|%20)ash"))
    expect(page.locator("#id_q")).to_be_focused()
    page.fill("#id_place", "nowhere at all")
    page.locator("#id_place").blur()
    expect(page.locator("#error-place")).to_contain_text("nowhere at all")
    expect(page.locator(TITLES)).to_have_count(0)
    page.fill("#id_place", PLACE)
    page.locator("#id_place").blur()
    expect(page.locator(TITLES).first).to_be_visible()
    expect(page.locator("#error-place")).to_be_empty()


def test_the_slider_sets_the_distance_and_the_ring(market: Market, crowd: list[int], open_window: Any) -> None:
    page = open_window()
    page.goto(f"/listings/?place={PLACE}&kind=offer")
    every = page.locator(TITLES).count()
    page.locator("#radius-slider").focus()
    page.keyboard.press("Home")
    expect(page.locator("#id_radius")).to_have_value("5")
    for _step in range(40):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#found .chip", has_text="within")).to_be_visible()
    expect(page.locator(".map-ring")).to_be_visible()
    expect(page.locator(TITLES)).not_to_have_count(every)
    handle = page.locator(".ring-handle").bounding_box()
    before = float(page.locator("#id_radius").input_value())
    page.mouse.move(handle["x"] + 8, handle["y"] + 8)
    page.mouse.down()
    page.mouse.move(handle["x"] + 60, handle["y"] + 8, steps=5)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"radius="))
    assert float(page.locator("#id_radius").input_value()) > before


def test_the_map_is_walked_by_keyboard(market: Market, crowd: list[int], open_window: Any) -> None:
    page = open_window()
    page.goto("/listings/?kind=offer")
    marks = page.locator("#search-map .map-mark")
    expect(marks.first).to_be_visible()
    gathered = page.locator("#search-map .map-mark[aria-label^='3 offers']").first
    expect(gathered).to_have_attribute("aria-label", re.compile(r"3 offers, "))
    gathered.focus()
    scale = page.locator(".leaflet-control-scale-line").inner_text()
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-control-scale-line")).not_to_have_text(scale)
    page.locator("#search-map .leaflet-container, #search-map.leaflet-container, .map-canvas").first.focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#search-here")).to_be_visible()
    page.locator(".map-text > summary").click()
    expect(page.locator("#map-list")).not_to_be_empty()


def test_the_part_of_the_map_in_view_can_be_searched(market: Market, crowd: list[int], open_window: Any) -> None:
    page = open_window()
    page.goto("/listings/?kind=offer")
    expect(page.locator("#search-map .map-mark").first).to_be_visible()
    every = page.locator(TITLES).count()
    gathered = page.locator("#search-map .map-mark[aria-label^='3 offers']").first
    gathered.click()
    expect(page.locator("#search-here")).to_be_visible()
    page.locator("#search-here").click()
    expect(page).to_have_url(re.compile(r"box="))
    expect(page.locator(TITLES)).not_to_have_count(every)
    page.locator("#found .chip").first.click()
    expect(page.locator(TITLES)).to_have_count(every)


def test_a_place_is_picked_on_the_map(market: Market, crowd: list[int], open_window: Any) -> None:
    page = open_window()
    page.goto("/listings/?kind=offer")
    expect(page.locator("#search-map .map-mark").first).to_be_visible()
    page.locator("#pick-place").click()
    page.locator(".map-canvas").click(position={"x": 60, "y": 300})
    expect(page.locator("#id_place")).to_have_value(re.compile(r"^[\d.]+, [\d.]+$"))
    expect(page.locator("#found .row-meta", has_text="km away").first).to_be_visible()


def test_four_are_ticked_and_compared(market: Market, crowd: list[int], open_window: Any) -> None:
    page = open_window()
    page.goto(f"/listings/?kind=offer&place={PLACE}")
    ticks = page.locator("#found input[name=listing]")
    expect(page.locator("#compare-button")).to_be_disabled()
    for number in range(4):
        ticks.nth(number).check()
    expect(ticks.nth(4)).to_be_disabled()
    page.locator("#compare-button").click()
    expect(page.locator(".compare-table thead a")).to_have_count(4)
    expect(page.locator(".compare-table")).to_contain_text("km away")


def test_a_firm_is_hidden_and_shown_again(market: Market, crowd: list[int], open_window: Any) -> None:
    page = open_window(market.person)
    page.goto("/listings/?kind=offer")
    every = page.locator(TITLES).count()
    page.locator(".row-hide").first.click()
    expect(page).to_have_url(re.compile(r"\?kind=offer"))
    assert page.locator(TITLES).count() < every
    page.get_by_role("link", name="Hidden firms").click()
    page.get_by_role("button", name="Show again").click()
    page.goto("/listings/?kind=offer")
    expect(page.locator(TITLES)).to_have_count(every)


def test_a_phone_shows_list_or_map(market: Market, crowd: list[int], open_window: Any) -> None:
    page = open_window(**PHONE)
    page.goto("/listings/")
    expect(page.locator(".search-map")).to_be_hidden()
    expect(page.locator("#id_place")).to_be_hidden()
    page.locator("#filters > summary").click()
    expect(page.locator("#id_place")).to_be_visible()
    page.locator("[data-show=map]").click()
    expect(page.locator("#search-map .map-mark").first).to_be_visible()
    expect(page.locator(TITLES).first).to_be_hidden()


def test_everything_works_without_scripts(market: Market, crowd: list[int], open_window: Any) -> None:
    page = open_window(java_script_enabled=False)
    page.goto("/listings/")
    every = page.locator(TITLES).count()
    expect(page.locator(".map-still")).to_be_visible()
    page.fill("#id_place", PLACE)
    page.fill("#id_radius", "100")
    page.locator("[type=submit][form=search]").click()
    expect(page.locator("#found .chip")).to_have_count(3)
    assert 0 < page.locator(TITLES).count() < every
    expect(page.locator(".map-still .map-ring")).to_be_visible()
    page.locator("#found .chip").nth(1).click()
    assert page.locator(TITLES).count() == every
    page.locator("#found input[name=listing]").nth(0).check()
    page.locator("#found input[name=listing]").nth(1).check()
    page.locator("#compare-button").click()
    expect(page.locator(".compare-table thead a")).to_have_count(2)
