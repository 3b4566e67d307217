"""A phone of 390 px: nothing hangs over the edge, and what is to be pressed is 44 px high."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import LANGUAGES, PHONE
from tests.browser.market import Market
from tests.browser.pages import FOR_EVERYONE, for_members, of_register
from tests.browser.steps import settled
from tests.registers.registry import on_notice

pytestmark = [pytest.mark.needs_chromium, pytest.mark.django_db(transaction=True)]

OVERHANG = "document.documentElement.scrollWidth - innerWidth"
# Controls of forms, buttons, and links that stand alone; a link within a sentence is as high as its line.
SMALL = """() => [...document.querySelectorAll(
    "button, summary, select, textarea, .btn, header a, input:not([type=hidden], [type=checkbox], [type=radio])"
  )].filter((part) => part.checkVisibility({ visibilityProperty: true }) && !part.closest(".visually-hidden, .trap"))
  .filter((part) => part.getBoundingClientRect().height < 43.5)
  .map((part) => `${part.tagName} ${part.className} ${part.name ?? ""} ${part.textContent.trim().slice(0, 20)}`)"""


def unfold(page: Any) -> None:
    """Opens the menu and every folded group, and waits until what follows from that has happened."""
    page.evaluate("() => document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    settled(page)


def faults(page: Any, address: str) -> dict[str, Any]:
    page.goto(address)
    settled(page)
    overhang_px = page.evaluate(OVERHANG)
    unfold(page)
    return {
        "overhang_px": max(overhang_px, page.evaluate(OVERHANG)),
        "small": sorted(set(page.evaluate(SMALL))),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_is_wider_than_a_phone_and_every_button_is_a_thumb_high(
    language: str, market: Market, open_window: Any
) -> None:
    stranger = open_window(language=language, **PHONE)
    member = open_window(market.person, language=language, **PHONE)
    found = {name: faults(stranger, address) for name, address in FOR_EVERYONE.items()}
    found |= {name: faults(member, address) for name, address in for_members(market).items()}
    assert {name: fault for name, fault in found.items() if any(fault.values())} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_a_register_is_wider_than_a_phone(language: str, transactional_db: None, open_window: Any) -> None:
    window = open_window(language=language, **PHONE)
    found = {name: faults(window, address) for name, address in of_register(on_notice()).items()}
    assert {name: fault for name, fault in found.items() if any(fault.values())} == {}


def test_on_a_phone_what_is_understood_stands_right_under_the_material(market: Market, open_window: Any) -> None:
    page = open_window(market.person, **PHONE)
    page.goto("/post/offer/")
    settled(page)
    parts = ("#id_material", "#understanding", "#id_quantity_amount")
    tops = [page.locator(part).bounding_box()["y"] for part in parts]
    assert tops == sorted(tops)
