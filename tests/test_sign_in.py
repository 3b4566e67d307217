"""Signing in with an e-mail address, and the lock after repeated wrong passwords."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth import get_user_model
from django.test import Client

PASSWORD = "a-long-enough-phrase"  # noqa: S105


@pytest.fixture
def account(db):
    user = get_user_model().objects.create_user("anna@example.org", PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def sign_in(client: Client, password: str, address: str = "192.0.2.1"):
    return client.post(
        "/accounts/login/", {"login": "anna@example.org", "password": password}, REMOTE_ADDR=address, follow=False
    )


def test_email_and_password_sign_in(client, account):
    assert sign_in(client, PASSWORD).status_code == 302
    assert client.session["_auth_user_id"] == str(account.pk)


def test_unconfirmed_email_is_not_enough(client, account):
    EmailAddress.objects.update(verified=False)
    assert sign_in(client, PASSWORD).headers["Location"] == "/accounts/confirm-email/"
    assert "_auth_user_id" not in client.session


def test_fifth_wrong_password_locks_even_the_right_one_out(client, account):
    answers = [sign_in(client, "wrong").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    assert sign_in(client, PASSWORD).status_code == 429
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("verified", [True, False])
def test_the_administration_has_no_door_of_its_own(client, account, verified):
    get_user_model().objects.update(is_staff=True)
    EmailAddress.objects.update(verified=verified)
    TOTP.activate(account, "JBSWY3DPEHPK3PXP")
    answer = client.post("/admin/login/?next=/admin/", {"username": account.email, "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/?next=%2Fadmin%2F")
    assert "_auth_user_id" not in client.session


def test_who_is_signed_in_without_rights_is_not_asked_again_at_the_administration(client, account):
    client.force_login(account)
    assert client.get("/admin/login/").status_code == 403


def test_lock_holds_for_one_address_only(client, account):
    for _ in range(5):
        sign_in(client, "wrong")
    assert sign_in(client, PASSWORD, address="192.0.2.2").status_code == 302


def test_right_password_forgets_earlier_mistakes(client, account):
    for _ in range(4):
        sign_in(client, "wrong")
    sign_in(client, PASSWORD)
    client.logout()
    assert sign_in(client, "wrong").status_code == 200


def test_forwarded_address_is_not_believed_without_a_proxy_of_ours(client, account):
    for number in range(5):
        answer = client.post(
            "/accounts/login/",
            {"login": "anna@example.org", "password": "wrong"},
            REMOTE_ADDR="192.0.2.1",
            headers={"x-forwarded-for": f"198.51.100.{number}"},
        )
    assert answer.status_code == 429


def test_every_page_carries_the_content_security_policy(client, db):
    policy = client.get("/accounts/login/").headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
