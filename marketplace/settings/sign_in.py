"""Who is trying to sign in, and from where: what the lock-out counts. Called by django-axes."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpRequest


def login_name(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str | None:
    """The public form sends `login` or `email`, the administration `username`; all three mean the e-mail address."""
    sources = [credentials or {}, request.POST if request else {}]
    for source in sources:
        for field in ("username", "email", "login"):
            if source.get(field):
                return str(source[field]).lower()
    return None


def client_address(request: HttpRequest) -> str | None:
    """Only the proxies we are told of (LOOPYARD_TRUSTED_PROXIES) may name another address than the connection's.

    A sign-in started by a program, without a connection, comes from nowhere.
    """
    return str(get_adapter(request).get_client_ip(request)) if "REMOTE_ADDR" in request.META else None
