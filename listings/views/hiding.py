"""Firms a person hides from his searches: the list of them, hiding one, showing one again."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.errors import DomainError
from marketplace.firms.models import Firm

from .. import hiding


@login_required
@require_safe
def hidden_firms(request: HttpRequest) -> HttpResponse:
    hidden = request.user.hidden_firms.select_related("firm")
    return render(request, "listings/hidden_firms.html", {"hidden": hidden})


@login_required
@require_POST
def hide_firm(request: HttpRequest, pk: int) -> HttpResponse:
    done = _("Listings of %(firm)s are left out of your searches from now on.")
    return _change(request, pk, hiding.hide_firm, done)


@login_required
@require_POST
def show_firm(request: HttpRequest, pk: int) -> HttpResponse:
    done = _("Listings of %(firm)s are in your searches again.")
    return _change(request, pk, hiding.show_firm, done)


def _change(request: HttpRequest, pk: int, service: Callable[..., None], done: str) -> HttpResponse:
    firm = get_object_or_404(Firm.objects.visible_to(request.user), pk=pk)
    try:
        service(actor=request.user, firm=firm)
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, done % {"firm": firm.name})
    address = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return redirect(address if safe else "listings:hidden_firms")
