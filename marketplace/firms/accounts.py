"""What an account keeps beyond allauth's own: the language its letters are written in."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST
from django.views.i18n import LANGUAGE_QUERY_PARAMETER, set_language

from .models import User


class AccountAdapter(DefaultAccountAdapter):
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.language = _known(get_language())
        return super().save_user(request, user, form, commit)


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Django's own switch; for a person who is signed in the choice is kept for letters too."""
    language = _known(request.POST.get(LANGUAGE_QUERY_PARAMETER))
    if language and request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(language=language)
    return set_language(request)


def _known(language: str | None) -> str:
    return language if language in dict(settings.LANGUAGES) else ""
