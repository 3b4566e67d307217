"""The administration at /admin/: accounts, and nothing that the back office keeps."""

import pytest
from django.contrib import admin
from django.urls import reverse

from marketplace.firms.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db
OURS = {"firms", "listings", "matching", "registers", "cms"}


def test_nothing_of_ours_but_accounts_is_edited_there():
    assert [model for model in admin.site._registry if model._meta.app_label in OURS] == [User]


def test_a_superuser_makes_a_facilitator_and_nobody_else_does(client):
    person, staff = make_user(), make_user(is_staff=True)
    url = reverse("admin:firms_user_change", args=[person.pk])
    values = {"first_name": "", "last_name": "", "is_active": "on", "is_facilitator": "on"}
    client.force_login(staff)
    assert client.post(url, values).status_code == 403
    person.refresh_from_db()
    assert not person.is_facilitator
    client.force_login(make_user(is_staff=True, is_superuser=True))
    assert client.post(url, values).status_code == 302
    person.refresh_from_db()
    assert person.is_facilitator
