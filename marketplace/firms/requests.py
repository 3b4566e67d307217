"""The type of a request that `login_required` has let through."""

from __future__ import annotations

from django.http import HttpRequest

from .models import User


class MemberRequest(HttpRequest):
    user: User
