"""An article from an editor's first block to its Chinese page, and the pages of the back office for people at work."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from cms.models import HelpPage, NewsPage
from cms.site_tree import make_site, sections
from marketplace.firms.models import User
from tests import factories as make
from tests.cms.walks.conftest import fill_date, wait_for

pytestmark = [pytest.mark.needs_chromium, pytest.mark.django_db(transaction=True)]

ADDRESS = "/en/site/news/a-kiln-takes-sludge/"


@pytest.fixture
def newsroom(transactional_db: None, settings: Any) -> dict[str, User]:
    """The frame, a picture, and an editor and a moderator with the rights that Wagtail's own groups have.

    Drafts are not saved by themselves here: somebody who fills in a form in milliseconds would get in their way.
    """
    settings.WAGTAIL_AUTOSAVE_INTERVAL = 0
    make_site()
    collection = Collection.get_first_root_node() or Collection.add_root(name="Root")
    Image.objects.create(title="Kiln", file=get_test_image_file("kiln.png"), collection=collection)
    people = {
        "editor": ("access_admin", "add_page", "change_page"),
        "moderator": ("access_admin", "add_page", "change_page", "publish_page", "submit_translation", "add_redirect"),
    }
    made = {name: person_in(name, codes, collection) for name, codes in people.items()}
    task = GroupApprovalTask.objects.create(name="Moderators approval")
    task.groups.add(Group.objects.get(name="moderator"))
    workflow = Workflow.objects.create(name="Moderators approval")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    WorkflowPage.objects.update_or_create(page=Page.get_first_root_node(), defaults={"workflow": workflow})
    return made


def person_in(name: str, codes: tuple[str, ...], collection: Collection) -> User:
    group = Group.objects.create(name=name)
    for permission in Permission.objects.filter(codename__in=codes):
        if permission.content_type.model == "page":
            GroupPagePermission.objects.create(group=group, page=Page.get_first_root_node(), permission=permission)
        else:
            group.permissions.add(permission)
    for permission in Permission.objects.filter(codename="choose_image"):
        GroupCollectionPermission.objects.create(group=group, collection=collection, permission=permission)
    user = make.make_user()
    user.groups.add(group)
    return user


def add_block(page: Any, name: str) -> None:
    page.locator("button.c-sf-add-button").last.click()
    page.get_by_role("option", name=name, exact=True).click()


def act(page: Any, name: str) -> None:
    """An entry of the menu beside the button that saves; the menu listens once its script has marked it as closed."""
    page.locator("footer .w-dropdown__toggle[aria-expanded=false]").click()
    page.locator(f"footer button:has-text('{name}')").first.click()


def test_an_article_is_written_moderated_scheduled_and_moved(newsroom: dict[str, User], open_window: Any) -> None:
    desk, chair, street = open_window(newsroom["editor"]), open_window(newsroom["moderator"]), open_window()
    section = sections(make_site()[0], "news")["en"]
    desk.goto(reverse("wagtailadmin_pages:add", args=["cms", "newspage", section.pk]))
    desk.fill("[name=title]", "A kiln takes sludge")
    fill_date(desk, "[name=news_on]", "2026-11-01")
    add_block(desk, "heading")
    desk.fill("[name=body-0-value]", "What happened")
    add_block(desk, "picture")
    desk.click("button:has-text('Choose an image')")
    desk.locator(".modal-body a.image-choice").first.click()
    alternative = desk.locator("[name=body-1-value-image-alt_text]")
    expect(alternative).to_have_value("Kiln")
    alternative.fill("")
    act(desk, "Submit to Moderators approval")
    wait_for(desk, "due to validation errors")
    expect(desk.locator(".error-message").first).to_contain_text("Please add some alt text")
    alternative.fill("A rotary kiln at night")
    act(desk, "Submit to Moderators approval")
    wait_for(desk, "submitted for moderation")
    pk = NewsPage.objects.get().pk
    assert street.goto(ADDRESS).status == 404

    chair.goto("/cms/")
    chair.click("a:has-text('A kiln takes sludge')")
    act(chair, "Approve and Publish")
    wait_for(chair, "has been updated")
    street.goto(ADDRESS)
    expect(street.locator("main img")).to_have_attribute("alt", "A rotary kiln at night")

    chair.goto(reverse("wagtailadmin_pages:edit", args=[pk]))
    chair.fill("[name=title]", "A kiln takes sewage sludge")
    chair.click("button[aria-label='Toggle status'][aria-expanded=false]")
    chair.click("button:has-text('Set schedule')")
    fill_date(chair, "[name=go_live_at]", f"{timezone.localdate() + dt.timedelta(days=9)} 10:00")
    chair.click("button:has-text('Save schedule')")
    wait_for(chair, "has been updated")
    act(chair, "Schedule to publish")
    wait_for(chair, "is live and this version has been scheduled for publishing")
    chair.goto(reverse("wagtailadmin_pages:revisions_compare", args=[pk, "earliest", "latest"]))
    expect(chair.locator(".comparison__child-object ins, ins, .addition").first).to_contain_text("sewage")

    street.goto(ADDRESS)
    expect(street.locator("h1")).to_have_text("A kiln takes sludge")
    let_the_hour_come(pk)
    street.reload()
    expect(street.locator("h1")).to_have_text("A kiln takes sewage sludge")

    chair.goto("/cms/redirects/add/")
    chair.fill("[name=old_path]", "/kiln")
    chair.fill("[name=redirect_link]", street.url)
    chair.click("main form [type=submit]")
    wait_for(chair, "added")
    street.goto("/kiln")
    expect(street.locator("h1")).to_have_text("A kiln takes sewage sludge")


def let_the_hour_come(pk: int) -> None:
    """As if the hour of the schedule were a minute ago."""
    revision, past = NewsPage.objects.get(pk=pk).scheduled_revision, timezone.now() - dt.timedelta(minutes=1)
    revision.approved_go_live_at = past
    revision.content["go_live_at"] = past.isoformat()
    revision.save()
    call_command("publish_scheduled")


def test_a_page_is_translated_sentence_by_sentence_in_the_editor(newsroom: dict[str, User], open_window: Any) -> None:
    section = sections(make_site()[0], "help")["en"]
    page = section.add_child(instance=help_page("How to object", "<p>Anyone may object.</p>", section.locale))
    page.save_revision().publish()
    chair, street = open_window(newsroom["moderator"]), open_window(language="zh-hans")
    chair.goto(reverse("wagtail_localize:submit_page_translation", args=[page.pk]))
    chair.locator("main form input[name=locales]").first.check()
    chair.click("main form [type=submit]")
    wait_for(chair, "submitted for translation into Simplified Chinese")
    words = {"How to object": "怎样提出异议", "Anyone may object.": "任何人都可以提出异议。"}
    for english, chinese in words.items():
        segment = chair.locator("li.incomplete", has_text=re.compile(f"^{re.escape(english)}"))
        segment.get_by_text("Translate", exact=True).click()
        chair.locator("textarea, li input[type=text]").last.fill(chinese)
        chair.get_by_text("Save", exact=True).click()
        expect(segment).to_have_count(0)
        expect(chair.get_by_text(chinese, exact=True)).to_be_visible()
    chair.click("text=Publish in Simplified Chinese")
    wait_for(chair, "in Simplified Chinese")
    street.goto("/zh-hans/site/help/how-to-object/")
    expect(street.locator("h1")).to_have_text("怎样提出异议")
    expect(street.locator("article")).to_contain_text("任何人都可以提出异议。")
    street.goto("/en/site/help/how-to-object/")
    expect(street.locator("article")).to_contain_text("Anyone may object.")


def help_page(title: str, text: str, locale: Any) -> Any:
    return HelpPage(title=title, slug="how-to-object", locale=locale, body=[("text", text)])
