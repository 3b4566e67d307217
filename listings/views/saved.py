"""One's saved searches, and the end of letters by a link in them."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.errors import DomainError, Invalid

from ..filters import SearchFilter
from ..models import SavedSearch
from ..saved_searches import change_search, delete_search, save_search, search_of, stop_letters
from .asked import Chip, chips_of


@dataclass(frozen=True)
class SavedRow:
    """A saved search in words. `valid` is false where its site or place is gone."""

    saved: SavedSearch
    chips: list[Chip]
    valid: bool
    url: str


@login_required
@require_safe
def saved_searches(request: HttpRequest) -> HttpResponse:
    own = SavedSearch.objects.of(request.user).annotate(told=Count("hits"))
    rows = [_row(request, saved) for saved in own]
    return render(request, "listings/saved_search_list.html", {"rows": rows, "choices": SavedSearch.Frequency.choices})


def _row(request: HttpRequest, saved: SavedSearch) -> SavedRow:
    parameters = QueryDict(saved.parameters)
    form = SearchFilter(parameters, viewer=request.user).form
    valid = form.is_valid()
    chips = chips_of(form.cleaned_data, parameters) if valid else []
    return SavedRow(saved, chips, valid, f"{reverse('listings:browse')}?{saved.parameters}")


@login_required
@require_POST
def save_this_search(request: HttpRequest) -> HttpResponse:
    """From the search page, whose parameters come along as they stand in its address."""
    text = request.POST.get("parameters", "")
    parameters = QueryDict(text[:4000].removeprefix("?"))
    try:
        saved = save_search(
            user=request.user,
            name=request.POST.get("name", "").strip() or _name_of(request, parameters),
            parameters=parameters,
            frequency=request.POST.get("frequency", SavedSearch.Frequency.DAILY),
        )
    except DomainError as error:
        messages.error(request, _words(error))
        return redirect(f"{reverse('listings:browse')}?{parameters.urlencode()}")
    messages.success(request, _("“%(name)s” is saved.") % {"name": saved.name})
    return redirect("listings:saved_searches")


def _name_of(request: HttpRequest, parameters: QueryDict) -> str:
    """What was asked, in words, where no name was given."""
    form = SearchFilter(parameters, viewer=request.user).form
    chips = chips_of(form.cleaned_data, parameters) if form.is_valid() else []
    return " · ".join(chip.label.strip("“”") for chip in chips)[:80] or _("All listings")


def _words(error: DomainError) -> str:
    if isinstance(error, Invalid):
        return " ".join(text for texts in error.errors.values() for text in texts)
    return str(error.message)


@login_required
@require_POST
def change_saved_search(request: HttpRequest, pk: int) -> HttpResponse:
    saved = get_object_or_404(SavedSearch.objects.of(request.user), pk=pk)
    values = {field: request.POST[field].strip() for field in ("name", "frequency") if field in request.POST}
    try:
        change_search(user=request.user, saved=saved, values=values)
    except DomainError as error:
        messages.error(request, _words(error))
    else:
        messages.success(request, _("Saved."))
    return redirect("listings:saved_searches")


@login_required
@require_POST
def delete_saved_search(request: HttpRequest, pk: int) -> HttpResponse:
    saved = get_object_or_404(SavedSearch.objects.of(request.user), pk=pk)
    delete_search(user=request.user, saved=saved)
    messages.success(request, _("“%(name)s” is deleted.") % {"name": saved.name})
    return redirect("listings:saved_searches")


@csrf_exempt  # mail programs post here by themselves (RFC 8058); the signed ticket is the proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_search_letters(request: HttpRequest, ticket: str) -> HttpResponse:
    """Looking at it changes nothing: mail scanners follow links."""
    saved = search_of(ticket)
    if saved is None:
        return render(request, "listings/stop_letters.html", {"saved": None}, status=410)
    if request.method == "POST":
        stop_letters(saved)
    return render(request, "listings/stop_letters.html", {"saved": saved, "done": request.method == "POST"})
