"""The yearly self-check: who is reminded of it, and when the reminder is done."""

from __future__ import annotations

import datetime as dt
from smtplib import SMTPException
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from cms.registers.linking import link_firm
from cms.registers.models import Entry
from cms.registers.self_checks import open_self_checks, remind_of_self_checks
from marketplace.firms.letters import Post
from marketplace.firms.models import Firm
from tests import factories as make
from tests.registers.registry import added, make_keeper, make_list, publish_now

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 3, 1)


@pytest.fixture
def firm() -> Firm:
    keeper = make_keeper()
    publish_now(keeper, make_list(self_check_month=3), added("甲公司"))
    found = make.make_firm()
    link_firm(actor=keeper, entry=Entry.objects.get(), firm=found)
    assert open_self_checks(DAY) == 1
    return found


def test_owners_are_reminded_once_and_closed_accounts_are_not_written_to(firm: Firm) -> None:
    closed = make.make_member(firm, role="owner")
    closed.is_active = False
    closed.save()
    assert [remind_of_self_checks(DAY), remind_of_self_checks(DAY)] == [Post(sent=1), Post()]
    assert [letter.to for letter in mail.outbox] == [[make.owner_of(firm).email]]


def test_a_letter_that_was_not_taken_is_counted_and_tried_again(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_letter: Any) -> None:
        raise SMTPException

    with monkeypatch.context() as patched:
        patched.setattr(EmailMessage, "send", refuse)
        assert remind_of_self_checks(DAY) == Post(unsent=1)
    assert remind_of_self_checks(DAY) == Post(sent=1)
