"""Pages of firms as a stranger, a member of another firm, the wrong role and the right one see them."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.firms.models import Event, Firm, Membership, Permit, PermitState, Role, Site, User
from tests import factories

pytestmark = pytest.mark.django_db

FIRM_PAGES = ("change", "site_add", "permit_add", "member_add")
SITE = {"name": "Kiln 1", "country": "CN", "latitude": "23.03", "longitude": "113.74", "datum": "wgs84"}


def url(name, *args):
    return reverse(f"firms:{name}", args=args)


def permit_data(**values):
    lines = {"lines-TOTAL_FORMS": "12", "lines-INITIAL_FORMS": "0"}
    line = {"scheme": "EWC", "code_from": "10 01 02", "operation": factories.make_operation().pk}
    lines |= {f"lines-0-{name}": value for name, value in line.items()}
    return {"kind": "waste", "number": "P-1", "authority": "Bureau", "valid_from": "2026-01-01"} | lines | values


def records():
    return {model: list(model.objects.order_by("pk").values()) for model in (Firm, Site, Permit, Membership, Event)}


# --- who may open and change what -------------------------------------------------------------------------------------


def test_a_stranger_is_sent_to_sign_in_from_every_page_but_the_public_one(client):
    site = factories.make_site()
    permit = factories.make_permit(site.firm)
    private = [url(name, site.firm.pk) for name in FIRM_PAGES]
    private += [url(name) for name in ("start", "mine", "create", "site_add")]
    private += [url("site_change", site.pk), url("permit", permit.pk), url("permit_document", permit.pk)]
    for address in private:
        assert client.get(address)["Location"] == f"{reverse('account_login')}?next={address}"
    assert client.get(url("detail", site.firm.pk)).status_code == 200


@pytest.mark.parametrize("role", ["stranger", Role.VIEWER, Role.DISPATCHER, Role.TRADER])
def test_who_is_not_an_owner_changes_neither_record_nor_permits_nor_members(client, role):
    firm = factories.make_firm()
    client.force_login(factories.make_user() if role == "stranger" else factories.make_member(firm, role))
    other = factories.make_user()
    before = records()
    sent = {
        "change": {"country": "CN", "name_en": "Mine now"},
        "permit_add": permit_data(),
        "member_add": {"email": other.email, "role": "owner"},
    }
    for name, data in sent.items():
        assert client.get(url(name, firm.pk)).status_code == 404
        assert client.post(url(name, firm.pk), data).status_code == 404
    assert records() == before


@pytest.mark.parametrize(("role", "status"), [("stranger", 404), (Role.VIEWER, 404), (Role.TRADER, 302)])
def test_sites_are_changed_by_owners_and_traders_only(client, role, status):
    site = factories.make_site(name="Old name")
    client.force_login(factories.make_user() if role == "stranger" else factories.make_member(site.firm, role))
    assert client.post(url("site_change", site.pk), SITE).status_code == status
    assert client.post(url("site_add", site.firm.pk), SITE).status_code == status
    site.refresh_from_db()
    assert site.name == ("Kiln 1" if status == 302 else "Old name")
    assert site.firm.sites.count() == (2 if status == 302 else 1)


def test_the_holder_of_a_permit_does_not_verify_it(client):
    firm = factories.make_firm()
    permit = factories.make_permit(firm, state=PermitState.DRAFT)
    before = records()
    client.force_login(factories.owner_of(firm))
    assert client.post(url("permit_move", permit.pk), {"state": "verified"}).status_code == 403
    client.force_login(factories.make_user())
    assert client.post(url("permit_move", permit.pk), {"state": "verified"}).status_code == 404
    assert records() == before


def test_an_officer_verifies_and_the_life_line_says_so(client):
    permit = factories.make_permit(factories.make_firm(), state=PermitState.DRAFT)
    client.force_login(factories.make_facilitator())
    response = client.post(url("permit_move", permit.pk), {"state": "verified"}, follow=True)
    permit.refresh_from_db()
    assert permit.state == PermitState.VERIFIED
    assert "verified the permit" in response.content.decode()


def test_a_move_that_the_state_does_not_allow_changes_nothing(client):
    permit = factories.make_permit(factories.make_firm(), state=PermitState.REVOKED)
    client.force_login(factories.make_facilitator())
    response = client.post(url("permit_move", permit.pk), {"state": "verified"}, follow=True)
    assert "This can no longer be done in the present state." in response.content.decode()
    assert client.post(url("permit_move", permit.pk), {"state": "nonsense"}).status_code == 404
    permit.refresh_from_db()
    assert permit.state == PermitState.REVOKED


def test_reading_never_writes_and_writing_needs_the_token(client):
    firm = factories.make_firm()
    owner = factories.owner_of(firm)
    client.force_login(owner)
    before = records()
    for name in FIRM_PAGES:
        assert client.get(url(name, firm.pk), {"country": "CN", "name_en": "Changed"}).status_code == 200
    assert client.get(url("permit_move", factories.make_permit(firm).pk)).status_code == 405
    assert records()[Firm] == before[Firm]
    strict = type(client)(enforce_csrf_checks=True)
    strict.force_login(owner)
    assert strict.post(url("create"), {"country": "CN", "name_en": "B"}).status_code == 403


# --- the way in -------------------------------------------------------------------------------------------------------


@pytest.fixture
def without_confirmation(settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"


@pytest.mark.usefixtures("without_confirmation")
def test_from_signing_up_to_posting(client):
    password = "a long pass phrase"  # noqa: S105
    page = client.get(reverse("account_signup")).content.decode()
    assert f'name="next" value="{url("start")}"' in page
    data = {"email": "new@example.org", "password1": password, "password2": password, "next": url("start")}
    response = client.post(reverse("account_signup"), data, follow=True)
    assert response.redirect_chain[-1][0] == url("create")

    response = client.post(url("create"), {"country": "CN", "name_zh": "新厂", "former_names": "旧厂"})
    firm = Firm.objects.get(name_zh="新厂")
    assert response["Location"] == url("site_add", firm.pk)
    assert client.get(url("start"))["Location"] == url("site_add", firm.pk)
    assert [str(name) for name in firm.former_names.all()] == ["旧厂"]
    assert Membership.objects.get(firm=firm).user == User.objects.get(email="new@example.org")

    client.post(url("site_add", firm.pk), SITE)
    assert Site.objects.get(firm=firm).latitude == 23.03
    assert client.get(url("start"))["Location"] == "/"


def test_the_link_to_add_a_site_finds_the_firm(client):
    user = factories.make_user()
    client.force_login(user)
    assert client.get(url("site_add"))["Location"] == url("create")
    firm = factories.make_firm(user)
    assert client.get(url("site_add"))["Location"] == url("site_add", firm.pk)
    factories.make_firm(user)
    assert client.get(url("site_add"))["Location"] == url("mine")


def test_a_site_gets_the_nearest_region_unless_one_is_chosen(client):
    dongguan = factories.make_region("441900", level="prefecture", latitude=23.02, longitude=113.75)
    guangzhou = factories.make_region("440100", level="prefecture", latitude=23.13, longitude=113.26)
    firm = factories.make_firm()
    client.force_login(factories.owner_of(firm))
    client.post(url("site_add", firm.pk), SITE)
    client.post(url("site_add", firm.pk), SITE | {"name": "Kiln 2", "region": "440100"})
    assert {site.name: site.region for site in firm.sites.all()} == {"Kiln 1": dongguan, "Kiln 2": guangzhou}


def test_bad_input_is_kept_and_explained(client):
    firm = factories.make_firm()
    client.force_login(factories.owner_of(firm))
    page = client.post(url("site_add", firm.pk), SITE | {"latitude": "1,2,3"}).content.decode()
    assert "“1,2,3” is not an angle in degrees." in page
    assert 'value="1,2,3"' in page
    assert firm.sites.count() == 0


# --- permits and members ----------------------------------------------------------------------------------------------


def test_a_permit_is_entered_with_its_lines_and_its_document(client):
    firm = factories.make_firm()
    client.force_login(factories.owner_of(firm))
    document = SimpleUploadedFile("permit.pdf", b"%PDF-1.7 paper")
    response = client.post(url("permit_add", firm.pk), permit_data(document=document))
    permit = Permit.objects.get(firm=firm)
    assert response["Location"] == url("permit", permit.pk)
    assert (permit.state, permit.lines.get().key_from) == (PermitState.DRAFT, "100102")
    download = client.get(url("permit_document", permit.pk))
    assert download["Content-Disposition"].startswith("attachment;")
    assert b"".join(download.streaming_content) == b"%PDF-1.7 paper"
    permit.document.storage.delete(permit.document.name)
    assert client.get(url("permit_document", permit.pk)).status_code == 404


def test_a_permits_document_is_only_for_its_firm(client):
    document = SimpleUploadedFile("permit.pdf", b"%PDF-1.7 paper")
    permit = factories.make_permit(factories.make_firm(), state="draft", document=document)
    client.force_login(factories.make_user())
    assert client.get(url("permit_document", permit.pk)).status_code == 404


def test_a_disguised_document_and_a_used_number_are_refused(client):
    firm = factories.make_firm()
    factories.make_permit(firm, number="P-1")
    client.force_login(factories.owner_of(firm))
    document = SimpleUploadedFile("permit.pdf", b"<html><script>")
    page = client.post(url("permit_add", firm.pk), permit_data(document=document)).content.decode()
    assert "“permit.pdf” is not a file of these kinds: pdf, png, jpg." in page
    assert client.post(url("permit_add", firm.pk), permit_data()).status_code == 200
    assert firm.permits.count() == 1


def test_an_owner_adds_a_member(client):
    firm = factories.make_firm()
    person = factories.make_user("colleague@example.org")
    client.force_login(factories.owner_of(firm))
    client.post(url("member_add", firm.pk), {"email": "Colleague@example.org", "role": "viewer"})
    assert person.memberships.get().role == Role.VIEWER


def test_the_answer_does_not_tell_whether_an_address_has_an_account(
    client, mailoutbox, django_capture_on_commit_callbacks
):
    firm = factories.make_firm(name_en="Kiln Works", name_zh="")
    factories.make_user("known@example.org")
    client.force_login(factories.owner_of(firm))
    answers = []
    for name in ("known", "nobody", "nobody"):
        with django_capture_on_commit_callbacks(execute=True):
            sent = {"email": f"{name}@example.org", "role": "viewer"}
            answer = client.post(url("member_add", firm.pk), sent, headers={"accept-language": "en"})
        answers.append((answer["Location"], [str(told) for told in get_messages(answer.wsgi_request)][-1]))
    assert answers[0] == (url("mine"), answers[1][1].replace("nobody", "known"))
    assert answers[1] == answers[2]
    (letter,) = mailoutbox
    assert (letter.to, letter.subject) == (["nobody@example.org"], "Kiln Works invites you to Loopyard")
    assert "http://testserver/accounts/signup/" in letter.body
    assert firm.memberships.count() == 2


def test_an_owner_removes_a_member_and_members_leave(client):
    firm = factories.make_firm()
    people = [factories.make_member(firm, role) for role in ("trader", "viewer")]
    client.force_login(people[1])
    assert client.get(url("mine")).content.decode().count("/remove/") == 1
    client.post(url("member_remove", firm.pk, people[1].memberships.get().pk))
    client.force_login(factories.owner_of(firm))
    assert client.get(url("mine")).content.decode().count("/remove/") == 1
    client.post(url("member_remove", firm.pk, people[0].memberships.get().pk))
    assert [row.role for row in firm.memberships.all()] == ["owner"]
    verbs = Event.objects.about(firm).filter(verb="firm.member_removed").values_list("actor", "change")
    assert set(verbs) == {
        (person.pk, str(gone)) for person, gone in [(people[1], people[1]), (factories.owner_of(firm), people[0])]
    }


def test_the_last_owner_stays(client):
    firm = factories.make_firm()
    owner = factories.owner_of(firm)
    client.force_login(owner)
    answer = client.post(url("member_remove", firm.pk, owner.memberships.get().pk))
    assert [told.level_tag for told in get_messages(answer.wsgi_request)] == ["error"]
    assert firm.memberships.get().user == owner


@pytest.mark.parametrize("role", [Role.TRADER, Role.VIEWER])
def test_only_an_owner_removes_others(client, role):
    firm = factories.make_firm()
    factories.make_member(firm, Role.OWNER)
    client.force_login(factories.make_member(firm, role))
    before = records()
    key = factories.owner_of(firm).memberships.get().pk
    assert client.post(url("member_remove", firm.pk, key)).status_code == 403
    assert records() == before


def test_a_member_of_another_firm_is_not_removed_through_this_one(client):
    firm, other = factories.make_firm(), factories.make_firm()
    client.force_login(factories.owner_of(firm))
    key = factories.make_member(other).memberships.get().pk
    assert client.post(url("member_remove", firm.pk, key)).status_code == 404
    assert other.memberships.count() == 2


# --- what others see --------------------------------------------------------------------------------------------------


def test_a_hidden_site_is_only_a_number_to_others_and_exact_to_its_people(client):
    site = factories.make_site(at=(23.0312, 113.7498), name="Secret kiln", address="Kiln Road 1")
    factories.make_site(site.firm, at=(30.5, 114.3), name="Open yard", location_public=True)
    page = client.get(url("detail", site.firm.pk), headers={"accept-language": "en"}).content.decode()
    assert "1 site is kept private." in page
    assert "Open yard" in page and "30.50000" in page
    for secret in ("Secret kiln", "Kiln Road", "23.0", "113.7"):
        assert secret not in page
    client.force_login(factories.owner_of(site.firm))
    page = client.get(url("detail", site.firm.pk)).content.decode()
    assert "Secret kiln" in page and "23.03120" in page


def test_listings_that_hide_the_firm_are_not_counted_on_its_page(client):
    site = factories.make_site()
    material = factories.make_material(name_en="granulated slag")
    for visibility in ("public", "members", "party"):
        factories.make_offer(material, site=site, firm_visibility=visibility)
    address = url("detail", site.firm.pk)
    assert client.get(address).context["listing_count"] == 1
    client.force_login(factories.make_user())
    assert client.get(address).context["listing_count"] == 2
    client.force_login(factories.owner_of(site.firm))
    assert client.get(address).context["listing_count"] == 3


def test_people_papers_and_events_stay_inside(client):
    firm = factories.make_firm()
    permit = factories.make_permit(firm)
    for person in (None, factories.make_user()):
        if person:
            client.force_login(person)
        page = client.get(url("detail", firm.pk)).content.decode()
        assert permit.number not in page
        assert factories.owner_of(firm).email not in page
    assert client.get(url("permit", permit.pk)).status_code == 404


def test_register_data_carry_their_attribution(client):
    text = (
        "Contains SEPA data © Scottish Environment Protection Agency and database right, "
        "reworked by Data Commons Scotland"
    )
    assert text in client.get(url("detail", factories.make_firm(source="sepa").pk)).content.decode()
    assert text not in client.get(url("detail", factories.make_firm().pk)).content.decode()


def test_names_from_outside_are_escaped(client):
    firm = factories.make_firm(name_en="<script>alert(1)</script>", about="<img src=x>")
    page = client.get(url("detail", firm.pk)).content.decode()
    assert "<script>alert(1)" not in page and "<img src=x>" not in page


def test_an_officer_finds_the_permits_that_wait(client):
    permit = factories.make_permit(factories.make_firm(), state=PermitState.DRAFT)
    address = url("mine")
    client.force_login(factories.make_facilitator())
    assert permit.number in client.get(address).content.decode()
    client.force_login(factories.make_user())
    assert permit.number not in client.get(address).content.decode()


def test_suggestions_follow_the_typing_and_unknown_kinds_are_not_there(client):
    factories.make_park(name_en="Songshan <b>Lake")
    page = client.get(url("suggest", "park"), {"park": "songs"}).content.decode()
    assert '<option value="Songshan &lt;b&gt;Lake">' in page
    assert client.get(url("suggest", "park"), {"park": ""}).content.decode().strip() == ""
    assert client.get(url("suggest", "user"), {"user": "a"}).status_code == 404
    assert client.get(url("suggest", "park"), {"park": "songs\0"}).content.decode() == page
    assert client.get(url("suggest", "park"), {"park": "\0"}).content.decode().strip() == ""


# --- all pages --------------------------------------------------------------------------------------------------------


def full_firm(size):
    region = factories.make_region(f"44{size:04}", name_zh="东莞市")
    firm = factories.make_firm()
    for _number in range(size):
        site = factories.make_site(firm, region=region, park=factories.make_park(region), location_public=True)
        factories.make_offer(site=site, firm_visibility="public")
        factories.make_permit(firm, lines=[{"code_from": "10 01 02"}, {"code_from": "10 02", "site": site}])
        factories.make_member(firm)
    return firm


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", ["detail", "mine", "permit_add", "site_add"])
def test_the_number_of_queries_does_not_grow_with_the_firm(client, name):
    counts = []
    for size in (1, 6):
        firm = full_firm(size)
        client.force_login(factories.owner_of(firm))
        counts.append(queries(client, url(name) if name == "mine" else url(name, firm.pk)))
    assert counts[0] == counts[1]
    assert counts[0] <= 22


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_is_drawn_in_both_languages(client, settings, language):
    settings.LANGUAGE_CODE = language
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: language})
    addresses = [reverse(name) for name in ("account_login", "account_signup", "account_reset_password")]
    firm = full_firm(1)
    owner = factories.owner_of(firm)
    assert [client.get(address).status_code for address in addresses] == [200, 200, 200]
    EmailAddress.objects.create(user=owner, email=owner.email, verified=True, primary=True)
    client.force_login(owner)
    pages = [url(name, firm.pk) for name in (*FIRM_PAGES, "detail")] + [url("mine"), url("create")]
    pages += [url("site_change", firm.sites.get().pk), url("permit", firm.permits.get().pk)]
    pages += [reverse(name) for name in ("account_email", "account_change_password", "mfa_index", "account_logout")]
    for address in pages:
        response = client.get(address)
        assert response.status_code == 200, address
        assert f'lang="{"zh-Hans" if language == "zh-hans" else "en"}"' in response.content.decode()


def test_one_time_codes_ask_for_the_password_once_more_and_are_switched_on(client):
    user = factories.make_user()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client.force_login(user)
    activate = reverse("mfa_activate_totp")
    assert "Is it still you?" in client.get(activate, follow=True).content.decode()
    client.post(reverse("account_reauthenticate"), {"password": factories.PASSWORD})
    page = client.get(activate)
    assert "Scan this picture" in page.content.decode()
    code = format_hotp_value(hotp_value(page.context["form"].secret, next(yield_hotp_counters_from_time())))
    assert client.post(activate, {"code": code}).status_code == 302
    assert "switched on" in client.get(reverse("mfa_index")).content.decode()
    for name in ("mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp"):
        assert client.get(reverse(name)).status_code == 200
