"""Permits before an officer in the browser, and what the clock of permits writes to their holders."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from marketplace.firms.models import Permit
from tests import factories as make
from tests.cms.walks.conftest import wait_for

pytestmark = [pytest.mark.needs_chromium, pytest.mark.django_db(transaction=True)]


def test_an_officer_works_through_the_queue_and_holders_are_told_before_the_end(
    open_window: Any, mailoutbox: list[Any]
) -> None:
    firm, ends = make.make_firm(), timezone.localdate() + dt.timedelta(days=90)
    document = SimpleUploadedFile("permit.pdf", b"%PDF-1.4 permit", content_type="application/pdf")
    lines = [{"code_from": "10 01 02"}]
    good = make.make_permit(firm, state="draft", number="GOOD-1", valid_to=ends, document=document, lines=lines)
    bad = make.make_permit(firm, state="draft", number="BAD-2")
    officer = make.make_facilitator()
    officer.user_permissions.set(Permission.objects.filter(codename="access_admin"))

    chair = open_window(officer)
    chair.goto("/cms/")
    expect(chair.locator(".office-waiting a", has_text="Permits to verify").locator("strong")).to_have_text("2")
    chair.click(".office-waiting a:has-text('Permits to verify')")
    chair.click(".listing a:has-text('GOOD-1')")
    with chair.expect_download() as download:
        chair.click("dd a:has-text('Download')")
    assert download.value.path().read_bytes() == b"%PDF-1.4 permit"
    chair.click("button:has-text('Verify')")
    wait_for(chair, "The state of the permit is changed.")

    chair.goto("/cms/permits/?state=draft")
    chair.click(".listing a:has-text('BAD-2')")
    expect(chair.locator(".listing")).to_contain_text("It has no lines")
    chair.fill("#reason-revoked", " ")
    chair.click("button:has-text('Reject')")
    wait_for(chair, "Reason: say why")
    chair.fill("#reason-revoked", "The seal of the authority is missing.")
    chair.click("button:has-text('Reject')")
    wait_for(chair, "The state of the permit is changed.")
    holder = open_window(make.owner_of(firm))
    holder.goto(f"/permits/{bad.pk}/")
    expect(holder.locator("main")).to_contain_text("The seal of the authority is missing.")
    assert list(Permit.objects.order_by("pk").values_list("state", flat=True)) == ["verified", "revoked"]

    for days in (91, 90, 30, 7, 1):
        call_command("remind_permits", "--day", str(ends - dt.timedelta(days=days)))
    assert [letter.subject for letter in mailoutbox] == [
        f"Permit {good.number} runs out in {days} days" for days in (90, 30, 7)
    ]
