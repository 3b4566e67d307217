from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from marketplace.errors import DomainError
from marketplace.form_errors import add_domain_error

from .. import services
from ..following import Follow, nobody_follows
from ..forms import SiteForm
from ..models import Firm, Site
from ..regions import nearest_region
from ..requests import MemberRequest


@require_GET
@login_required
def add_to_own_firm(request: MemberRequest) -> HttpResponse:
    """A link that need not know the firm: with several the person chooses, with none one is made first."""
    firms = Firm.objects.writable_by(request.user).filter(memberships__user=request.user).order_by("pk")[:2]
    if len(firms) == 1:
        return redirect("firms:site_add", firms[0].pk)
    return redirect("firms:mine" if firms else "firms:create")


@require_http_methods(["GET", "POST"])
@login_required
def add(request: MemberRequest, pk: int) -> HttpResponse:
    firm = get_object_or_404(Firm.objects.writable_by(request.user), pk=pk)
    first = not firm.sites.exists()
    form = SiteForm(request.POST or None, initial={"country": firm.country})
    if request.method == "POST" and form.is_valid():
        try:
            site = services.add_site(actor=request.user, firm=firm, values=_values(form))
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("%(site)s is added. Its region: %(region)s.") % _placed(site))
            return redirect(_after_first_site() if first else reverse("firms:mine"))
    return render(request, "firms/site_add.html", {"form": form, "firm": firm, "first": first})


@require_http_methods(["GET", "POST"])
@login_required
def change(request: MemberRequest, pk: int, follow: Follow = nobody_follows) -> HttpResponse:
    sites = Site.objects.editable_by(request.user).select_related("firm", "park__region", "region__parent")
    site = get_object_or_404(sites, pk=pk)
    initial = {name: getattr(site, name) for name in SiteForm.base_fields if name != "datum"}
    form = SiteForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                site = services.change_site(actor=request.user, site=site, values=_values(form))
                follow(site.firm)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("%(site)s is changed. Its region: %(region)s.") % _placed(site))
            return redirect("firms:mine")
    return render(request, "firms/site_change.html", {"form": form, "site": site, "firm": site.firm})


def _values(form: SiteForm) -> dict[str, Any]:
    values = form.site_values()
    country = values.pop("country")
    values["region"] = values["region"] or nearest_region(values["latitude"], values["longitude"], country)
    return values


def _placed(site: Site) -> dict[str, object]:
    return {"site": site, "region": site.region or _("not known")}


def _after_first_site() -> str:
    """Posting is what the firm came for; a site without matching has no such page."""
    try:
        return reverse("matching:post_offer")
    except NoReverseMatch:
        return reverse("firms:mine")
