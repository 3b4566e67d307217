"""Browsers without a window."""

from __future__ import annotations

import html
import re
from typing import Any

from django.test import Client

from marketplace.firms.models import User


def client_of(user: User | None) -> Client:
    """Signed in as that person; as nobody for None."""
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def filled_in(form: Any) -> dict[str, Any]:
    """What a browser would send of this form untouched: its fields, and what it showed of them where it keeps that."""
    said = {name: form[name].value() for name in form.fields}
    shown = re.findall(r'name="([^"]+)"(?: value="([^"]*)")?', getattr(form, "shown", ""))
    return {name: value for name, value in said.items() if value is not None and value is not False} | {
        name: html.unescape(value) for name, value in shown
    }
