"""In Chinese no page shows an English word: every address of ours, the account pages, errors and rules.

The world has Chinese names throughout, so that a Latin word on a page is a text somebody forgot to translate.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.files.base import ContentFile
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from listings.alerts import send_alerts
from listings.freshness import keep_fresh, ticket
from listings.models import Listing
from listings.saved_searches import save_search, stop_ticket
from listings.services import suspend_listing, withdraw_listing
from marketplace.firms.models import Firm, Permit, RecoveryOperation, User
from marketplace.pictures.outcome import OUTCOMES
from matching.engine.codes import Rule
from matching.models import Verdict
from matching.presenting import RuleLine
from matching.rematching import rematch_listing
from tests import factories as make
from tests.matching.market import NEAR
from tests.registers.registry import on_notice, register_keys
from tests.test_access import ANSWERS, ELSEWHERE, GONE, OK, PAGES

pytestmark = pytest.mark.django_db

# What a Chinese reader expects in Latin letters: our name, units, file kinds, code lists, map datums, currencies.
ALLOWED = frozenset(
    "Loopyard English km MB mg kg CO LOI PDF PNG JPG CSV JSON XLSX RSS EWC NACE GB SW HW "
    "GCJ WGS GPS OpenStreetMap SEPA CNY EUR GBP USD JPY KRW".split()
)
WORD = re.compile(r"[A-Za-z]{2,}")
ADDRESS = re.compile(r"\S+@\S+|https?://\S+")
SHOWN_ATTRIBUTES = frozenset({"alt", "aria-label", "data-confirm", "data-label", "label", "placeholder", "title"})
UNSEEN = frozenset({"script", "style", "template"})
VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())

OF_LISTING = ("listings:detail", "matching:edit", "matching:of_listing")
OF_FIRM = ("firms:detail", "firms:change", "firms:member_add", "firms:site_add", "firms:permit_add")
FORMS = ("matching:edit", "firms:create", *OF_FIRM[1:], "firms:site_change")
FIELD, ROW_COUNT = re.compile(r'name="([^"]+)"'), re.compile(r'name="([^"]+_FORMS)" value="([0-9]+)"')
ACCOUNT_PAGES = ("account_email account_change_password account_logout account_reauthenticate mfa_index").split()
ENTRANCE_PAGES = (
    "account_login account_signup account_inactive account_email_verification_sent account_reset_password "
    "account_reset_password_done account_reset_password_from_key_done"
).split()
# Every figure a rule may tell, and none of them.
RULE_PARAMS: tuple[dict[str, float | str], ...] = (
    {
        "suitability": 0.9, "distance_km": 84.0, "offer_max_km": 100.0, "need_max_km": 50.0, "cap_km": 200.0,
        "free_t": 12000.0, "line": "沪环001", "hazardous": 1.0, "level": 1.0, "min_level": 2.0, "n_failed": 1,
        "max_landed": "¥90/吨",
    },
    {"suitability": 0.9, "distance_km": 84.0, "offer_max_km": 100.0, "n_failed": 1},
    {"suitability": 0.9, "distance_km": 84.0, "need_max_km": 50.0, "n_failed": 1},
    {"suitability": 0.0, "distance_km": 84.0, "n_failed": 2},
)  # fmt: skip


class VisibleText(HTMLParser):
    """Texts and spoken attributes of a page; what is marked as English or as a code is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.texts: list[str] = []

    @property
    def is_hidden(self) -> bool:
        return any(hidden for _tag, hidden in self.open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        hidden = tag in UNSEEN or given.get("lang") == "en" or "code" in (given.get("class") or "").split()
        if not (hidden or self.is_hidden):
            self.texts += [value for name, value in attrs if name in SHOWN_ATTRIBUTES and value]
        if tag not in VOID:
            self.open.append((tag, hidden))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self.is_hidden:
            self.texts.append(data)


def latin_words(html: str) -> list[str]:
    """Words on the page that should be Chinese, each with the text it stands in."""
    page = VisibleText()
    page.feed(html)
    found = []
    for text in page.texts:
        plain = ADDRESS.sub("", text)
        found += [f"{word}: {text.strip()[:100]}" for word in WORD.findall(plain) if word not in ALLOWED]
    return found


@dataclass
class World:
    """A firm with a draft, two matched listings and permits, everything about them in Chinese."""

    firm: Firm
    draft: Listing
    offer: Listing
    missed: Listing
    need: Listing
    permit: Permit
    keys: dict[str, Any]

    def owner(self) -> Client:
        return speaking_chinese(make.owner_of(self.firm))

    def address(self, name: str) -> str:
        key = self.keys.get(name)
        return reverse(name, args=key if isinstance(key, list) else [key] if key is not None else None)


def speaking_chinese(user: Any = None) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    if user is not None:
        client.force_login(user)
    return client


@pytest.fixture
def world() -> World:
    loi = make.make_property("loi", name_zh="烧失量", symbol="LOI", basis_default="dry")
    ash = make.make_material(
        name_zh="粉煤灰", name_en="", properties=[loi], economic_radius_km=Decimal(100), to_verify=True
    )
    family = make.make_material(name_zh="灰渣", name_en="")
    use = make.make_use(name_zh="水泥混合材", name_en="", operation=make.make_operation())
    RecoveryOperation.objects.update(name_zh="其他无机物的再循环")
    make.make_use_limit(make.make_material_use(ash, use), loi, maximum=9.0)
    code = make.make_waste_code(name_zh="粉煤灰", to_verify=True)
    region = make.make_region(name_zh="上海市")
    park = make.make_park(region, name_zh="临港工业园")
    firm = make.make_firm(former_names=["旧名公司"], about="粉煤灰供应商", gbt_4754="C3011")
    site = make.make_site(firm, name="一号厂区", region=region, park=park)
    taker = make.make_site(make.make_firm(), name="水泥厂", at=NEAR, region=region)
    detail = {
        "site": site, "codes": [code], "price_per_t": Decimal(-30), "currency": "CNY", "description": "干灰",
        "stock_t": Decimal(20000), "min_lot_t": Decimal(30), "max_lot_t": Decimal(300), "packing": "罐车",
        "variability_percent": 10, "disposal_route": "填埋", "disposal_cost_per_t": Decimal(80), "form": "powder",
    }  # fmt: skip
    draft = make.make_offer(ash, published=False, measures=[make.a_range(loi, "2", "4", measured=True)], **detail)
    offer = make.make_offer(ash, measures=[make.a_range(loi, "3", "5")], **detail)
    missed = make.make_offer(ash, measures=[make.a_range(loi, "12", "15")], **detail | {"quantity_period": "once"})
    limit = make.a_limit(loi, maximum="8", hard=False, deduction_per_unit=Decimal(2))
    need = make.make_need(
        use=use, site=taker, measures=[limit], max_landed_per_t=Decimal(90), max_distance_km=Decimal(200),
        excluded_materials=[family], accepts_hazardous=True, scope="region", region=region,
    )  # fmt: skip
    branch = make.make_site(taker.firm, name="分厂", at=NEAR)
    make.make_need(use=use, site=branch, measures=[make.a_limit(loi, maximum="8")])
    make.make_evidence(draft, laboratory="检测中心", accreditation="")
    for listing in (offer, missed, need):
        rematch_listing(listing.pk)
    make.make_recognition(firm, "1")
    make.make_permit(firm, number="沪环001", authority="生态环境局", lines=[{"code_from": "10 01 02"}])
    permit = make.make_permit(
        firm, state="draft", number="沪环002", authority="生态环境局", document=ContentFile(b"%PDF-1.4", name="p.pdf"),
        lines=[{"code_from": "10 01 02", "capacity_t_per_year": Decimal(5000), "site": site}],
    )  # fmt: skip
    keys: dict[str, Any] = dict.fromkeys(OF_LISTING, draft.pk) | dict.fromkeys(OF_FIRM, firm.pk)
    keys |= dict.fromkeys(("firms:permit", "firms:permit_move", "firms:permit_document"), permit.pk)
    keys |= {"firms:site_change": site.pk, "listings:evidence": draft.evidence.get().pk, "firms:suggest": "park"}
    keys |= dict.fromkeys(("listings:hide_firm", "listings:show_firm"), firm.pk)
    keys |= register_keys(on_notice())
    return World(firm, draft, offer, missed, need, permit, keys)


def assert_chinese(response: Any, status: int = OK) -> None:
    assert response.status_code == status
    if response["content-type"].startswith("text/html"):
        assert latin_words(response.content.decode()) == []


def test_saved_searches_and_the_pages_behind_letters_are_chinese(world: World) -> None:
    owner = make.owner_of(world.firm)
    asked = QueryDict("q=粉煤灰&place=31.2,121.5&radius=50&form=powder&price=gate_fee&kind=offer")
    saved = save_search(user=owner, name="粉煤灰", parameters=asked, frequency="daily")
    Listing.objects.filter(firm=world.firm).update(confirm_by=timezone.localdate())
    assert_chinese(world.owner().get(reverse("listings:saved_searches")))
    assert_chinese(speaking_chinese().get(reverse("listings:stop_letters", args=[stop_ticket(saved)])))
    assert_chinese(speaking_chinese().post(reverse("listings:stop_letters", args=[stop_ticket(saved)])))
    assert_chinese(speaking_chinese().get(reverse("listings:stop_letters", args=["1:2:3"])), GONE)
    address = reverse("listings:still_stands", args=[ticket(owner, world.firm)])
    assert_chinese(speaking_chinese().get(address))
    assert_chinese(speaking_chinese().post(address, {"listing": [world.offer.pk]}, follow=True))
    assert_chinese(speaking_chinese().get(reverse("listings:still_stands", args=["1:2:3"])), GONE)


def test_letters_of_the_clock_are_chinese(world: World) -> None:
    owner = make.owner_of(world.firm)
    User.objects.filter(pk=owner.pk).update(language="zh-hans")
    Listing.objects.filter(firm=world.firm).update(confirm_by=timezone.localdate())
    keep_fresh()
    save_search(user=User.objects.get(pk=owner.pk), name="全部", parameters=QueryDict("kind=need"), frequency="daily")
    make.make_need(
        world.need.material, use=world.need.use, site=make.make_site(make.make_firm(name_en="", name_zh="甲"))
    )
    send_alerts()
    assert len(mail.outbox) == 2
    for letter in mail.outbox:
        assert latin_words(f"{letter.subject} {letter.body}") == []


def test_latin_words_are_found_where_people_see_or_hear_them() -> None:
    html = '<p title="One">两<b lang="en">three</b><script>four</script><img alt="five">a@six.org</p><i>seven km</i>'
    assert latin_words(html) == ["One: One", "five: five", "seven: seven km"]


@pytest.mark.parametrize("name", [name for name, seen in PAGES.items() if seen[3] == OK])
def test_every_page_of_the_owner_is_chinese(name: str, world: World) -> None:
    assert_chinese(world.owner().get(world.address(name)))


@pytest.mark.parametrize("name", [name for name, seen in PAGES.items() if seen[0] == OK])
def test_every_page_of_a_stranger_is_chinese(name: str, world: World) -> None:
    assert_chinese(speaking_chinese().get(world.address(name)))


@pytest.mark.parametrize("name", ["listings:home", "listings:mine", "firms:mine", "matching:post_offer"])
def test_pages_with_nothing_on_them_yet_are_chinese(name: str) -> None:
    assert_chinese(speaking_chinese(make.make_user()).get(reverse(name)))


def test_the_pages_of_a_facilitator_are_chinese(world: World) -> None:
    officer = speaking_chinese(make.make_facilitator())
    for name in ("listings:home", "firms:mine", "firms:permit", "matching:post_offer"):
        assert_chinese(officer.get(world.address(name)))


def test_listings_in_every_state_are_chinese_to_everyone(world: World) -> None:
    for listing in (world.offer, world.missed, world.need):
        for client in (world.owner(), speaking_chinese(), speaking_chinese(make.make_user())):
            assert_chinese(client.get(listing.get_absolute_url()))
    owner = make.owner_of(world.firm)
    suspend_listing(actor=owner, listing=world.offer)
    withdraw_listing(actor=owner, listing=world.missed)
    for address in (world.offer.get_absolute_url(), world.missed.get_absolute_url(), reverse("listings:mine")):
        assert_chinese(world.owner().get(address))


@pytest.mark.parametrize(
    "asked",
    [
        "kind=offer&place=31.2,121.5&radius=2000&sort=landed", "place=31.2,121.5&radius=5", "quality=3&price=hidden",
        "radius=-5", "place=天上&radius=50", "site=7&place=31.2,121.5&sort=x&box=1&hazard=x", "q=abcdefgh",
    ],
)  # fmt: skip
def test_every_answer_of_the_search_is_chinese(asked: str, world: World) -> None:
    for client in (speaking_chinese(), world.owner(), speaking_chinese(make.make_user())):
        page = client.get(f"{reverse('listings:browse')}?{asked}")
        assert page.status_code == OK
        assert [word for word in latin_words(page.content.decode()) if "abcdefgh" not in word] == []


def test_comparing_and_hiding_are_chinese(world: World) -> None:
    client = speaking_chinese(make.owner_of(world.need.firm))
    compared = [("listing", listing.pk) for listing in (world.offer, world.missed, world.need)]
    assert_chinese(client.get(f"{reverse('listings:compare')}?{urlencode([*compared, ('place', '31.2,121.5')])}"))
    assert_chinese(client.post(reverse("listings:hide_firm", args=[world.firm.pk]), follow=True))
    assert_chinese(client.get(reverse("listings:browse")))


def test_matches_and_near_misses_are_chinese_on_both_sides(world: World) -> None:
    taker = speaking_chinese(make.owner_of(world.need.firm))
    for client, listing in ((world.owner(), world.offer), (world.owner(), world.missed), (taker, world.need)):
        page = client.get(reverse("matching:of_listing", args=[listing.pk]))
        assert "match-row" in page.content.decode()
        assert_chinese(page)
    address = reverse("matching:of_listing", args=[world.offer.pk])
    narrowed = world.owner().get(address, {"verdict": int(Verdict.POSSIBLE)})
    assert "没有剩余结果" in narrowed.content.decode()
    assert_chinese(narrowed)


@pytest.mark.parametrize("rule", Rule)
def test_every_rule_is_told_in_chinese(rule: Rule) -> None:
    with override("zh-hans"):
        for outcome in OUTCOMES:
            for params in RULE_PARAMS:
                context = {"rule": RuleLine(str(rule), outcome, params), "strip": None}
                assert latin_words(render_to_string("matching/_rule_text.html", context)) == []


@pytest.mark.parametrize("verb", ["confirm", "suspend", "withdraw"])
def test_what_is_said_after_a_move_is_chinese(verb: str, world: World) -> None:
    assert_chinese(world.owner().post(reverse(f"listings:{verb}", args=[world.offer.pk]), follow=True))


@pytest.mark.parametrize("name", [*FORMS, *ANSWERS])
def test_what_a_form_complains_about_is_chinese(name: str, world: World) -> None:
    address, client = world.address(name), world.owner()
    empty = client.get(address)
    page = empty.content.decode() if empty.status_code == OK else ""
    for fill in ("", "错误", "-1", "9" * 40):
        values = dict.fromkeys(FIELD.findall(page), fill) | dict(ROW_COUNT.findall(page))
        if not name.startswith("firms:"):
            values |= {"action": "save", "kind": "offer"}
        response = client.post(address, values)
        if response.status_code != ELSEWHERE:
            assert_chinese(response)


@pytest.mark.parametrize("name", ACCOUNT_PAGES)
def test_the_account_pages_of_a_member_are_chinese(name: str, world: World) -> None:
    assert_chinese(world.owner().get(reverse(name)))


@pytest.mark.parametrize("name", ENTRANCE_PAGES)
def test_the_entrance_pages_are_chinese(name: str) -> None:
    assert_chinese(speaking_chinese().get(reverse(name)))


@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password"])
def test_what_the_entrance_complains_about_is_chinese(name: str) -> None:
    for fill in ("", "错误", "someone@example.org"):
        values = dict.fromkeys(("login", "email", "password", "password1", "password2"), fill)
        assert_chinese(speaking_chinese().post(reverse(name), values, follow=True))


def test_switching_on_one_time_codes_is_chinese_to_the_end(world: World) -> None:
    client = world.owner()
    client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    assert_chinese(client.get(reverse("mfa_activate_totp")))
    assert_chinese(client.post(reverse("mfa_activate_totp"), {"code": "000000"}))
    TOTP.activate(make.owner_of(world.firm), "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(make.owner_of(world.firm))
    for name in ("mfa_index", "mfa_deactivate_totp", "mfa_generate_recovery_codes", "mfa_view_recovery_codes"):
        assert_chinese(client.get(reverse(name)))


def test_links_that_no_longer_work_say_so_in_chinese() -> None:
    assert_chinese(speaking_chinese().get(reverse("account_confirm_email", args=["gone"])))
    assert_chinese(speaking_chinese().get(reverse("account_reset_password_from_key", args=["a", "b-c"])))


def test_error_pages_are_chinese() -> None:
    assert_chinese(speaking_chinese().get("/no-such-page/"), status=404)
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    with override("zh-hans"):
        for name in ("403.html", "429.html", "500.html"):
            assert latin_words(render_to_string(name, request=request)) == []


def test_letters_are_chinese() -> None:
    values = {"email": "new@example.org", "password1": make.PASSWORD, "password2": make.PASSWORD}
    speaking_chinese().post(reverse("account_signup"), values)
    make.make_user("old@example.org")
    speaking_chinese().post(reverse("account_reset_password"), {"email": "old@example.org"})
    assert len(mail.outbox) == 2
    for letter in mail.outbox:
        assert latin_words(f"{letter.subject} {letter.body}".replace("testserver", "")) == []
