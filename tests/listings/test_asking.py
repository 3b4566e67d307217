"""The posting page asks one question, takes its answer with and without scripts, and warns of contamination."""

from decimal import Decimal

import pytest
from django.urls import reverse

from listings.asking import Answer, Asked
from listings.knowledge import TextReading
from listings.models import Listing, ListingProperty
from listings.names import names
from listings.reasons import Suggestion
from listings.understanding.results import Ranked
from listings.views.understand import suggested
from tests.factories import (
    make_firm,
    make_material,
    make_material_use,
    make_operation,
    make_property,
    make_site,
    make_use,
    owner_of,
)
from tests.listings.test_pages import sent, text

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.listings.posting_urls")]


@pytest.fixture
def site():
    return make_site(make_firm())


@pytest.fixture
def own(client, site):
    client.force_login(owner_of(site.firm))
    return client


@pytest.fixture
def slags():
    road = make_use("road_base", name_en="Road base", operation=make_operation("R5"))
    for suitability, slug, name_en, name_zh, synonyms in (
        ("0.9", "bof_slag", "Basic oxygen furnace slag", "转炉钢渣", "steel slag|钢渣"),
        ("0.8", "eaf_slag", "Electric arc furnace slag", "电炉钢渣", ""),
    ):
        material = make_material(slug, name_en=name_en, name_zh=name_zh, synonyms_en=synonyms)
        make_material_use(material, road, suitability=Decimal(suitability))


@pytest.fixture
def ash():
    make_property("sum_sio2_al2o3_fe2o3", name_en="Silica, alumina and iron oxide", unit="%")
    return make_material("coal_fly_ash", name_en="Coal fly ash", name_zh="粉煤灰", synonyms_en="fly ash|PFA")


def understood(client, language="en", **values):
    return text(
        client.post(reverse("listings:understand"), {"kind": "offer", **values}, headers={"accept-language": language})
    )


def test_a_name_of_several_materials_is_asked_about_with_buttons(own, slags):
    shown = understood(own, material="Steel slag")
    assert "“steel slag” can be several things. Which is it?" in shown
    assert 'data-answer data-fill="material" data-value="Electric arc furnace slag"' in shown


def test_the_question_is_asked_in_chinese_too(own, slags):
    shown = understood(own, "zh-hans", material="钢渣")
    assert 'data-value="转炉钢渣"' in shown
    assert 'data-value="电炉钢渣"' in shown


def test_the_answer_settles_the_material_and_leads_on_to_its_kind(own, slags):
    make_property("free_cao")
    shown = understood(own, material="Basic oxygen furnace slag", description="Steel slag of our shop")
    assert "can be several things" not in shown
    assert "Is the slag aged or fresh?" in shown
    assert 'data-answer data-take-over="free_cao" data-low="0" data-typical="" data-high="3"' in shown


def test_a_row_with_a_figure_answers_the_question_for_the_kind(own, ash):
    assert "Class F or class C?" in understood(own, material="Coal fly ash")
    row = {"figures-0-property": "sum_sio2_al2o3_fe2o3", "figures-0-low": "70", "figures-0-high": "100"}
    shown = understood(own, material="Coal fly ash", **row)
    assert "open-question" not in shown


def test_a_need_is_not_asked(own, slags):
    assert "open-question" not in understood(own, kind="need", material="Steel slag")


def test_without_scripts_the_question_comes_with_the_page_that_comes_back(own, site, slags):
    shown = text(own.post(reverse("matching:post_offer"), sent(site, action="rows", material="Steel slag")))
    assert '<input type="radio" name="material_choice" value="material:eaf_slag">' in shown
    own.post(
        reverse("matching:post_offer"),
        sent(site, material="Steel slag", material_asked="Steel slag", material_choice="material:eaf_slag"),
    )
    assert Listing.objects.get().material.slug == "eaf_slag"


