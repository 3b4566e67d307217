"""The door of the back office, and what its pages may load."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

ENTER = "wagtailadmin.access_admin"
PREFIX = "/cms/"
# Wagtail writes styles and scripts into its pages, shows previews of ours in a frame and pictures before their upload.
POLICY = {
    "script-src": ["'self'", "'unsafe-inline'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "frame-src": ["'self'"],
    "frame-ancestors": ["'self'"],
}
Answer = Callable[[HttpRequest], HttpResponse]


def sign_in(request: HttpRequest) -> HttpResponse:
    """Strangers go through the site's own door (confirmed address, one-time code, lock); others wait outside."""
    if not request.user.is_authenticated:
        return redirect_to_login(get_next_redirect_url(request) or PREFIX, login_url=settings.LOGIN_URL)
    if not request.user.has_perm(ENTER):
        raise PermissionDenied
    return redirect(get_next_redirect_url(request) or PREFIX)


def loosen_policy(get_response: Answer) -> Answer:
    """Middleware inside of `CSPMiddleware`: the looser policy holds below `/cms/` and nowhere else."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path_info.startswith(PREFIX):
            response._csp_replace = POLICY  # type: ignore[attr-defined]
        return response

    return answer
