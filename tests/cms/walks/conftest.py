"""The windows of the browser tests, and a clock that can be put forward."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from threading import Lock
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from marketplace.firms.models import User
from tests import factories as make
from tests.browser.conftest import open_window

__all__ = ["open_window"]

EDITOR, OFFICER = ("access_admin", "prepare_registers"), ("access_admin", "prepare_registers", "decide_registers")


@pytest.fixture
def editor(transactional_db: None) -> User:
    return keeper(EDITOR)


@pytest.fixture
def officer(transactional_db: None) -> User:
    return keeper(OFFICER)


def keeper(codes: tuple[str, ...]) -> User:
    """Rights one by one: the groups of the migrations are gone once a test has emptied the database."""
    user = make.make_user()
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    return User.objects.get(pk=user.pk)


@pytest.fixture
def set_day(monkeypatch: pytest.MonkeyPatch, one_request_at_a_time: Lock) -> Callable[[dt.date], None]:
    """`set_day(day)`: from now on it is that day, and the clock of the registers has run."""

    def go_to(day: dt.date) -> None:
        with one_request_at_a_time:
            monkeypatch.setattr(timezone, "localdate", lambda *_args, **_options: day)
            call_command("keep_registers", verbosity=0)

    return go_to


def fill_date(page: Any, field: str, text: str) -> None:
    """The calendar opens a moment after its field has the focus, and lies over what is to be pressed next."""
    calendar = page.locator(".xdsoft_datetimepicker:visible")
    page.fill(field, text)
    expect(calendar).to_be_visible()
    page.press(field, "Tab")
    expect(calendar).to_have_count(0)
    expect(page.locator(field)).to_have_value(text)


def wait_for(page: Any, text: str) -> None:
    """What the back office says at the top after a step."""
    page.locator(".messages li", has_text=text).wait_for()
