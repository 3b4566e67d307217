"""Editorial pages in both languages, and the way of a page from an editor through moderation."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from wagtail.contrib.redirects.models import Redirect
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale, Page, PageViewRestriction, Workflow, WorkflowState
from wagtail_localize.models import TranslationSource

from cms.models import CasePage, EventPage, HelpPage, HomePage, NewsPage, SectionPage
from cms.site_tree import Pages, make_site, plant, sections
from marketplace.demo import site_pages
from tests import factories as make
from tests.clients import client_of
from tests.cms.people import member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def homes() -> Pages:
    return make_site()[0]


@pytest.fixture
def help_pages(homes: Pages) -> Pages:
    body = json.dumps([{"type": "text", "value": "<p>Slag 铝屑</p>"}])
    texts = {"zh-hans": {"title": "怎么用", "body": body}, "en": {"title": "How to", "body": body}}
    return plant(sections(homes, "help"), HelpPage, "how-to", texts)


def text_of(url: str, client: Client | None = None, status: int = 200) -> str:
    response = (client or Client()).get(url)
    assert response.status_code == status
    return response.content.decode()


def test_the_frame_is_made_once_and_keeps_what_editors_change(homes: Pages) -> None:
    section = sections(homes, "news")["en"]
    section.title = "Our news"
    section.save()
    call_command("load_site", verbosity=0)
    assert HomePage.objects.count() == 2
    assert SectionPage.objects.count() == 12
    assert Page.objects.get(pk=section.pk).title == "Our news"


def test_each_language_has_its_own_address_and_names_the_other(help_pages: Pages) -> None:
    chinese, english = text_of("/zh-hans/site/help/how-to/"), text_of("/en/site/help/how-to/")
    assert "<h1>怎么用</h1>" in chinese and 'lang="zh-Hans"' in chinese
    assert "<h1>How to</h1>" in english and 'hreflang="zh-hans"' in english
    assert Client().get("/site/help/how-to/").status_code == 302


def test_a_section_finds_its_pages_by_part_of_a_chinese_word(help_pages: Pages) -> None:
    assert "怎么用" in text_of("/zh-hans/site/help/?q=屑")
    assert "怎么用" not in text_of("/zh-hans/site/help/?q=石膏")


def test_demonstration_pages_are_shown_in_both_languages(homes: Pages) -> None:
    make.make_material("coal_fly_ash", name_en="Coal fly ash", name_zh="粉煤灰")
    actor = make.make_user()
    count = site_pages.load_site_pages(actor=actor, say=lambda text: None)
    assert site_pages.load_site_pages(actor=actor, say=lambda text: None) == count
    pages = list(Page.objects.live().filter(depth=4))
    assert len(pages) == 2 * count
    for page in pages:
        assert escape(page.title) in text_of(page.url)
    english = text_of("/en/site/technology/fly-ash-in-concrete/")
    assert '<th scope="col">Property</th>' in english
    assert "Coal fly ash" in english


def test_what_an_editor_writes_is_not_run(homes: Pages) -> None:
    evil = "<script>alert(1)</script>"
    body = json.dumps([{"type": "heading", "value": evil}, {"type": "source", "value": {"name": evil, "url": ""}}])
    plant(sections(homes, "help"), HelpPage, "evil", {"en": {"title": evil, "summary": evil, "body": body}})
    page = text_of("/en/site/help/evil/")
    assert "<script>alert" not in page


def test_a_page_that_moves_leaves_a_redirect(help_pages: Pages, django_capture_on_commit_callbacks: Any) -> None:
    page = help_pages["en"]
    page.slug = "how-it-works"
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    assert Redirect.objects.filter(old_path="/en/site/help/how-to").exists()
    assert Client().get("/en/site/help/how-to/").headers["Location"].endswith("/en/site/help/how-it-works/")


def test_a_page_appears_on_its_day(homes: Pages) -> None:
    section = sections(homes, "news")["en"]
    page = NewsPage(title="Later", slug="later", news_on=dt.date(2026, 1, 1), live=False, locale=section.locale)
    section.add_child(instance=page)
    page.go_live_at = timezone.now() + dt.timedelta(hours=1)
    page.save_revision().publish()
    text_of("/en/site/news/later/", status=404)
    revision, past = NewsPage.objects.get().scheduled_revision, timezone.now() - dt.timedelta(minutes=1)
    revision.approved_go_live_at = past
    revision.content["go_live_at"] = past.isoformat()
    revision.save()
    call_command("publish_scheduled")
    assert "Later" in text_of("/en/site/news/later/")


def test_an_event_does_not_end_before_it_starts() -> None:
    event = EventPage(title="x", slug="x", starts_on=dt.date(2026, 5, 2), ends_on=dt.date(2026, 5, 1))
    with pytest.raises(Exception, match="last day lies before"):
        event.clean()


def test_an_editor_submits_and_a_moderator_publishes(homes: Pages) -> None:
    section = sections(homes, "help")["en"]
    assert Workflow.objects.filter(active=True).exists()
    editor, moderator = client_of(member_of("Editors")), client_of(member_of("Moderators"))
    posted = form_of("A new page") | {"action-submit": "1"}
    url = reverse("wagtailadmin_pages:add", args=["cms", "helppage", section.pk])
    editor.post(url, posted)
    page = HelpPage.objects.get(title="A new page")
    assert not page.live
    task = page.current_workflow_task_state
    moderator.post(reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", task.pk]))
    page.refresh_from_db()
    assert page.live
    assert WorkflowState.objects.get().status == "approved"
    before, after = page.save_revision(), page.save_revision()
    compare = reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, before.pk, after.pk])
    assert moderator.get(compare).status_code == 200


def form_of(title: str) -> dict[str, Any]:
    return {
        "title": title, "slug": "a-new-page", "summary": "", "body-count": "0", "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0", "comments-MIN_NUM_FORMS": "0", "comments-MAX_NUM_FORMS": "1000",
    }  # fmt: skip


def test_a_page_of_every_block_can_be_edited_and_is_cut_into_sentences_to_translate(homes: Pages) -> None:
    site_pages.load_site_pages(actor=make.make_user(), say=lambda text: None)
    moderator = client_of(member_of("Moderators"))
    page = Page.objects.get(slug="fly-ash-in-concrete", locale__language_code="en").specific
    assert moderator.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    source, _created = TranslationSource.update_or_create_from_instance(page)
    assert source.stringsegment_set.filter(string__data__icontains="loss on ignition").exists()
    assert Locale.objects.count() == 2


def test_editors_may_translate_until_an_administrator_says_otherwise(homes: Pages) -> None:
    right = "wagtail_localize.submit_translation"
    assert member_of("Editors").has_perm(right) and member_of("Moderators").has_perm(right)
    Group.objects.get(name="Editors").permissions.clear()
    make_site()
    assert not member_of("Editors").has_perm(right)


def test_the_groups_of_wagtail_are_there() -> None:
    assert {"Editors", "Moderators", "Register editors", "Register officers", "Permit officers"} <= set(
        Group.objects.values_list("name", flat=True)
    )


def test_a_picture_is_shown_with_its_alternative_text_and_other_uploads_have_no_address(homes: Pages) -> None:
    image = Image.objects.create(title="Kiln", file=get_test_image_file("kiln.png"))
    value = {"image": {"image": image.pk, "alt_text": "A kiln at night", "decorative": False}, "caption": "Kiln"}
    body = json.dumps([{"type": "picture", "value": value}])
    plant(sections(homes, "cases"), CasePage, "kiln", {"en": {"title": "Kiln", "body": body}})
    page = text_of("/en/site/cases/kiln/")
    assert 'alt="A kiln at night"' in page
    (source,) = re.findall(r'<img[^>]* src="([^"]+)"', page)[-1:]
    assert Client().get(source).headers["Content-Type"] == "image/jpeg"
    assert Client().get("/media/" + image.file.name).status_code == 404
    assert Client().get("/media/images/../permits/2026/permit.pdf").status_code == 400


def test_the_switch_of_languages_leads_to_the_translation_though_its_address_differs(homes: Pages) -> None:
    texts = {"zh-hans": {"title": "怎么用"}, "en": {"title": "How to"}}
    pages = plant(sections(homes, "help"), HelpPage, "how-to", texts)
    pages["en"].slug = "how-to-post"
    pages["en"].save_revision().publish()
    answer = Client().get("/zh-hans/site/help/how-to-post/")
    assert (answer.status_code, answer["Location"]) == (302, "/zh-hans/site/help/how-to/")


def test_a_page_without_translation_leads_to_its_section_and_an_unknown_one_nowhere(homes: Pages) -> None:
    plant(sections(homes, "help"), HelpPage, "only-here", {"zh-hans": {"title": "怎么用"}})
    assert Client().get("/en/site/help/only-here/")["Location"] == "/en/site/help/"
    assert Client().get("/en/site/help/nowhere/").status_code == 404


def test_a_page_for_members_is_neither_named_nor_searched_for_others(help_pages: Pages) -> None:
    section = help_pages["zh-hans"].get_parent()
    PageViewRestriction.objects.create(page=help_pages["zh-hans"], restriction_type=PageViewRestriction.LOGIN)
    member = client_of(make.make_user())
    for address in ("/zh-hans/site/", section.url, f"{section.url}?q=铝屑"):
        assert "怎么用" not in text_of(address)
        assert "怎么用" in text_of(address, member)
