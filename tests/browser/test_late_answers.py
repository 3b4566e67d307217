"""On a slow line an answer comes while its reader is busy with something else, or presses once more."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from listings.models import Listing
from tests.browser.conftest import PHONE
from tests.browser.market import Market
from tests.browser.steps import Held, fill_five, settled
from tests.browser.test_search import PLACE, arrived, middle
from tests.factories import make_offer, make_property

pytestmark = [pytest.mark.needs_chromium, pytest.mark.django_db(transaction=True)]

QUESTION = r"/listings/(\?|$)"
NEEDS = "#found .tabs [data-value=need]"
OFFERS = "#found .tabs [data-value=offer]"


def ask_slowly(page: Any, part: str) -> Held:
    """Presses what asks, and holds the answer."""
    held = Held(page, QUESTION)
    with held.asked():
        page.locator(part).first.click()
    return held


def test_the_ring_stays_in_the_hand_that_drags_it(market: Market, open_window: Any) -> None:
    page = open_window()
    page.goto(f"/listings/?place={PLACE}&radius=70")
    settled(page)
    held = ask_slowly(page, NEEDS)
    x, y = middle(page.locator(".ring-handle"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 50, y, steps=4)
    expect(page.locator("#id_radius")).not_to_have_value("70")
    half_way = page.locator("#id_radius").input_value()
    held.let_go()
    arrived(page, kind="need", place=PLACE, radius="70")
    page.mouse.move(x + 100, y, steps=4)
    expect(page.locator("#id_radius")).not_to_have_value(half_way)
    page.mouse.up()
    wider = page.locator("#id_radius").input_value()
    assert int(wider) > int(half_way) > 70
    arrived(page, kind="need", place=PLACE, radius=wider)


def test_an_answer_that_waited_for_the_hand_is_drawn_when_it_lets_go(market: Market, open_window: Any) -> None:
    page = open_window()
    page.goto(f"/listings/?place={PLACE}&radius=70")
    settled(page)
    ring, drawn = page.locator(".map-ring"), page.locator(".map-ring").get_attribute("d")
    held = Held(page, QUESTION)
    page.fill("#id_radius", "150")
    with held.asked():
        page.locator("#id_radius").blur()
    page.mouse.move(*middle(page.locator(".ring-handle")))
    page.mouse.down()
    held.let_go()
    arrived(page, place=PLACE, radius="150")
    expect(ring).to_have_attribute("d", drawn)
    page.mouse.up()
    expect(ring).not_to_have_attribute("d", drawn)
    expect(page.locator("#id_radius")).to_have_value("150")


def test_what_is_being_typed_stays(market: Market, open_window: Any) -> None:
    page = open_window(market.person)
    page.goto("/listings/")
    held = ask_slowly(page, NEEDS)
    page.locator("#id_place").press_sequentially("Shang")
    held.let_go()
    arrived(page, kind="need")
    page.keyboard.type("hai")
    expect(page.locator("#id_place")).to_have_value("Shanghai")
    expect(page.locator("#id_place")).to_be_focused()


def test_a_search_being_saved_stays_open_and_saves_what_is_shown(market: Market, open_window: Any) -> None:
    page = open_window(market.person)
    page.goto("/listings/")
    held = ask_slowly(page, NEEDS)
    page.locator("#save-search > summary").click()
    page.select_option("#save-frequency", "never")
    page.locator("#save-name").press_sequentially("Slag ")
    held.let_go()
    arrived(page, kind="need")
    page.keyboard.type("wanted")
    expect(page.locator("#save-name")).to_have_value("Slag wanted")
    expect(page.locator("#save-frequency")).to_have_value("never")
    expect(page.locator("#save-search [name=parameters]")).to_have_value("kind=need")


def test_the_filters_of_a_phone_stay_open(market: Market, open_window: Any) -> None:
    page = open_window(**PHONE)
    page.goto("/listings/")
    page.locator("#filters > summary").click()
    held = ask_slowly(page, "#facet-quantity label")
    folded = page.locator("details.facet:not([open])").first
    opened = page.locator(f"#{folded.get_attribute('id')}")
    opened.locator("summary").first.click()
    held.let_go()
    expect(page).to_have_url(re.compile("quantity="))
    settled(page)
    expect(page.locator("#id_place")).to_be_visible()
    expect(opened).to_have_attribute("open", "")


def test_the_keyboard_stays_in_a_group_that_was_unfolded(market: Market, open_window: Any) -> None:
    page = open_window()
    page.goto("/listings/")
    folded = page.locator("details.facet:not([open])").first
    opened = page.locator(f"#{folded.get_attribute('id')}")
    opened.locator("summary").first.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("#found .chip").first).to_be_visible()
    expect(opened.locator("input:checked")).to_be_focused()


def test_a_popup_stays_open_and_the_keyboard_in_it(market: Market, open_window: Any) -> None:
    page = open_window()
    page.goto("/listings/")
    settled(page)
    held = ask_slowly(page, OFFERS)
    page.locator("#search-map .map-mark[aria-label*='Dry fly ash']").click()
    link = page.locator(".leaflet-popup a", has_text="Dry fly ash")
    link.focus()
    held.let_go()
    arrived(page, kind="offer")
    expect(link).to_be_visible()
    expect(link).to_be_focused()


def test_a_page_asked_for_earlier_does_not_take_the_place_of_a_later_answer(market: Market, open_window: Any) -> None:
    for _number in range(26):
        make_offer(market.offer.material)
    page = open_window()
    page.goto("/listings/")
    held = ask_slowly(page, "#found [rel=next]")
    held.page.locator(NEEDS).click()
    held.let_go()
    arrived(page, kind="need")
    expect(page.locator("#found .tabs [aria-current]")).to_have_text("Needs")


def test_enter_right_after_typing_asks_once(market: Market, open_window: Any) -> None:
    page = open_window()
    page.clock.install()
    page.goto("/listings/")
    before = page.evaluate("history.length")
    page.locator("#id_q").press_sequentially("ash")
    page.keyboard.press("Enter")
    arrived(page, q="ash")
    page.clock.run_for(5_000)
    settled(page)
    assert page.evaluate("history.length") == before + 1


def test_the_language_is_switched_on_the_question_that_is_shown(market: Market, open_window: Any) -> None:
    page = open_window()
    page.goto("/listings/")
    page.locator(NEEDS).click()
    arrived(page, kind="need")
    page.locator(".site-tools [name=language][value=zh-hans]").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    arrived(page, kind="need")


def test_a_second_press_does_not_publish_once_more(
    market: Market, open_window: Any, one_request_at_a_time: Any
) -> None:
    page = open_window(market.person)
    page.goto("/post/offer/")
    fill_five(page, "fly ash")
    before = Listing.objects.count()
    page.locator(".form-actions [value=publish]").focus()
    with one_request_at_a_time:  # the server has it and does not answer yet
        with page.expect_request(lambda request: request.is_navigation_request()):
            page.keyboard.press("Enter")
        page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/listings/\d+/matches/$"))
    settled(page)
    assert Listing.objects.count() == before + 1


def test_a_late_answer_leaves_a_row_that_somebody_has_begun(market: Market, open_window: Any) -> None:
    make_property("moisture")
    page = open_window(market.person)
    page.goto("/post/offer/")
    settled(page)
    page.click("#group-figures > summary")
    held = Held(page, reverse("listings:understand"))
    with held.asked():
        page.fill("#id_material", "fly ash")
    chosen = page.locator("#id_figures-0-property")
    chosen.select_option("moisture")
    held.let_go()
    expect(page.locator("#understanding [data-usual-properties]")).to_have_count(1)
    expect(chosen).to_have_value("moisture")
