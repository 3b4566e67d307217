"""The page behind the link in a reminder: confirm without signing in. Looking at it changes nothing."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from marketplace.errors import DomainError
from marketplace.firms.models import User

from ..following import Follow, nobody_follows
from ..freshness import read_ticket, to_confirm
from ..models import Listing, State
from ..services import confirm_listing, publish_listing


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def still_stands(request: HttpRequest, ticket: str, follow: Follow = nobody_follows) -> HttpResponse:
    holder = read_ticket(ticket)
    if holder is None:
        return render(request, "listings/still_stands_expired.html", status=410)
    person, firm = holder
    asked = to_confirm(firm, timezone.localdate())
    if request.method == "POST":
        chosen = {int(key) for key in request.POST.getlist("listing") if key.isdecimal() and len(key) < 19}
        _confirm(request, person, [listing for listing in asked if listing.pk in chosen], follow)
        return redirect(request.path)
    context = {"firm": firm, "person": person, "listings": list(asked)}
    return render(request, "listings/still_stands.html", context)


def _confirm(request: HttpRequest, person: User, listings: list[Listing], follow: Follow) -> None:
    """Each for itself: one that cannot be confirmed says why and holds up no other."""
    done = 0
    for listing in listings:
        service = confirm_listing if listing.state == State.PUBLISHED else publish_listing
        try:
            with transaction.atomic():
                follow(service(actor=person, listing=listing))
            done += 1
        except DomainError as error:
            messages.error(request, f"{listing}: {error.message}")
    if done:
        text = ngettext("%(count)s listing confirmed.", "%(count)s listings confirmed.", done) % {"count": done}
        messages.success(request, text)
