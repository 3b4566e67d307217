"""Windows of the real browser, and a small market for them to walk through."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from marketplace.firms.models import User
from tests.browser.market import Market, few_rows, make_market, rows_of_the_reference
from tests.served import LONGEST_S

LANGUAGES = {"en": "en-GB", "zh-hans": "zh-CN"}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

OpenWindow = Callable[..., Any]


@pytest.fixture
def market(transactional_db: None) -> Market:
    return make_market(few_rows())


@pytest.fixture
def real_market(transactional_db: None) -> Market:
    """On the whole reference data, which takes seconds to load: for tests in which sentences are understood."""
    call_command("load_reference_data")
    return make_market(rows_of_the_reference())


@pytest.fixture
def open_window(chromium: Any, live_server: Any, one_request_at_a_time: Any) -> Iterator[OpenWindow]:
    """`open_window(user=None, language="en", **options of the browser)`; a script error on any page fails the test."""
    contexts: list[Any] = []
    errors: list[str] = []

    def open_one(user: User | None = None, language: str = "en", **options: Any) -> Any:
        context = chromium.new_context(base_url=live_server.url, locale=LANGUAGES[language], **options)
        contexts.append(context)
        if user is not None:
            context.add_cookies([session_cookie(user, live_server.url)])
        window = context.new_page()
        window.set_default_timeout(1000 * LONGEST_S)
        window.on("pageerror", lambda error: errors.append(f"{window.url}: {error}"))
        return window

    yield open_one
    for context in contexts:
        context.close()
    assert errors == []


def session_cookie(user: User, url: str) -> dict[str, str]:
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}