def test_without_scripts_the_kind_is_stated_by_a_radio_button(own, site, ash):
    shown = text(own.post(reverse("matching:post_offer"), sent(site, action="rows")))
    assert '<input type="radio" name="kind_answer" value="ash_class:class_f">' in shown
    shown = text(own.post(reverse("matching:post_offer"), sent(site, action="rows", kind_answer="ash_class:class_f")))
    assert '<option value="sum_sio2_al2o3_fe2o3" selected>' in shown
    own.post(reverse("matching:post_offer"), sent(site, kind_answer="ash_class:class_f"))
    row = ListingProperty.objects.get()
    assert (row.property.slug, row.low, row.typical, row.high) == ("sum_sio2_al2o3_fe2o3", 70, 85, 100)


@pytest.mark.parametrize("answer", ["", "nonsense", "ash_class:", ":class_f", "ash_class:class_x", "a" * 5000])
def test_an_answer_that_was_not_offered_states_nothing(own, site, ash, answer):
    own.post(reverse("matching:post_offer"), sent(site, kind_answer=answer))
    assert Listing.objects.count() == 1
    assert not ListingProperty.objects.exists()


def test_contamination_is_warned_of_before_it_is_published(own):
    sawdust = make_material("sawdust", name_en="Sawdust")
    bedding = make_use("animal_bedding", name_en="Animal bedding", operation=make_operation("R3"))
    make_material_use(sawdust, bedding)
    shown = understood(own, material="Sawdust", description="From CCA-treated poles")
    assert "named in your text: wood treated with preservative" in shown
    assert "<li>Animal bedding</li>" in shown
    assert "named in your text" not in understood(own, material="Sawdust", description="Free of CCA-treated timber")


@pytest.mark.needs_chromium
@pytest.mark.django_db(transaction=True)
def test_the_question_is_answered_by_keyboard(request, client, site, ash):
    client.force_login(owner_of(site.firm))
    window, server = request.getfixturevalue("page"), request.getfixturevalue("live_server")
    window.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}])
    window.goto(reverse("matching:post_offer"))
    window.fill("#id_material", "PFA")
    window.focus("#understanding [data-answer] >> nth=0")
    window.keyboard.press("Enter")
    window.wait_for_selector("#open-question", state="detached")
    assert window.input_value("#id_figures-0-property") == "sum_sio2_al2o3_fe2o3"
    assert [window.input_value(f"#id_figures-0-{end}") for end in ("low", "high")] == ["70", "100"]
    assert window.evaluate("document.getElementById('understanding').contains(document.activeElement)")


def test_each_suggestion_says_how_sure_it_is_and_why(own, ash):
    shown = understood(own, material="fly ash from our boiler")
    assert 'data-value="Coal fly ash" data-keep>' in shown
    assert "in your words: fly ash" in shown


def test_what_the_reader_cannot_name_is_not_guessed_at(own, ash):
    assert "not recognised yet" in understood(own, material="something grey")


def test_what_is_likeliest_is_suggested_unless_the_question_has_it_among_its_answers(slags):
    bof, eaf = (names().subjects[f"material:{slug}"] for slug in ("bof_slag", "eaf_slag"))
    reading = TextReading((Suggestion(bof, Ranked(bof.slug, 0.5, ("slag",))),))
    question = Asked("Which of these is it?", (Answer(eaf.key, eaf.name, eaf),), about_material=True)
    assert [each.subject for each in suggested(reading, question)] == [bof]
    with_it = Asked(question.text, (*question.answers, Answer(bof.key, bof.name, bof)), about_material=True)
    assert suggested(reading, with_it) == ()


@pytest.mark.needs_chromium
@pytest.mark.django_db(transaction=True)
def test_a_sentence_that_gives_way_to_a_name_stays_as_description(request, client, site, ash):
    make_property("moisture", name_en="Moisture", unit="%", synonyms_en="moisture")
    client.force_login(owner_of(site.firm))
    window, server = request.getfixturevalue("page"), request.getfixturevalue("live_server")
    window.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}])
    window.goto(reverse("matching:post_offer"))
    window.fill("#id_material", "fly ash, moisture 10 %")
    window.click("#understanding [data-keep]")
    window.wait_for_selector("#understanding .state-passes")
    assert window.input_value("#id_material") == "Coal fly ash"
    assert window.input_value("#id_description") == "fly ash, moisture 10 %"
    assert window.locator("#understanding [data-basis]").inner_text() == "moisture 10 %"
