"""Searching in a real browser: without reloading, on the map by mouse and keyboard, and all of it without scripts."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LANGUAGES, PHONE
from tests.browser.market import Market
from tests.browser.steps import settled
from tests.browser.test_accessibility import serious_faults
from tests.browser.test_small_screens import faults
from tests.factories import make_offer, make_site

pytestmark = [pytest.mark.needs_chromium, pytest.mark.django_db(transaction=True)]

PLACE = "31.23, 121.47"
TITLES = "#found .title"
TRANSFORM = "part => getComputedStyle(part).transform"
DISTANCES_KM = [*range(5, 50, 5), *range(50, 200, 10), *range(200, 500, 25), *range(500, 2001, 100)]


@pytest.fixture
def crowd(market: Market) -> list[int]:
    """Six more offers of the market's material, three at one place and three far away."""
    near = [make_site(latitude=31.3 + number / 100, longitude=121.5) for number in range(3)]
    far = [make_site(latitude=39.9, longitude=116.4) for _number in range(3)]
    return [make_offer(market.offer.material, site=site).pk for site in [*near, *far]]


def arrived(page: Any, **asked: str) -> None:
    """The answer to exactly this question is on the page: its address comes with it."""
    expect(page).to_have_url("/listings/" + (f"?{urlencode(asked, quote_via=quote)}" if asked else ""))
    settled(page)


def middle(part: Any) -> tuple[float, float]:
    box = part.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


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
    settled(page)
    expect(page.locator("#facet-quantity input:checked")).to_be_focused()
    assert page.evaluate("scrollY") == scrolled
    assert page.evaluate("window.stays")
    page.locator("#found .chip").first.click()
    expect(page.locator("#found .chip")).to_have_count(0)
    expect(page.locator("#facets input:checked")).to_have_count(0)
    page.go_back()
    expect(page.locator("#found .chip").first).to_be_visible()
    page.wait_for_load_state()  # going back is answered by the page's own script
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


def test_every_step_of_the_slider_goes_to_the_next_distance(market: Market, open_window: Any) -> None:
    page = open_window()
    page.goto("/listings/")
    slider, radius = page.locator("#radius-slider"), page.locator("#id_radius")
    expect(slider).to_have_attribute("aria-valuetext", "any distance")
    slider.focus()
    page.keyboard.press("Home")
    for km in DISTANCES_KM:
        expect(radius).to_have_value(str(km))
        expect(slider).to_have_attribute("aria-valuetext", f"{km} km")
        page.keyboard.press("ArrowRight")
    expect(radius).to_have_value("")
    expect(slider).to_have_attribute("aria-valuetext", "any distance")
    page.keyboard.press("ArrowRight")
    expect(radius).to_have_value("")
    for km in reversed(DISTANCES_KM):
        page.keyboard.press("ArrowLeft")
        expect(radius).to_have_value(str(km))
    ends = [slider.get_attribute(name) for name in ("min", "max", "step")]
    assert ends == ["0", str(len(DISTANCES_KM)), "1"]


def test_a_typed_distance_stays_and_stands_at_the_nearest_stop(
    market: Market, crowd: list[int], open_window: Any
) -> None:
    page = open_window()
    page.goto(f"/listings/?place={PLACE}&kind=offer")
    slider, radius = page.locator("#radius-slider"), page.locator("#id_radius")
    radius.fill("37")
    radius.blur()
    arrived(page, kind="offer", place=PLACE, radius="37")
    expect(page.locator(TITLES)).to_have_count(3)
    expect(radius).to_have_value("37")
    expect(slider).to_have_value(str(DISTANCES_KM.index(35)))
    expect(slider).to_have_attribute("aria-valuetext", "37 km")
    slider.press("ArrowRight")
    arrived(page, kind="offer", place=PLACE, radius="40")
    slider.press("End")
    arrived(page, kind="offer", place=PLACE)
    expect(page.locator(".map-ring")).to_have_count(0)


def test_the_slider_sets_the_distance_and_the_ring(market: Market, crowd: list[int], open_window: Any) -> None:
    page = open_window()
    page.goto(f"/listings/?place={PLACE}&kind=offer")
    page.locator("#radius-slider").focus()
    page.keyboard.press("Home")
    arrived(page, kind="offer", place=PLACE, radius="5")
    for _step in range(11):
        page.keyboard.press("ArrowRight")
    arrived(page, kind="offer", place=PLACE, radius="70")
    expect(page.locator("#found .chip", has_text="within 70 km")).to_be_visible()
    expect(page.locator(TITLES)).to_have_count(3)
    drawn = page.locator(".map-ring").get_attribute("d")
    x, y = middle(page.locator(".ring-handle"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 52, y, steps=5)
    expect(page.locator(".map-ring")).not_to_have_attribute("d", drawn)
    page.mouse.up()
    expect(page.locator("#id_radius")).not_to_have_value("70")
    wider = page.locator("#id_radius").input_value()
    assert int(wider) > 70
    arrived(page, kind="offer", place=PLACE, radius=wider)
    expect(page.locator("#found .chip", has_text=f"within {wider} km")).to_be_visible()


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
    expect(page.locator("#search-here")).to_be_visible()
    settled(page)
    page.locator(".map-canvas").focus()
    place = page.locator(".leaflet-map-pane").evaluate(TRANSFORM)
    page.keyboard.press("ArrowUp")
    expect(page.locator(".leaflet-map-pane")).not_to_have_css("transform", place)
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
    expect(page.locator(TITLES)).to_have_count(3)
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
    expect(page.locator(TITLES)).to_have_count(every - 1)
    expect(page).to_have_url("/listings/?kind=offer")
    page.get_by_role("link", name="Hidden firms").click()
    page.get_by_role("button", name="Show again").click()
    expect(page.get_by_role("button", name="Show again")).to_have_count(0)
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
    expect(page.locator(TITLES)).to_have_count(3)
    expect(page.locator(".map-still .map-ring")).to_be_visible()
    page.locator("#found .chip").nth(1).click()
    expect(page.locator(TITLES)).to_have_count(every)
    page.locator("#found input[name=listing]").nth(0).check()
    page.locator("#found input[name=listing]").nth(1).check()
    page.locator("#compare-button").click()
    expect(page.locator(".compare-table thead a")).to_have_count(2)
