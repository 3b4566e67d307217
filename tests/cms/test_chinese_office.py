"""In Chinese no page of the back office shows an English word: somebody who may do everything follows every link.

All names are Chinese here, so that a Latin word is a text that somebody forgot to translate, we or Wagtail.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import translation
from wagtail.admin import menu
from wagtail.models import Page

from cms.registers.objecting import object_to
from cms.site_tree import make_site
from listings.curation.services import change_row
from marketplace.firms.models import Event, User
from tests import factories as make
from tests.cms.people import person_with
from tests.registers.registry import on_notice
from tests.test_chinese_pages import latin_words, speaking_chinese

pytestmark = pytest.mark.django_db

OK = 200
OURS = re.compile(r"/cms/(?:|registers/.*|reference/.*|permits/.*|pages/(?:\d+/(?:|edit/|history/))?)$")
LINK = re.compile(r'(?:href|data-chooser-url)="([^"#]+)"|"(/cms/[^"]*)"')
LABEL = re.compile(r'"label": "((?:[^"\\\\]|\\\\.)*)"')
SPECIMEN = re.compile(r"/(?:download|xlsx|csv)|export=")
# What Wagtail writes into its pages without asking any catalogue; names of products, files and countries' letters.
FIXED = frozenset(
    {"Actions", "None", "localhost", "UTF", "Wagtail", "URL", "XLSX", "CSV", "CN", "GB", "JPEG", "WEBP", "http", "Kg"}
)
ENGLISH_PAGES = re.compile(
    "Know-how|News and policy|Technology|Case studies|Guides|Events|Help|Moderators(?: approval)?"
)


@pytest.fixture
def office() -> Client:
    """Somebody in every group, with something on every page."""
    make_site()
    batch = on_notice(slug="1")
    object_to(batch=batch, change=batch.changes.first(), name="李", contact="13800000000", text="有异议")
    material = make.make_material("1", name_zh="矿渣", name_en="")
    use = make.make_use("2", name_zh="水泥混合材", name_en="")
    make.make_use_limit(make.make_material_use(material, use), make.make_property("3", name_zh="烧失量", name_en=""))
    make.make_park(make.make_region(name_zh="上海市", name_en=""), name_zh="临港工业园", name_en="")
    make.make_permit(make.make_firm(name_zh="甲公司"), state="draft", number="沪环002", authority="生态环境局")
    boss = make.make_user(is_facilitator=True)
    boss.groups.set(Group.objects.all())
    return speaking_chinese(User.objects.get(pk=boss.pk))


def walk(office: Client) -> Iterator[tuple[str, str]]:
    """Address and page, one of each kind: two entries are the same to whoever looks for English words."""
    waiting, seen = ["/cms/"], {"/cms/"}
    while waiting:
        address = waiting.pop()
        response = office.get(address, follow=True)
        if response.status_code != OK or not response["content-type"].startswith("text/html"):
            continue
        page = response.content.decode()
        yield address, page
        for match in LINK.finditer(page):
            path = urlsplit(urljoin(address, html.unescape(match[1] or match[2]))).path
            kind = re.sub(r"\d+", "0", path)
            if OURS.match(path) and kind not in seen and not SPECIMEN.search(path):
                seen.add(kind)
                waiting.append(path)


def english_on(page: str) -> list[str]:
    """Words of the page and of the menus, which are made by a script of what the page carries along."""
    menus = " ".join(json.loads(f'"{label}"') for label in LABEL.findall(page))
    found = latin_words(ENGLISH_PAGES.sub("", page)) + latin_words(menus)
    return [each for each in found if each.split(":")[0] not in FIXED]


def test_every_page_of_the_back_office_is_chinese(office: Client) -> None:
    found = {address: words for address, page in walk(office) if (words := english_on(page))}
    assert found == {}


def test_the_menus_are_chinese_after_somebody_english_was_there_first(office: Client) -> None:
    for each in (menu.admin_menu, menu.reports_menu, menu.settings_menu, menu.help_menu):
        each.__dict__.pop("registered_menu_items", None)
    english = Client()
    boss = make.make_user(is_facilitator=True)
    boss.groups.set(Group.objects.all())
    english.force_login(boss)
    assert english.get("/cms/").status_code == OK
    assert english_on(office.get("/cms/").content.decode()) == []


def test_the_walk_sees_every_part_of_the_back_office(office: Client) -> None:
    walked = [address for address, _page in walk(office)]
    parts = ("registers/batches", "registers/entries", "registers/lists", "registers/objections", "registers/import")
    for part in (*parts, "reference/material/", "reference/region/", "permits/", "pages/"):
        assert any(address.startswith(f"/cms/{part}") for address in walked), part
    assert len(walked) > 60


def test_nothing_chosen_is_a_dash_and_no_row_of_hyphens(office: Client) -> None:
    for address, page in walk(office):
        assert ">---------<" not in page, address


def test_the_page_above_both_languages_is_called_by_the_sites_name() -> None:
    make_site()
    assert Page.get_first_root_node().title == "Loopyard 循易"


def test_members_of_a_region_are_no_members_of_the_site() -> None:
    editor = person_with("curate_reference")
    south, north = make.make_region("1", name_zh="南"), make.make_region("2", name_zh="北")
    both = make.make_region("3", name_zh="南北", level="composite")
    both.members.add(south)
    with translation.override("zh-hans"):
        change_row(actor=editor, row=both, values={}, links={"members": [south, north]})
    assert Event.objects.about(both).filter(change__startswith="成员地区: + ").exists()
