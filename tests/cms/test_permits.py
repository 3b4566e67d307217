"""Permits before an officer, and what their holders are told before the last day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from marketplace.firms.expiry import remind_of_expiry
from marketplace.firms.models import PermitNotice
from tests import factories as make
from tests.clients import client_of
from tests.cms.people import member_of

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 3, 1)


def move(client: Any, permit: Any, **posted: Any) -> str:
    client.post(reverse("permits:move", args=[permit.pk]), posted)
    permit.refresh_from_db()
    return str(permit.state)


def test_an_officer_verifies_a_permit_whose_document_was_seen() -> None:
    permit = make.make_permit(make.make_firm(), state="draft", lines=[{"code_from": "10 01 02"}])
    officer = client_of(member_of("Permit officers", is_facilitator=True))
    assert permit.number in officer.get(reverse("permits:index")).content.decode()
    assert officer.get(reverse("permits:inspect", args=[permit.pk])).status_code == 200
    assert move(officer, permit, state="verified") == "draft"
    assert move(officer, permit, state="verified", seen="1") == "verified"
    assert move(officer, permit, state="suspended") == "verified"
    assert move(officer, permit, state="suspended", reason="Fee not paid.") == "suspended"


def test_a_permit_is_rejected_with_a_reason_that_its_holder_reads() -> None:
    permit = make.make_permit(make.make_firm(), state="draft")
    officer = client_of(member_of("Permit officers", is_facilitator=True))
    assert "Reject" in officer.get(reverse("permits:inspect", args=[permit.pk])).content.decode()
    assert move(officer, permit, state="revoked", reason=" ") == "draft"
    assert move(officer, permit, state="revoked", reason="The seal is missing.") == "revoked"
    holder = client_of(make.owner_of(permit.firm))
    assert "The seal is missing." in holder.get(reverse("firms:permit", args=[permit.pk])).content.decode()


def test_nobody_else_sees_or_moves_a_permit() -> None:
    permit = make.make_permit(make.make_firm(), state="draft")
    for client in (client_of(None), client_of(member_of("Register officers")), client_of(make.owner_of(permit.firm))):
        assert client.get(reverse("permits:inspect", args=[permit.pk])).status_code == 302
        assert move(client, permit, state="verified", seen="1") == "draft"


def test_holders_are_told_90_30_and_7_days_ahead_each_once() -> None:
    permit = make.make_permit(make.make_firm(), valid_to=DAY + dt.timedelta(days=90))
    told = [remind_of_expiry(DAY + dt.timedelta(days=passed)).sent for passed in (-1, 0, 1, 59, 60, 61, 83, 84, 90, 91)]
    assert told == [0, 1, 0, 0, 1, 0, 1, 0, 0, 0]
    assert list(PermitNotice.objects.order_by("pk").values_list("days_ahead", flat=True)) == [90, 30, 7]
    assert mail.outbox[0].subject == f"Permit {permit.number} runs out in 90 days"
    assert f"/permits/{permit.pk}/" in mail.outbox[0].body


def test_only_verified_permits_with_an_end_are_spoken_of() -> None:
    firm = make.make_firm()
    make.make_permit(firm, state="draft", valid_to=DAY + dt.timedelta(days=5))
    make.make_permit(firm)
    assert remind_of_expiry(DAY).notices == 0
    assert mail.outbox == []
