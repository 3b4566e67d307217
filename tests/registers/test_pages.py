"""The registers as the public reads them: pages of any day, announcements, objections, downloads, feeds, the API."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import time
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from cms.registers import limiting
from cms.registers.drafting import Proposal
from cms.registers.models import Batch, Entry, ListColumn, Objection, RegulatedList, SelfCheck
from cms.registers.objecting import answer_objection
from marketplace.firms.models import User
from matching.models import Match
from matching.rematching import rematch_listing
from tests import factories as make
from tests.matching.market import make_market
from tests.registers.registry import (
    OLD_DAYS,
    added,
    entry_named,
    firm_names,
    make_keeper,
    make_list,
    on_notice,
    publish_now,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
OK, ELSEWHERE, BAD, NO_SUCH = 200, 302, 400, 404
CODE = "91350100M000100Y43"
LATER = OLD_DAYS + 100 * DAY


@pytest.fixture
def keeper() -> User:
    return make_keeper()


@pytest.fixture
def steel(keeper: User) -> RegulatedList:
    """Three firms from 2019-03-01; from 2019-06-09 one has a new name, one is to rectify, one is gone."""
    steel = make_list(authority_en="Ministry of Industry", legal_basis_en="Access conditions", standard="2012")
    publish_now(
        keeper, steel, added("甲公司", province="江苏", credit_code=CODE, scope_zh="破碎", capacity_t_per_year=5)
    )
    publish_now(keeper, steel, added("乙公司", "丙公司", province="浙江"))
    lines = [
        Proposal("rename", entry_named(steel, "甲公司"), facts={"name_zh": "宝钢再生"}),
        Proposal("rectify", entry_named(steel, "乙公司"), reason_en="no scale"),
        Proposal("withdraw", entry_named(steel, "丙公司")),
    ]
    publish_now(keeper, steel, lines, LATER)
    return steel


def page(address: str, client: Client | None = None) -> str:
    response = (client or Client()).get(address)
    assert response.status_code == OK
    return response.content.decode()


def names(html: str) -> list[str]:
    """Names of the rows in the table, in order."""
    return re.findall(r'entries/\d+/"><span lang="[^"]+">([^<]+)</span>', html)


def seen(steel: RegulatedList, **asked: str) -> list[str]:
    return names(Client().get(steel.get_absolute_url(), asked).content.decode())


# --- lists ------------------------------------------------------------------------------------------------------------


def test_all_lists_are_shown_with_how_many_stand_on_them_today(steel: RegulatedList) -> None:
    html = page(reverse("registers:index"))
    assert "Scrap steel processors" in html
    assert re.search(r'data-label="On it today">2<', html)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2019-02-28", []),
        ("2019-03-01", ["甲公司", "乙公司", "丙公司"]),
        ("2019-06-08", ["甲公司", "乙公司", "丙公司"]),
        ("2019-06-09", ["宝钢再生", "乙公司"]),
    ],
)
def test_the_list_says_what_it_said_on_the_day(day: str, expected: list[str], steel: RegulatedList) -> None:
    assert seen(steel, as_of=day) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"q": "甲公司"}, ["宝钢再生"]),
        ({"q": "宝鋼"}, ["宝钢再生"]),
        ({"q": "宝钢"}, ["宝钢再生"]),
        ({"q": "宝钢", "as_of": "2019-03-01"}, ["甲公司"]),
        ({"q": CODE.lower()}, ["宝钢再生"]),
        ({"q": "甲公司 江苏"}, ["宝钢再生"]),
        ({"province": "浙江"}, ["乙公司"]),
        ({"scope": "破碎"}, ["宝钢再生"]),
        ({"standing": "rectify"}, ["乙公司"]),
        ({"standing": "withdrawn"}, ["丙公司"]),
        ({"standing": "withdrawn", "as_of": "2019-03-01"}, []),
        ({"q": "---"}, []),
        ({"q": "😀"}, []),
        ({"page": "1000000000"}, ["宝钢再生", "乙公司"]),
    ],
)
def test_the_list_is_narrowed(asked: dict[str, str], expected: list[str], steel: RegulatedList) -> None:
    assert seen(steel, **asked) == expected


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"as_of": "nonsense"}, "as_of"),
        ({"as_of": "9999-99-99"}, "as_of"),
        ({"as_of": "01-03-2020"}, "as_of"),
        ({"as_of": "9999-12-31"}, "as_of"),
        ({"as_of": "2020-03-01 2020-04-01"}, "as_of"),
        ({"as_of": "2020-03-01\0"}, "as_of"),
        ({"q": "x" * 10_240}, "q"),
        ({"q": "a\0b"}, "q"),
        ({"province": "Atlantis"}, "province"),
        ({"standing": "x"}, "standing"),
        ({"scope": "x" * 5000}, "scope"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field_and_by_the_api(
    asked: dict[str, str], field: str, steel: RegulatedList
) -> None:
    html = Client().get(steel.get_absolute_url(), asked).content.decode()
    assert f'id="id_{field}_error"' in html
    assert names(html) == []
    refused = Client().get(reverse("registers:api_entries", args=[steel.slug]), asked)
    assert (refused.status_code, list(refused.json()["errors"])) == (BAD, [field])
    assert Client().get(reverse("registers:download", args=[steel.slug, "csv"]), asked).status_code == BAD


def test_a_day_to_come_is_refused_with_the_last_that_can_be_asked(steel: RegulatedList) -> None:
    tomorrow = timezone.localdate() + DAY
    html = Client().get(steel.get_absolute_url(), {"as_of": str(tomorrow)}).content.decode()
    assert f"This day has not come yet. Choose {timezone.localdate()} or an earlier day." in html
    assert seen(steel, as_of=str(timezone.localdate())) == ["宝钢再生", "乙公司"]


def test_the_day_meant_stands_in_its_field_and_the_days_of_change_are_links(steel: RegulatedList) -> None:
    today = timezone.localdate()
    html = page(steel.get_absolute_url())
    assert f'value="{today}"' in html
    assert f'max="{today}"' in html
    assert "This is a past day." not in html
    past = page(f"{steel.get_absolute_url()}?as_of=2020-03-01&province=浙江")
    assert 'value="2020-03-01"' in past
    assert "This is a past day." in past
    links = re.findall(r'class="nowrap" href="\?(as_of=[^"]+)"', past)
    assert [re.findall(r"as_of=([\d-]+)", link) for link in links] == [["2019-06-09"], ["2019-03-01"]]
    assert all("province=" in link for link in links)


def test_the_page_says_its_day_and_who_rectifies(steel: RegulatedList) -> None:
    html = " ".join(page(f"{steel.get_absolute_url()}?as_of=2019-07-01").split())
    assert "On 2019-07-01 this list held 2 entries. 1 of them was told to rectify." in html
    early = " ".join(page(f"{steel.get_absolute_url()}?as_of=2000-01-01").split())
    assert "The first batch kept here took effect on 2019-03-01." in early


def test_a_firm_is_found_on_any_list_by_its_old_name_and_after_its_withdrawal(steel: RegulatedList) -> None:
    address = reverse("registers:search")
    assert names(page(f"{address}?q=甲公司")) == ["宝钢再生"]
    html = page(f"{address}?q=丙公司")
    assert names(html) == ["丙公司"]
    assert "no longer on the list" in html
    for bad in ("%00", "x" * 10_240):
        assert 'id="id_q_error"' in page(f"{address}?q={bad}")


def test_the_number_of_questions_does_not_grow_with_the_list(steel: RegulatedList, keeper: User) -> None:
    address = f"{steel.get_absolute_url()}?q=公司"
    page(address)
    with CaptureQueriesContext(connection) as few:
        page(address)
    publish_now(keeper, steel, added(*firm_names(1, 40)), LATER)
    page(address)
    with CaptureQueriesContext(connection) as many:
        page(address)
    assert len(many) == len(few)


# --- entries ----------------------------------------------------------------------------------------------------------


def test_an_entry_tells_every_version_with_its_days(steel: RegulatedList) -> None:
    html = page(entry_named(steel, "宝钢再生").get_absolute_url())
    assert re.findall(r'data-label="(?:From|Until)">([^<]+)<', html) == [
        "2019-06-09", "today", "2019-03-01", "2019-06-09",
    ]  # fmt: skip
    assert "since 2019-03-01" in html
    assert "entered its new name" in html


def test_an_entry_of_another_list_or_only_applied_for_is_not_there(steel: RegulatedList, keeper: User) -> None:
    entry, tyres = entry_named(steel, "宝钢再生"), make_list("tyres")
    assert Client().get(reverse("registers:entry", args=[tyres.slug, entry.pk])).status_code == NO_SUCH
    applied = Entry.objects.create(regulated_list=tyres, key="x")
    assert Client().get(applied.get_absolute_url()).status_code == NO_SUCH
    for number in (0, 10**30):
        assert Client().get(reverse("registers:entry", args=[steel.slug, number])).status_code == NO_SUCH
        assert Client().get(reverse("registers:batch", args=[steel.slug, number])).status_code == NO_SUCH


def test_a_merger_leads_to_its_predecessor_and_back(steel: RegulatedList, keeper: User) -> None:
    old = entry_named(steel, "丙公司")
    publish_now(keeper, steel, [Proposal("add", facts={"name_zh": "合并公司"}, predecessor=old)], LATER)
    new = entry_named(steel, "合并公司")
    assert old.get_absolute_url() in page(new.get_absolute_url())
    assert new.get_absolute_url() in page(old.get_absolute_url())


def test_a_script_in_a_name_stays_text_everywhere(keeper: User) -> None:
    evil = "</script><script>alert(1)</script>"
    steel = make_list(name_en=evil, authority_en=evil)
    publish_now(keeper, steel, [Proposal("add", facts={"name_en": evil, "province": evil[:80]})])
    entry = Entry.objects.get()
    addresses = [
        steel.get_absolute_url(),
        entry.get_absolute_url(),
        reverse("registers:index"),
        "/registers/search/?q=alert",
    ]
    addresses += [Batch.objects.get().get_absolute_url(), reverse("registers:rss"), reverse("registers:atom")]
    for address in addresses:
        assert "<script>alert" not in page(address)
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page(entry.get_absolute_url()))
    assert block
    assert json.loads(block[1])["name"] == evil


def test_the_page_of_a_firm_links_to_its_entry(keeper: User) -> None:
    firm = make.make_firm(credit_code=CODE)
    steel = make_list()
    publish_now(keeper, steel, added("甲公司", credit_code=CODE))
    entry = entry_named(steel, "甲公司")
    assert f'href="{entry.get_absolute_url()}"' in page(firm.get_absolute_url())
    assert f'href="{firm.get_absolute_url()}"' in page(entry.get_absolute_url())


# --- announcements and objections -------------------------------------------------------------------------------------


def test_an_announcement_tells_its_lines_by_action_with_the_former_name() -> None:
    html = page(on_notice().get_absolute_url())
    titles = [title for title in ("Added", "Renamed", "Withdrawn from the list") if f"<h2>{title} " in html]
    assert titles == ["Added", "Renamed", "Withdrawn from the list"]
    assert "甲公司 →" in html
    assert "停产" in html
    assert 'name="text"' in html


def test_an_announcement_still_tells_the_former_name_once_it_is_in_effect(steel: RegulatedList) -> None:
    html = page(reverse("registers:batch", args=[steel.slug, 3]))
    assert "甲公司 →" in html
    assert 'name="text"' not in html


def test_a_draft_is_shown_only_to_those_who_keep_the_registers(keeper: User) -> None:
    batch = on_notice()
    Batch.objects.filter(pk=batch.pk).update(state="draft")
    assert Client().get(batch.get_absolute_url()).status_code == NO_SUCH
    officer = Client()
    officer.force_login(keeper)
    assert "停产" in page(batch.get_absolute_url(), officer)


OBJECTION = {"line": "2", "text": "夜间冒烟", "name": "王小明", "contact": "13800000000"}


def object_with(batch: Batch, **values: str) -> Any:
    address = reverse("registers:object", args=[batch.regulated_list.slug, batch.number])
    return Client().post(address, OBJECTION | values)


def test_anyone_objects_and_reads_the_answer_with_initials_only(keeper: User) -> None:
    batch = on_notice()
    assert object_with(batch).status_code == ELSEWHERE
    objection = Objection.objects.get()
    assert (objection.change.position, objection.name, objection.contact) == (2, "王小明", "13800000000")
    assert "夜间冒烟" not in page(batch.get_absolute_url())
    answer_objection(actor=keeper, objection=objection, upheld=True, answer="查实。")
    html = page(batch.get_absolute_url())
    assert "夜间冒烟" in html
    assert "王某" in html
    assert "查实。" in html
    assert "held back after an objection" in html
    assert "王小明" not in html
    assert "13800000000" not in html


@pytest.mark.parametrize(
    "values",
    [
        {"text": ""}, {"text": "x" * 4001}, {"text": "a\0b"}, {"name": ""}, {"name": "x" * 121}, {"contact": ""},
        {"contact": "x" * 161}, {"line": "99"}, {"line": "-1"}, {"line": "x"}, {"line": "9" * 40}, {"name": "\0"},
    ],
)  # fmt: skip
def test_a_bad_objection_is_told_and_keeps_what_was_typed(values: dict[str, str]) -> None:
    response = object_with(on_notice(), **values)
    assert response.status_code == OK
    assert 'class="error-summary"' in response.content.decode()
    assert "夜间冒烟" in response.content.decode() or "text" in values
    assert Objection.objects.count() == 0


def test_a_script_in_an_objection_is_published_as_text(keeper: User) -> None:
    batch = on_notice()
    object_with(batch, text="<script>alert(1)</script>", name="<b>x</b>")
    answer_objection(actor=keeper, objection=Objection.objects.get(), upheld=False, answer="<i>no</i>")
    html = page(batch.get_absolute_url())
    assert "&lt;script&gt;alert(1)" in html
    assert "<script>alert" not in html
    assert "<i>no" not in html


def test_after_the_notice_the_form_is_gone_and_an_objection_refused() -> None:
    batch = on_notice()
    past = timezone.localdate() - DAY
    Batch.objects.filter(pk=batch.pk).update(notice_from=past - 30 * DAY, notice_to=past, effective_on=past + DAY)
    assert 'name="text"' not in page(batch.get_absolute_url())
    response = object_with(batch)
    assert "objections are no longer taken" in response.content.decode()
    assert Objection.objects.count() == 0


def test_what_falls_into_the_trap_is_thanked_and_not_kept() -> None:
    assert object_with(on_notice(), website="https://spam.example").status_code == ELSEWHERE
    assert Objection.objects.count() == 0


def test_the_sixth_objection_of_an_hour_from_one_address_is_refused() -> None:
    batch = on_notice()
    answers = [object_with(batch).status_code for _ in range(limiting.MOST_FROM_ONE_ADDRESS + 1)]
    assert answers == [ELSEWHERE] * 5 + [OK]
    assert Objection.objects.count() == 5


# --- files, feeds and the API -----------------------------------------------------------------------------------------


def download(steel: RegulatedList, kind: str, **asked: str) -> bytes:
    response = Client().get(reverse("registers:download", args=[steel.slug, kind]), asked)
    assert response.status_code == OK
    return b"".join(response.streaming_content)


def test_a_download_holds_the_day_asked_for_under_stable_names(steel: RegulatedList) -> None:
    text = download(steel, "csv", as_of="2019-03-01").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["name_zh"] for row in rows] == ["甲公司", "乙公司", "丙公司"]
    assert (rows[0]["capacity_t_per_year"], rows[0]["listed_since"], rows[0]["standing"]) == (
        "5",
        "2019-03-01",
        "listed",
    )
    told = json.loads(download(steel, "json", as_of="2019-06-09"))
    assert (told["as_of"], [row["standing"] for row in told["entries"]]) == ("2019-06-09", ["listed", "rectify"])
    sheet = load_workbook(io.BytesIO(download(steel, "xlsx", headings="zh-hans"))).active
    assert [cell.value for cell in sheet["B"]][1:] == ["宝钢再生", "乙公司"]


def test_no_cell_of_a_download_is_a_formula(keeper: User) -> None:
    steel = make_list()
    publish_now(keeper, steel, added('=HYPERLINK("http://x")', "+1", "@x", "＝1+1"))
    text = download(steel, "csv").decode()
    assert "'=HYPERLINK" in text and "'＝1+1" in text
    sheet = load_workbook(io.BytesIO(download(steel, "xlsx"))).active
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}


def test_a_download_is_sent_again_only_after_a_publication(steel: RegulatedList, keeper: User) -> None:
    address = reverse("registers:download", args=[steel.slug, "csv"]) + "?as_of=2019-07-01"
    first = Client().get(address)
    assert first["Last-Modified"]
    again = Client(headers={"if-none-match": first["ETag"]}).get(address)
    assert (again.status_code, again.content) == (304, b"")
    publish_now(keeper, steel, added("丁公司"), LATER)
    assert Client(headers={"if-none-match": first["ETag"]}).get(address).status_code == OK


def test_an_unknown_kind_of_file_is_not_there(steel: RegulatedList) -> None:
    assert Client().get(reverse("registers:download", args=[steel.slug, "exe"])).status_code == NO_SUCH


def test_the_api_answers_as_of_a_day_page_by_page(steel: RegulatedList, keeper: User) -> None:
    publish_now(keeper, steel, added(*firm_names(1, 60)), LATER)
    address = reverse("registers:api_entries", args=[steel.slug])
    first = Client().get(address, {"as_of": "2019-06-09"}).json()
    assert (first["total"], first["pages"], len(first["results"]), first["as_of"]) == (62, 2, 50, "2019-06-09")
    assert len(Client().get(first["next"]).json()["results"]) == 12
    assert first["results"][0]["capacity_t_per_year"] == 5.0
    assert Client().get(address, {"page": "0"}).json()["errors"] == {"page": ["A whole number from 1 on."]}
    assert Client().get(address, {"page": "3"}).json()["errors"] == {"page": ["There are only 2 pages."]}
    assert Client().get(reverse("registers:api")).json()["results"][0]["standing_today"] == 62


def test_the_api_names_what_it_does_not_know(steel: RegulatedList) -> None:
    address = reverse("registers:api_entries", args=[steel.slug])
    misspelt = Client().get(address, {"asof": "2019-03-01"})
    assert (misspelt.status_code, misspelt.json()) == (BAD, {"errors": {"asof": ["There is no such parameter."]}})
    missing = Client().get(reverse("registers:api_entries", args=["no-such"]))
    assert (missing.status_code, missing.json()) == (NO_SUCH, {"errors": {"list": ["There is no list no-such."]}})


@pytest.mark.parametrize("name", ["rss", "atom", "list_rss", "list_atom"])
def test_feeds_tell_what_is_on_notice_and_what_took_effect(name: str) -> None:
    batch = on_notice()
    xml = page(reverse(f"registers:{name}", args=[batch.regulated_list.slug] if "list" in name else None))
    assert xml.count(batch.get_absolute_url()) >= 1
    assert "on public notice until" in xml
    assert "Renamed: 1" in xml


def test_the_sitemap_leads_to_every_list_entry_and_public_batch(steel: RegulatedList) -> None:
    assert page("/sitemap.xml").count("<sitemap>") == 3
    counts = [page(f"/sitemap-{section}.xml").count("<url>") for section in ("lists", "entries", "batches")]
    assert counts == [1, 3, 3]


def test_crawlers_are_led_to_the_sitemap_and_kept_from_the_desks() -> None:
    lines = page("/robots.txt").splitlines()
    assert lines[0] == "User-agent: *"
    assert "Sitemap: http://testserver/sitemap.xml" in lines
    assert {"Disallow: /accounts/", "Disallow: /cms/", "Disallow: /admin/"} <= set(lines)


# --- the clock, and what follows from the list ------------------------------------------------------------------------


def test_the_clock_publishes_what_is_due(capsys: pytest.CaptureFixture[str]) -> None:
    batch = on_notice()
    back = 30 * DAY
    Batch.objects.filter(pk=batch.pk).update(
        notice_from=batch.notice_from - back, notice_to=batch.notice_to - back, effective_on=batch.effective_on - back
    )
    call_command("keep_registers")
    assert "1 published" in capsys.readouterr().out
    assert seen(batch.regulated_list) == ["新甲公司", "丙公司"]
    call_command("keep_registers")
    assert "0 published" in capsys.readouterr().out


def test_the_clock_opens_self_checks_and_reminds_once(keeper: User, monkeypatch: pytest.MonkeyPatch) -> None:
    make.make_firm(credit_code=CODE)
    steel = make_list(self_check_month=3)
    publish_now(keeper, steel, added("甲公司", credit_code=CODE))
    publish_now(keeper, steel, added("乙公司"))
    for day, checks, letters in (
        (dt.date(2026, 1, 29), 0, 0),
        (dt.date(2026, 1, 30), 2, 0),
        (dt.date(2026, 3, 1), 2, 1),
        (dt.date(2026, 3, 2), 2, 1),
        (dt.date(2026, 3, 24), 2, 2),
        (dt.date(2026, 3, 31), 2, 3),
        (dt.date(2026, 4, 1), 2, 3),
    ):
        monkeypatch.setattr(timezone, "localdate", lambda day=day: day)
        call_command("keep_registers")
        assert (day, SelfCheck.objects.count(), len(mail.outbox)) == (day, checks, letters)
    assert "2026-03-31" in mail.outbox[0].subject


def test_a_withdrawal_takes_the_matches_with_it_at_the_next_read(keeper: User) -> None:
    market = make_market()
    offer, need = market.offer(listed_only=True), market.need()
    firm = need.firm
    firm.credit_code = CODE
    firm.save()
    steel = make_list()
    publish_now(keeper, steel, added("甲公司", credit_code=CODE))
    rematch_listing(offer.pk)
    today = timezone.localdate()
    assert Match.objects.lawful_on(today).count() == 1
    began = time.perf_counter()
    publish_now(keeper, steel, [Proposal("withdraw", entry_named(steel, "甲公司"))], today)
    assert Match.objects.lawful_on(today).count() == 0
    assert time.perf_counter() - began < 60


def test_a_file_is_sent_again_when_a_column_gets_another_unit(steel: RegulatedList) -> None:
    column = ListColumn.objects.create(regulated_list=steel, slug="area", name_en="Area", type="number", unit="m²")
    address = reverse("registers:download", args=[steel.slug, "csv"])
    first = Client().get(address, {"headings": "en"})["ETag"]
    column.unit = "ha"
    column.save()
    assert Client().get(address, {"headings": "en"})["ETag"] != first
