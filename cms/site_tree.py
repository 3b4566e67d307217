"""The frame of the editorial site: both languages, a home for each, and the sections below it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import Locale, Page, Site
from wagtail_localize.models import Translation

from .models import HomePage, SectionPage

HOME = {
    "zh-hans": ("园区信息", "法规动态、利用技术、案例，以及本平台的使用指南。"),
    "en": (
        "Know-how",
        "What is new in law, how residues are used, who does it already, how to work with this site.",
    ),
}
SECTIONS = {
    "news": {"zh-hans": "资讯与政策", "en": "News and policy"},
    "technology": {"zh-hans": "技术", "en": "Technology"},
    "cases": {"zh-hans": "案例", "en": "Case studies"},
    "guides": {"zh-hans": "指南", "en": "Guides"},
    "events": {"zh-hans": "活动", "en": "Events"},
    "help": {"zh-hans": "帮助", "en": "Help"},
}
WAGTAILS_ROOT = "Root"
EDITORIAL_GROUPS = ("Editors", "Moderators")
Pages = dict[str, Page]
"""One page in each language, by the language's code."""


@transaction.atomic
def make_site() -> tuple[Pages, int]:
    """Make what is missing; returns the homes and how many pages were made. What an editor changed stays."""
    for code, _name in settings.LANGUAGES:
        Locale.objects.get_or_create(language_code=code)
    before = Page.objects.count()
    homes = _homes()
    if Page.objects.count() > before:
        _let_editors_translate()
    for slug, titles in SECTIONS.items():
        plant(homes, SectionPage, slug, {code: {"title": title} for code, title in titles.items()})
    return homes, Page.objects.count() - before


def plant(parents: Pages, model: type[Page], slug: str, texts: Mapping[str, Mapping[str, Any]]) -> Pages:
    """A page below each parent, in the parent's language; those that are there stay as they are."""
    found = {code: parent.get_children().filter(slug=slug).first() for code, parent in parents.items()}
    keys = [page.translation_key for page in found.values() if page is not None]
    key = keys[0] if keys else uuid4()
    for code, parent in parents.items():
        if found[code] is None and code in texts:
            child = model(slug=slug, locale=parent.locale, translation_key=key, **texts[code])
            found[code] = parent.add_child(instance=child)
            child.save_revision().publish()
    return {code: page for code, page in found.items() if page is not None}


def sections(homes: Pages, slug: str) -> Pages:
    return {code: home.get_children().get(slug=slug) for code, home in homes.items()}


def _homes() -> Pages:
    root = _root()
    homes: Pages = {home.locale.language_code: home for home in HomePage.objects.select_related("locale")}
    key = next(iter(homes.values())).translation_key if homes else uuid4()
    for code, (title, summary) in HOME.items():
        if code not in homes:
            locale = Locale.objects.get(language_code=code)
            home = HomePage(title=title, summary=summary, slug=f"home-{code}", locale=locale, translation_key=key)
            homes[code] = root.add_child(instance=home)
    _point_site_to(homes[settings.LANGUAGE_CODE])
    return homes


def _root() -> Page:
    """Above both languages, so it is called by the site's name. Wagtail calls it by an English word."""
    root: Page = Page.get_first_root_node() or Page.add_root(instance=Page(title=WAGTAILS_ROOT, slug="root"))
    if root.title == WAGTAILS_ROOT:
        root.title = root.draft_title = settings.WAGTAIL_SITE_NAME
        Page.objects.filter(pk=root.pk).update(title=root.title, draft_title=root.draft_title)
    return root


def _let_editors_translate() -> None:
    """Wagtail gives this right to administrators alone. What an administrator takes away later is not given again."""
    kind = ContentType.objects.get_for_model(Translation)
    right, _made = Permission.objects.get_or_create(
        content_type=kind, codename="submit_translation", defaults={"name": "Can submit translations"}
    )
    for group in Group.objects.filter(name__in=EDITORIAL_GROUPS):
        group.permissions.add(right)


def _point_site_to(home: Page) -> None:
    """The site that Wagtail makes shows a page that says hello; ours takes its place."""
    address = urlsplit(settings.LOOPYARD_SITE_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        Site.objects.create(hostname=address.hostname or "localhost", port=port, root_page=home, is_default_site=True)
        return
    hello = site.root_page
    if isinstance(hello.specific, HomePage):
        return
    site.hostname, site.port, site.root_page = address.hostname or "localhost", port, home
    site.save()
    if hello.depth > 1:
        hello.delete()
