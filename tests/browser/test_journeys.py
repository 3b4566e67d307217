"""From the first visit to the ranked takers, as a factory and as a recycler do it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from listings.models import Kind, Listing, State
from marketplace.firms.models import Site, User
from marketplace.units import gcj02_to_wgs84
from tests.browser.market import Market
from tests.browser.steps import (
    add_site,
    fill_five,
    open_row,
    publish,
    register_firm,
    sign_up,
    typical_of,
    understood,
)

pytestmark = [pytest.mark.needs_chromium, pytest.mark.django_db(transaction=True)]

CANGZHOU_GCJ02 = ("38.3500", "117.6000")
WORDS = {"en": ("fly ash", "Coal fly ash", "Easy Cement"), "zh-hans": ("粉煤灰", "粉煤灰", "随和水泥")}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_stranger_becomes_a_factory_with_ranked_takers(
    language: str, real_market: Market, open_window: Any, mailoutbox: list[Any]
) -> None:
    material, name, taker = WORDS[language]
    page = open_window(language=language)
    sign_up(page, mailoutbox, "officer@plant.example")
    register_firm(page, "滨海电厂有限公司")
    add_site(page, "一号灰库", CANGZHOU_GCJ02, datum="gcj02")
    expect(page.locator(".message-success")).to_contain_text("一号灰库")

    fill_five(page, material, "LOI 3.2 %")
    expect(understood(page)).to_have_text(f"✓ {name}")
    expect(page.locator("#preview strong")).to_have_text("2")
    page.click("[data-take-over=loi]")
    expect(typical_of(page, "loi")).to_have_value("3.2")
    publish(page)

    first = page.locator(".match-rows").first.locator(".match-name")
    expect(first).to_contain_text(taker)
    row = open_row(page, taker)
    expect(row.locator(".strip")).to_contain_text(["3.2"])
    expect(row.locator(".ladder")).to_be_visible()
    expect(page.locator(".near-miss .match-name")).to_have_count(1)
    expect(page.locator(".near-miss .state-fails").first).to_be_visible()

    listing = Listing.objects.get(firm__name_zh="滨海电厂有限公司")
    assert (listing.state, listing.material.slug) == (State.PUBLISHED, "coal_fly_ash")
    assert listing.quantity_t_per_year == 14400
    assert float(listing.properties.get(property__slug="loi").typical) == 3.2
    placed = (float(listing.site.latitude), float(listing.site.longitude))
    assert placed == pytest.approx(gcj02_to_wgs84(38.35, 117.6), abs=1e-6)
    assert User.objects.get(email="officer@plant.example").emailaddress_set.get().verified


def test_a_recycler_states_a_limit_and_sees_who_can_supply(real_market: Market, open_window: Any) -> None:
    page = open_window(real_market.recycler)
    page.goto("/post/need/")
    fill_five(page, "fly ash")
    expect(understood(page)).to_have_text("✓ Coal fly ash")
    expect(page.locator("#preview strong")).to_have_text("2")
    page.click("#group-limits > summary")
    row = page.locator(".measure-row").first
    expect(row.locator("[name$=-property]")).not_to_have_value("")
    row.locator("[name$=-property]").select_option("loi")
    row.locator("[name$=-maximum]").fill("5")
    publish(page)

    expect(page.locator(".match-rows").first.locator(".match-name")).to_have_text("Port Power")
    row = open_row(page, "Port Power")
    expect(row.locator(".strip")).to_contain_text(["≤ 5"])
    expect(row.locator(".ladder")).to_be_visible()
    expect(page.locator(".near-miss .match-name")).to_have_text("Old Pond")

    need = Listing.objects.filter(kind=Kind.NEED, firm=real_market.easy.firm).latest("pk")
    assert (need.state, need.limits.get(property__slug="loi").maximum) == (State.PUBLISHED, 5)


def test_a_click_on_the_map_fills_the_coordinates(market: Market, open_window: Any) -> None:
    page = open_window(market.person)
    page.goto("/sites/add/")
    page.fill("[name=name]", "Second yard")
    page.select_option("[name=datum]", "gcj02")
    page.locator(".site-picker").click()
    expect(page.locator("[name=datum]")).to_have_value("wgs84")
    assert float(page.input_value("[name=latitude]")) == pytest.approx(35, abs=0.2)
    assert float(page.input_value("[name=longitude]")) == pytest.approx(108, abs=0.2)
    page.click("main form.form button.btn-primary")
    page.wait_for_url("**/firms/mine/")
    site = Site.objects.get(name="Second yard")
    assert float(site.latitude) == pytest.approx(35, abs=0.2)


def test_without_scripts_a_factory_posts_publishes_and_opens_a_row(real_market: Market, open_window: Any) -> None:
    page = open_window(real_market.person, java_script_enabled=False)
    page.goto("/post/offer/")
    expect(page.locator("#understanding")).to_be_hidden()
    fill_five(page, "fly ash")
    page.click("#group-figures > summary")
    page.click("[name=action][value=rows]")
    row = page.locator(".measure-row", has=page.locator("option[value=loi][selected]"))
    expect(row).to_be_visible()
    expect(page.locator("#id_quantity_amount")).to_have_value("1200")
    row.locator("[name$=-typical]").fill("3.2")
    publish(page)
    expect(page.locator(".match-name").first).to_have_text("Easy Cement")
    expect(page.locator("details.match-row").first.locator(".strip").first).to_be_visible()
    expect(page.locator("#reach svg.map-still")).to_be_visible()
    page.locator(".near-miss summary").click()
    expect(page.locator(".near-miss .strip").first).to_be_visible()
