"""A page asked for by its address in another language: where the switch of languages leads when addresses differ."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from wagtail.models import Locale, Page

from .models import HomePage

Answer = Callable[[HttpRequest], HttpResponse]


def lead_to_translation(get_response: Answer) -> Answer:
    """Middleware: instead of "not found" the translation or, where there is none, the section that would hold it."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        match = request.resolver_match
        if response.status_code != 404 or match is None or match.url_name != "wagtail_serve":
            return response
        page = _meant(request, match.args[0] if match.args else "")
        return redirect(page.url) if page is not None else response

    return answer


def _meant(request: HttpRequest, path: str) -> Page | None:
    components = [part for part in path.split("/") if part]
    for home in HomePage.objects.live().exclude(locale__language_code=get_language()):
        try:
            found = home.route(request, components).page
        except Http404:
            continue
        return _translated(found)
    return None


def _translated(page: Page) -> Page | None:
    """The nearest that exists in the language of this moment: the page itself, else what stands above it."""
    locale = Locale.get_active()
    for each in (page, *page.get_ancestors().filter(depth__gt=1).order_by("-depth")):
        translation = each.get_translation_or_none(locale)
        if translation is not None and translation.live:
            return translation
    return None
