"""The plan of a park or region, for those who act for every firm, and what they propose from it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from marketplace.errors import DomainError
from marketplace.firms.querysets import acts_for_all
from matching.areas import area_choices, find_area
from matching.engine.plan import Objective
from matching.forms import PlanForm, ticked
from matching.plan_presenting import PlanPage, present
from matching.plans import plan_area
from matching.proposals import propose

View = Callable[..., HttpResponse]


def planners_only(view: View) -> View:
    """Plans show every firm's prices and places."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not acts_for_all(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


@login_required
@require_safe
@planners_only
def plan(request: HttpRequest) -> HttpResponse:
    """Choose an area and an objective; the plan is made anew each time."""
    asked = request.GET if "area" in request.GET else None
    form = PlanForm(asked, areas=area_choices(timezone.localdate()), initial={"objective": Objective.TONNES})
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            context["made"] = _made(form.cleaned_data["area"], form.cleaned_data["objective"])
        except DomainError as error:
            form.add_error("area", str(error.message))
    return render(request, "matching/plan_page.html", context)


def _made(area_key: str, objective: str) -> PlanPage | None:
    area = find_area(area_key)
    return present(plan_area(area, Objective(objective), timezone.localdate())) if area else None


@login_required
@require_POST
@planners_only
def propose_lines(request: HttpRequest) -> HttpResponse:
    """Put the ticked lines to both sides."""
    lines = ticked(request.POST.getlist("line"))
    if lines is None:
        return HttpResponseBadRequest()
    try:
        made = propose(actor=request.user, lines=lines, day=timezone.localdate())
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect(_way_back(request))
    words = ngettext("%(number)s line proposed to both sides.", "%(number)s lines proposed to both sides.", len(made))
    messages.success(request, words % {"number": len(made)})
    return redirect("matching:proposals")


def _way_back(request: HttpRequest) -> str:
    """The plan the lines were ticked on, to go back to it."""
    query = urlencode({name: request.POST.get(name, "") for name in ("area", "objective")})
    return f"{reverse('matching:plan')}?{query}"
