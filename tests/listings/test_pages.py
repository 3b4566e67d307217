"""The listing pages as a visitor, the firm itself, another firm and a viewer see them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import include, path, reverse
from django.utils import timezone, translation

from listings.match_facts import MatchFacts
from listings.models import Evidence, Kind, Listing, State
from listings.services import change_listing, suspend_listing
from listings.urls import patterns
from marketplace.firms.models import Event
from tests.factories import (
    a_limit,
    a_range,
    make_evidence,
    make_facilitator,
    make_firm,
    make_material,
    make_member,
    make_need,
    make_offer,
    make_park,
    make_property,
    make_region,
    make_site,
    make_use,
    make_user,
    make_waste_code,
    owner_of,
)
from tests.listings import posting_urls

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.listings.posting_urls")]

# For the one test in which matching tells the pages what it knows.
EVERYONE_IS_MATCHED = MatchFacts(
    counts=lambda keys: dict.fromkeys(keys, 7),
    is_matched=lambda _listing, _viewer: True,
    unmatched_count=lambda _viewer: 3,
)
app_name = "listings"
urlpatterns = [
    path("", include((posting_urls.matching, "matching"))),
    path("", include((patterns(EVERYONE_IS_MATCHED), "listings"))),
    path("", include("marketplace.firms.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]


@pytest.fixture(autouse=True)
def _english_afterwards():
    """A page in Chinese leaves its language behind in the thread."""
    yield
    translation.activate("en")


@pytest.fixture
def ash():
    return make_material("coal_fly_ash", name_en="Coal fly ash", name_zh="粉煤灰", synonyms_en="fly ash|PFA")


@pytest.fixture
def site():
    region = make_region("310000", name_en="Shanghai", name_zh="上海市")
    return make_site(make_firm(name_en="Baogang Power", name_zh="宝钢电力"), name="Stack 3", region=region)


@pytest.fixture
def offer(site, ash):
    return make_offer(ash, site=site, price_per_t=Decimal(-35), description="Dry, from the silo")


@pytest.fixture
def own(client, site):
    client.force_login(owner_of(site.firm))
    return client


@pytest.fixture
def stranger(client):
    client.force_login(owner_of(make_site().firm))
    return client


def sent(site, kind=Kind.OFFER, action="publish", **values):
    prefix = "figures" if kind == Kind.OFFER else "limits"
    return {
        "action": action,
        "site": site.pk,
        "material": "Coal fly ash",
        "quantity_amount": "1,200",
        "quantity_period": "month",
        "price_amount": "35",
        "price_direction": "holder",
        "currency": "CNY",
        "description": "Dry, from the silo",
        "scope": "any",
        "price_visibility": "members",
        "firm_visibility": "members",
        "evidence_visibility": "matched",
        "min_quality_level": "0",
        f"{prefix}-TOTAL_FORMS": 0,
        f"{prefix}-INITIAL_FORMS": 0,
        "documents-TOTAL_FORMS": 0,
        "documents-INITIAL_FORMS": 0,
    } | values


def page(client, name, *arguments, language="", **query):
    headers = {"accept-language": language} if language else {}
    return client.get(reverse(name, args=arguments), query, headers=headers)


def text(response):
    return response.content.decode()


# --- home and the public list -----------------------------------------------------------------------------------------


def test_home_tells_a_visitor_what_is_there(client, offer):
    make_need(offer.material, quantity_amount=Decimal(500), quantity_period="year")
    shown = text(page(client, "listings:home"))
    assert "12\u202f000\xa0t" in shown
    assert "500\xa0t" in shown
    assert "Coal fly ash" in shown
    assert "I have a by-product" in shown
    assert "What waits for you" not in shown


def test_home_tells_a_member_what_waits(own, site, ash):
    make_offer(ash, site=site, published=False)
    late = make_offer(ash, site=site)
    Listing.objects.filter(pk=late.pk).update(confirm_by=timezone.localdate() + dt.timedelta(days=3))
    shown = text(page(own, "listings:home"))
    assert "1 draft" in shown
    assert "1 listing to confirm" in shown
    assert "I have a by-product" not in shown


def test_home_leads_a_person_without_a_firm_to_enter_one(client):
    client.force_login(make_user())
    assert "You belong to no firm yet" in text(page(client, "listings:home"))


def test_drafts_and_what_is_over_are_on_no_public_page(client, site, ash):
    make_offer(ash, site=site, published=False, title_en="Secret draft")
    make_offer(ash, site=site, available_to=timezone.localdate() - dt.timedelta(days=1), title_en="Long over")
    for name in ("listings:home", "listings:browse"):
        shown = text(page(client, name))
        assert "Secret draft" not in shown
        assert "Long over" not in shown


def test_rows_hide_from_visitors_what_members_see(client, offer):
    shown = text(page(client, "listings:browse"))
    assert "a holder in Shanghai" in shown
    assert "Baogang" not in shown
    assert "¥35" not in shown
    client.force_login(make_user())
    shown = text(page(client, "listings:browse"))
    assert "Baogang Power" in shown
    assert "holder pays ¥35/t" in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"ash", "need"}),
        ({"kind": "offer"}, {"ash"}),
        ({"kind": "need"}, {"need"}),
        ({"q": "fly ASH"}, {"ash"}),
        ({"q": "煤灰"}, {"ash"}),
        ({"q": "PFA"}, {"ash"}),
        ({"q": "Combustion"}, {"ash"}),
        ({"q": "clinker extender"}, {"need"}),
        ({"q": "100%_"}, set()),
        ({"family": "ash"}, {"ash"}),
        ({"family": "nonsense"}, set()),
        ({"region": "310000"}, {"ash"}),
        ({"kind": "nonsense"}, set()),
        ({"page": "2"}, {"ash", "need"}),
        ({"page": "-1"}, {"ash", "need"}),
        ({"page": "9" * 400}, {"ash", "need"}),
    ],
)
def test_the_list_is_narrowed(client, site, ash, query, found):
    family = make_material("ash", name_en="Combustion ashes", name_zh="燃烧灰渣")
    ash.parent = family
    ash.save()
    make_offer(ash, site=site, title_en="title of ash")
    make_need(use=make_use("cement_scm", name_en="Cement", synonyms_en="clinker extender"), title_en="title of need")
    shown = text(page(client, "listings:browse", **query))
    assert {name for name in ("ash", "need") if f"title of {name}" in shown} == found


def test_the_list_goes_on_page_by_page(client, site, ash):
    for _number in range(26):
        make_offer(ash, site=site)
    first, second = page(client, "listings:browse"), page(client, "listings:browse", page=2)
    assert len(first.context["rows"]) == 25
    assert (first.context["page"].has_next(), first.context["page"].has_previous()) == (True, False)
    assert len(second.context["rows"]) == 1
    assert (second.context["page"].has_next(), second.context["page"].has_previous()) == (False, True)


@pytest.mark.parametrize("name", ["q", "kind", "family", "region", "page"])
def test_the_list_answers_a_question_with_a_null_character(client, offer, name):
    assert page(client, "listings:browse", **{name: "a\0"}).status_code == 200


# --- one listing ------------------------------------------------------------------------------------------------------


def test_a_visitor_sees_the_facts_and_who_may_see_the_rest(client, offer):
    make_evidence(offer)
    shown = text(page(client, "listings:detail", offer.pk))
    assert "Dry, from the silo" in shown
    assert "a holder in Shanghai" in shown
    assert "Shown to: members." in shown
    assert "1 document, shown to: matched firms." in shown
    for hidden in ("Baogang", "Stack 3", "¥35", "31.23", "121.47", owner_of(offer.firm).email):
        assert hidden not in shown


def test_a_public_place_does_not_name_a_firm_that_stays_anonymous(stranger, ash):
    park = make_park(name_en="Baoshan Park")
    site = make_site(at=(31.2345, 121.4789), name="Stack 3", park=park, location_public=True)
    hidden = make_offer(ash, site=site, firm_visibility="party")
    answer = page(stranger, "listings:detail", hidden.pk)
    assert (answer.context["shown"].latitude, answer.context["shown"].longitude) == (31.25, 121.45)
    for secret in ("Stack 3", "Baoshan Park", "31.2345", "121.4789", site.firm.name_en):
        assert secret not in answer.content.decode()
    answer = page(stranger, "listings:detail", make_offer(ash, site=site).pk)
    assert (answer.context["shown"].latitude, answer.context["shown"].longitude) == (31.2345, 121.4789)
    assert "Stack 3" in answer.content.decode()


def test_a_member_sees_the_price_from_both_sides(stranger, offer):
    shown = text(page(stranger, "listings:detail", offer.pk))
    assert "−¥35/t" in shown
    assert "pays the taker ¥35/t" in shown
    assert "receives ¥35/t" in shown
    assert "31.23" not in shown
    assert "Withdraw" not in shown


def test_the_firm_itself_sees_everything_and_may_act(own, offer):
    make_evidence(offer)
    shown = text(page(own, "listings:detail", offer.pk))
    for seen in ("Baogang Power", "Stack 3", "31.23", "Download", "Withdraw", owner_of(offer.firm).email):
        assert seen in shown


def test_a_viewer_sees_its_firms_listing_without_the_actions(client, offer):
    client.force_login(make_member(offer.firm, "viewer"))
    shown = text(page(client, "listings:detail", offer.pk))
    assert "Stack 3" in shown
    assert "Withdraw" not in shown


def test_what_the_firm_pays_now_is_never_shown_to_others(client, site, ash):
    offer = make_offer(ash, site=site, disposal_cost_per_t=Decimal("417"), disposal_route="Landfill Nord")
    member, own_page = make_user(), owner_of(site.firm)
    for viewer, seen in ((member, False), (own_page, True)):
        client.force_login(viewer)
        shown = text(page(client, "listings:detail", offer.pk))
        assert ("417" in shown, "Landfill Nord" in shown) == (seen, seen)


def test_a_draft_is_there_for_its_firm_only(client, site, ash):
    draft = make_offer(ash, site=site, published=False)
    assert page(client, "listings:detail", draft.pk).status_code == 404
    client.force_login(owner_of(make_firm()))
    assert page(client, "listings:detail", draft.pk).status_code == 404
    client.force_login(owner_of(site.firm))
    assert page(client, "listings:detail", draft.pk).status_code == 200


@pytest.mark.parametrize("pk", [10**15, 10**40])
def test_an_unknown_listing_is_not_found(own, pk):
    assert page(own, "listings:detail", pk).status_code == 404
    assert page(own, "listings:evidence", pk).status_code == 404
    assert page(own, "matching:edit", pk).status_code == 404


def test_keys_beyond_any_number_are_only_wrong(own, site, ash):
    huge = "9" * 40
    assert page(own, "matching:post_offer", firm=huge).status_code in (200, 403)
    answer = own.post(reverse("matching:post_offer"), sent(site) | {"site": huge, "region": huge})
    assert answer.status_code == 200
    assert not Listing.objects.exists()


def test_figures_codes_and_doubts_are_shown(own, site, ash):
    loi = make_property("loi", name_en="Loss on ignition", to_verify=True)
    code = make_waste_code("10 01 04", hazardous=True, name_en="oil fly ash")
    measured = a_range(loi, "2", "4", basis="dry", method="GB/T 176", measured=True)
    offer = make_offer(ash, site=site, legal_status="hazardous", codes=[code], measures=[measured])
    shown = text(page(own, "listings:detail", offer.pk))
    for seen in (
        "2 to 4, typically 3",
        "Loss on ignition",
        "dry",
        "measured · GB/T 176",
        "10 01 04",
        "hazardous",
        "to verify",
    ):
        assert seen in shown


def test_the_limits_of_a_need_are_shown(client, site, ash):
    limits = [
        a_limit(make_property("loi"), maximum="5"),
        a_limit(make_property("so3"), "1", "3", hard=False, deduction_per_unit=Decimal("2.5")),
    ]
    need = make_need(ash, site=site, measures=limits)
    shown = text(page(client, "listings:detail", need.pk))
    for seen in (
        "≤ 5",
        "must hold",
        "1 to 3",
        "may be missed: ¥2.50/t off for each % outside",
        "a recycler in Shanghai",
    ):
        assert seen in shown


def test_the_source_of_a_firm_from_a_register_is_named(client, ash):
    for source, words in (("sepa", "Contains SEPA data ©"), ("demo", "an invented firm")):
        offer = make_offer(ash, site=make_site(make_firm(source=source)))
        assert words in text(page(client, "listings:detail", offer.pk))


def test_hostile_text_is_only_text(client, site, ash):
    offer = make_offer(ash, site=site, title_en="<script>alert(1)</script>", description="</script><b>x")
    shown = text(page(client, "listings:detail", offer.pk))
    assert "<script>alert" not in shown
    assert "</script><b>" not in shown


# --- documents --------------------------------------------------------------------------------------------------------


@pytest.fixture
def report(offer, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return make_evidence(offer)


def test_a_document_goes_only_to_those_who_may_see_it(client, report):
    address = reverse("listings:evidence", args=[report.pk])
    assert client.get(address).status_code == 404
    client.force_login(owner_of(make_firm()))
    assert client.get(address).status_code == 404
    client.force_login(owner_of(report.listing.firm))
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert b"".join(answer.streaming_content) == b"%PDF-1.4 test"


def test_a_page_that_came_as_a_document_is_never_served_as_a_page(own, report):
    with open(report.file.path, "wb") as file:
        file.write(b"<html><script>alert(1)</script>")
    answer = own.get(reverse("listings:evidence", args=[report.pk]))
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_document_whose_file_is_gone_is_not_found(own, report):
    report.file.storage.delete(report.file.name)
    assert own.get(reverse("listings:evidence", args=[report.pk])).status_code == 404


def test_a_document_is_removed_on_the_page_of_its_listing(own, report):
    address = reverse("listings:evidence_remove", args=[report.pk])
    assert address in own.get(reverse("matching:edit", args=[report.listing_id])).content.decode()
    assert own.post(address, {"next": "/listings/mine/"})["Location"] == "/listings/mine/"
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("role", ["viewer", ""])
def test_a_document_is_removed_only_by_who_writes_for_the_firm(client, report, role):
    client.force_login(make_member(report.listing.firm, role) if role else owner_of(make_firm()))
    assert client.post(reverse("listings:evidence_remove", args=[report.pk])).status_code == 404
    assert Evidence.objects.get() == report


# --- one's own listings and their moves -------------------------------------------------------------------------------


def test_own_listings_are_for_people_who_are_signed_in(client):
    assert page(client, "listings:mine").status_code == 302


def test_own_listings_are_sorted_by_state(own, site, ash):
    make_offer(ash, site=site, title_en="the published")
    make_offer(ash, site=site, title_en="the draft", published=False)
    make_offer(ash, title_en="of others")
    everything, drafts = text(page(own, "listings:mine")), text(page(own, "listings:mine", state="draft"))
    assert "the published" in everything
    assert "the draft" in everything
    assert "of others" not in everything
    assert "the published" not in drafts
    assert "the draft" in drafts


def test_an_empty_list_says_what_to_do_next(own):
    shown = text(page(own, "listings:mine"))
    assert "You have no listings yet" in shown
    assert reverse("matching:post_offer") in shown


@pytest.mark.parametrize(
    ("verb", "state"), [("confirm", "published"), ("suspend", "suspended"), ("withdraw", "withdrawn")]
)
def test_the_holder_moves_a_listing_with_one_click(own, offer, verb, state):
    Listing.objects.filter(pk=offer.pk).update(confirm_by=timezone.localdate())
    answer = own.post(reverse(f"listings:{verb}", args=[offer.pk]), {"next": "/listings/mine/?state=published"})
    assert answer.url == "/listings/mine/?state=published"
    offer.refresh_from_db()
    assert offer.state == state
    assert (offer.confirm_by > timezone.localdate()) is (verb == "confirm")


@pytest.mark.parametrize("verb", ["confirm", "suspend", "withdraw"])
@pytest.mark.parametrize("who", ["visitor", "stranger", "viewer"])
def test_nobody_else_moves_a_listing(client, offer, verb, who):
    if who != "visitor":
        client.force_login(owner_of(make_firm()) if who == "stranger" else make_member(offer.firm, "viewer"))
    before = Event.objects.count()
    answer = client.post(reverse(f"listings:{verb}", args=[offer.pk]))
    assert answer.status_code == (302 if who == "visitor" else 404)
    offer.refresh_from_db()
    assert offer.state == State.PUBLISHED
    assert Event.objects.count() == before


def test_a_move_is_never_made_by_looking(own, offer):
    assert own.get(reverse("listings:withdraw", args=[offer.pk])).status_code == 405


def test_a_move_that_is_too_late_says_so(own, offer):
    suspend_listing(actor=owner_of(offer.firm), listing=offer)
    answer = own.post(reverse("listings:confirm", args=[offer.pk]), {"next": "https://elsewhere.example/"}, follow=True)
    assert answer.redirect_chain == [(reverse("listings:mine"), 302)]
    assert "This can no longer be done in the present state." in text(answer)


# --- posting ----------------------------------------------------------------------------------------------------------


def test_posting_is_for_people_who_are_signed_in(client):
    answer = page(client, "matching:post_offer")
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")


def test_without_a_firm_a_site_or_a_role_the_page_says_what_is_missing(client, site):
    no_firm, no_site, viewer = make_user(), owner_of(make_firm()), make_member(site.firm, "viewer")
    for user, status, words in (
        (no_firm, 200, "Enter your firm"),
        (no_site, 200, "has no site yet"),
        (viewer, 403, "Your role may look but not post."),
    ):
        client.force_login(user)
        answer = page(client, "matching:post_offer")
        assert answer.status_code == status
        assert words in text(answer)


def test_the_posting_page_opens_for_both_kinds(own, ash):
    assert "I pay the taker" in text(page(own, "matching:post_offer"))
    shown = text(page(own, "matching:post_need"))
    assert "The holder pays me" in shown
    assert '<option value="Coal fly ash">粉煤灰</option>' in shown


def test_five_fields_publish_an_offer(own, site, ash):
    answer = own.post(reverse("matching:post_offer"), sent(site))
    listing = Listing.objects.get()
    assert answer.url == reverse("listings:detail", args=[listing.pk])
    assert (listing.state, listing.kind, listing.firm, listing.material) == ("published", "offer", site.firm, ash)
    assert (listing.quantity_t_per_year, listing.price_per_t) == (Decimal(14400), Decimal(-35))


def test_a_draft_needs_no_material(own, site):
    own.post(reverse("matching:post_need"), sent(site, Kind.NEED, action="save", material=""))
    listing = Listing.objects.get()
    assert (listing.state, listing.material) == ("draft", None)


def test_publishing_without_a_material_keeps_what_was_typed_and_writes_nothing(own, site):
    answer = own.post(reverse("matching:post_offer"), sent(site, material=""))
    shown = text(answer)
    assert "Choose the material before publishing." in shown
    assert 'value="1,200"' in shown
    assert "Dry, from the silo" in shown
    assert '<a href="#id_material">' in shown
    assert not Listing.objects.exists()
    assert not Event.objects.filter(verb__startswith="listing").exists()


def test_an_unclear_material_is_asked_back_and_then_taken(own, site, ash):
    address = reverse("matching:post_offer")
    shown = text(own.post(address, sent(site, material="ash that flies from burning coal")))
    assert "Choose what you mean" in shown
    assert 'value="material:coal_fly_ash"' in shown
    assert not Listing.objects.exists()
    words = "ash that flies from burning coal"
    own.post(address, sent(site, material=words, material_asked=words, material_choice="material:coal_fly_ash"))
    assert Listing.objects.get().material == ash


def test_a_hazardous_code_without_its_status_is_refused(own, site, ash):
    make_waste_code("10 01 04", hazardous=True)
    shown = text(own.post(reverse("matching:post_offer"), sent(site, codes="10 01 04")))
    assert "The waste code is hazardous" in shown
    assert not Listing.objects.exists()


def test_a_bad_row_is_named_above_and_its_group_stands_open(own, site, ash):
    make_property("loi")
    rows = {"figures-TOTAL_FORMS": 1, "figures-0-property": "loi", "figures-0-low": "4", "figures-0-high": "2"}
    answer = own.post(reverse("matching:post_offer"), sent(site, **rows))
    assert '<a href="#id_figures-0-high">Maximum: The range is upside down' in text(answer)
    assert '<details class="fold" id="group-figures" open>' in text(answer)
    assert not Listing.objects.exists()


def test_documents_come_with_the_posting(own, site, ash, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    file = SimpleUploadedFile("report.pdf", b"%PDF-1.4 x")
    rows = {"documents-TOTAL_FORMS": 1, "documents-0-kind": "lab", "documents-0-file": file}
    own.post(reverse("matching:post_offer"), sent(site, **rows))
    assert [evidence.kind for evidence in Listing.objects.get().evidence.all()] == ["lab"]


def test_a_refused_document_leaves_nothing_behind(own, site, ash, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    rows = {"documents-TOTAL_FORMS": 1, "documents-0-file": SimpleUploadedFile("report.pdf", b"<html>")}
    assert "is not a file of these kinds" in text(own.post(reverse("matching:post_offer"), sent(site, **rows)))
    assert not Listing.objects.exists()
    assert not Evidence.objects.exists()
    assert list(tmp_path.iterdir()) == []


def test_more_rows_are_shown_without_scripts_and_nothing_is_saved(own, site, ash):
    ash.default_properties.create(property=make_property("loi"))
    shown = text(own.post(reverse("matching:post_offer"), sent(site, action="rows", quantity_amount="oops")))
    assert '<option value="loi" selected>' in shown
    assert 'value="oops"' in shown
    assert "error-summary" not in shown
    assert not Listing.objects.exists()


@pytest.mark.parametrize("megabytes", [4, 6])
def test_a_flood_of_text_is_refused_and_not_stored(own, site, ash, megabytes):
    answer = own.post(reverse("matching:post_offer"), sent(site, description="x" * megabytes * 1024 * 1024))
    assert answer.status_code == (200 if megabytes < 5 else 400)
    assert not Listing.objects.exists()


def test_the_site_of_another_firm_cannot_be_used(own, ash):
    own.post(reverse("matching:post_offer"), sent(make_site()))
    assert not Listing.objects.exists()


def test_a_listing_is_changed_in_place(own, offer, site):
    answer = page(own, "matching:edit", offer.pk)
    assert 'value="Coal fly ash"' in text(answer)
    own.post(
        reverse("matching:edit", args=[offer.pk]), sent(site, action="save", price_amount="12", price_direction="taker")
    )
    offer.refresh_from_db()
    assert (offer.state, offer.price_per_t) == ("published", Decimal(12))


def test_a_page_opened_before_another_change_does_not_undo_it(own, offer, site):
    address = reverse("matching:edit", args=[offer.pk])
    assert f'name="revision" value="{offer.revision}"' in text(own.get(address))
    first = sent(site, action="save", packing="silo", revision=offer.revision)
    own.post(address, first)
    answer = own.post(address, first | {"packing": "big bags"})
    shown = text(answer)
    assert "Somebody else has changed this listing meanwhile." in shown
    assert f'<a href="{offer.get_absolute_url()}" target="_blank">The listing as it is now</a>' in shown
    assert 'value="big bags"' in shown
    assert Listing.objects.get(pk=offer.pk).packing == "silo"
    assert f'name="revision" value="{offer.revision + 1}"' in shown
    own.post(address, first | {"packing": "big bags", "revision": offer.revision + 1})
    assert Listing.objects.get(pk=offer.pk).packing == "big bags"


def test_clearing_the_material_of_what_is_published_is_refused_in_words(own, offer, site):
    answer = own.post(reverse("matching:edit", args=[offer.pk]), sent(site, action="save", material=""))
    shown = text(answer)
    assert "Choose the material before publishing." in shown
    assert "listing_says_what" not in shown


def test_a_draft_is_published_from_its_page(own, site, ash):
    draft = make_offer(ash, site=site, published=False)
    own.post(reverse("matching:edit", args=[draft.pk]), sent(site))
    draft.refresh_from_db()
    assert draft.state == State.PUBLISHED


def test_nobody_else_changes_a_listing(client, offer, site):
    for user in (owner_of(make_site().firm), make_member(offer.firm, "viewer")):
        client.force_login(user)
        assert page(client, "matching:edit", offer.pk).status_code == 404
        assert client.post(reverse("matching:edit", args=[offer.pk]), sent(site, price_amount="99")).status_code == 404
    offer.refresh_from_db()
    assert offer.price_per_t == Decimal(-35)


def test_a_facilitator_posts_on_behalf_and_it_is_logged(client, site, ash):
    facilitator = make_facilitator()
    client.force_login(facilitator)
    client.post(f"{reverse('matching:post_offer')}?firm={site.firm.pk}", sent(site))
    listing = Listing.objects.get()
    assert (listing.firm, listing.created_by) == (site.firm, facilitator)
    assert Event.objects.about(listing).filter(actor=facilitator, firm=site.firm).exists()


# --- understanding beside the form ------------------------------------------------------------------------------------


def test_the_known_material_is_confirmed_beside(own, ash):
    ash.default_properties.create(property=make_property("loi", basis_default="dry"))
    shown = text(own.post(reverse("listings:understand"), {"kind": "offer", "material": "PFA"}))
    assert "Coal fly ash" in shown
    assert 'data-usual-properties="loi:dry"' in shown


def test_words_that_are_no_name_are_answered_with_candidates(own, ash):
    shown = text(
        own.post(reverse("listings:understand"), {"kind": "offer", "material": "ash that flies from burning coal"})
    )
    assert 'data-fill="material" data-value="Coal fly ash"' in shown


@pytest.mark.parametrize("words", ["", "🙂" * 50, "\x00\x07", "9" * 5000, "%s %(x)s {0}"])
def test_any_text_is_read_without_an_error(own, ash, words):
    sent_text = {"kind": "nonsense", "material": words, "description": words * 20}
    assert own.post(reverse("listings:understand"), sent_text).status_code == 200


def test_understanding_is_for_people_who_are_signed_in(client):
    assert client.post(reverse("listings:understand"), {"material": "PFA"}).status_code == 302


# --- what matching tells ----------------------------------------------------------------------------------------------


@pytest.mark.urls(__name__)
def test_matching_tells_the_pages_what_it_knows(client, offer):
    make_evidence(offer)
    client.force_login(owner_of(make_firm()))
    assert "Download" in text(page(client, "listings:detail", offer.pk))
    assert "3 listings without a match" in text(page(client, "listings:home"))
    client.force_login(owner_of(offer.firm))
    assert '<td class="num" data-label="Matches">7</td>' in text(page(client, "listings:mine"))


# --- speed and languages ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["listings:home", "listings:browse", "listings:mine"])
def test_queries_do_not_grow_with_the_rows(own, site, ash, name):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert page(own, name).status_code == 200
        return len(captured)

    for _number in range(5):
        make_offer(ash, site=site)
    page(own, name)
    few = queries()
    for _number in range(45):
        make_offer(make_material(), site=site)
    page(own, name)  # which reads the new words anew
    assert queries() == few


def test_queries_of_a_listing_do_not_grow_with_its_figures(own, site, ash):
    def queries(figures):
        measures = [a_range(make_property(f"p{figures}_{number}"), "1", "2") for number in range(figures)]
        codes = [make_waste_code(f"{figures:02} {number:02} 01") for number in range(figures)]
        listing = make_offer(ash, site=site, measures=measures, codes=codes)
        with CaptureQueriesContext(connection) as captured:
            page(own, "listings:detail", listing.pk)
            page(own, "matching:edit", listing.pk)
        return len(captured)

    queries(1)
    assert queries(5) == queries(50)


@pytest.mark.parametrize(("language", "seen"), [("en", "Coal fly ash"), ("zh-hans", "粉煤灰")])
def test_every_page_speaks_both_languages(own, offer, language, seen):
    draft = make_offer(offer.material, site=offer.site, published=False)
    addresses = [
        reverse("listings:home"),
        reverse("listings:browse"),
        reverse("listings:mine"),
        reverse("listings:detail", args=[offer.pk]),
        reverse("matching:edit", args=[draft.pk]),
    ]
    for address in addresses:
        answer = own.get(address, headers={"accept-language": language})
        assert answer.status_code == 200
        assert seen in text(answer)


# --- with scripts -----------------------------------------------------------------------------------------------------


@pytest.mark.needs_chromium
@pytest.mark.django_db(transaction=True)
def test_a_click_takes_over_what_was_understood(request, client):
    site = make_site()
    loi = make_property("loi", name_en="Loss on ignition", symbol="LOI", synonyms_en="LOI", basis_default="dry")
    make_material("coal_fly_ash", name_en="Coal fly ash", name_zh="粉煤灰", synonyms_en="fly ash|PFA", properties=[loi])
    client.force_login(owner_of(site.firm))
    window, server = request.getfixturevalue("page"), request.getfixturevalue("live_server")
    window.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}])
    window.goto(reverse("matching:post_offer"))
    window.fill("#id_material", "ash that flies from burning coal")
    window.click("#understanding [data-value='Coal fly ash']")
    window.wait_for_selector("#understanding [data-usual-properties]", state="attached")
    assert window.input_value("#id_material") == "Coal fly ash"
    assert window.input_value("#id_figures-0-property") == "loi"
    window.fill("#id_description", "LOI 3 to 4 %")
    window.click("#understanding [data-take-over='loi']")
    assert [window.input_value(f"#id_figures-0-{end}") for end in ("low", "high")] == ["3", "4"]


def test_the_life_line_says_what_changed_in_the_readers_language():
    offer = make_offer()
    make_evidence(offer)
    change_listing(actor=owner_of(offer.firm), listing=offer, values={"price_per_t": Decimal(5)})
    client = Client(headers={"Accept-Language": "zh-hans"})
    client.force_login(owner_of(offer.firm))
    page = client.get(offer.get_absolute_url()).content.decode()
    assert "检测报告" in page
    assert "price_per_t" not in page
