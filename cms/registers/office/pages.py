"""What the pages of the back office share: a form on a page of its own, and a refusal said as a message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.views import generic

from marketplace.errors import DomainError, Invalid, NotAllowed

from ..meanwhile import ChangedMeanwhile
from .as_shown import AsShown, shorten_blanks

Crumbs = list[tuple[str, str]]
SHOWN_AS = {"entry": "entry_number"}
"""The field of a model → the field of a form in which somebody gives it."""


def run(request: HttpRequest, service: Callable[..., Any], said: str, **arguments: Any) -> Any:
    """Call a service for the person who asks; what it refuses becomes a message and None is returned."""
    try:
        result = service(actor=request.user, **arguments)
    except NotAllowed as error:
        raise PermissionDenied(str(error.message)) from error
    except DomainError as error:
        messages.error(request, str(error.message))
        return None
    messages.success(request, said)
    return True if result is None else result


def refuse_in_form(form: forms.Form, error: DomainError) -> None:
    """The refusal stands by its field, or above the form where that has no such field."""
    problems = error.errors if isinstance(error, Invalid) else {error.field: [str(error.message)]}
    if isinstance(error, ChangedMeanwhile) and isinstance(form, AsShown):
        form.show_anew(error.now)
    for field, sentences in problems.items():
        name = SHOWN_AS.get(field, field)
        form.add_error(name if name in form.fields else None, sentences)


def form_page(request: HttpRequest, form: forms.Form, *, title: str, crumbs: Crumbs, **more: Any) -> HttpResponse:
    context = {
        "form": form,
        "media": form.media,
        "header_title": title,
        "page_title": title,
        "breadcrumbs_items": breadcrumbs([*crumbs, (title, "")]),
        "button": _("Save"),
        **more,
    }
    return render(request, "cms/office/form.html", context)


def breadcrumbs(crumbs: Crumbs) -> list[dict[str, str]]:
    return [{"label": label, "url": url} for label, url in crumbs]


def told_in_form(form: forms.Form, step: Callable[[], Any]) -> Any:
    """What the step gives; None, with the reason in the form, where it is refused."""
    try:
        return step()
    except NotAllowed as error:
        raise PermissionDenied(str(error.message)) from error
    except DomainError as error:
        refuse_in_form(form, error)
        return None


class OfficeIndex(generic.IndexView):
    @cached_property
    def filters(self) -> Any:
        found = super().filters
        if found:
            shorten_blanks(found.form.fields.values())
        return found


class SavedByService:
    """An edit view of Wagtail whose `save_instance` calls a service: what that refuses stands by its field, and what
    was typed is kept."""

    request: HttpRequest

    def form_valid(self, form: forms.Form) -> HttpResponse:
        saved = told_in_form(form, lambda: super(SavedByService, self).form_valid(form))  # type: ignore[misc]
        if saved is not None:
            return saved
        self.produced_error_message = self.get_error_message()  # type: ignore[attr-defined]
        return self.form_invalid(form)  # type: ignore[attr-defined]
