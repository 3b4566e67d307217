from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marketplace.errors import DomainError, NotAllowed
from marketplace.form_errors import add_domain_error

from .. import members, services, standing
from ..choices import country_choices, is_kind, row_label, rows_like
from ..following import Follow, nobody_follows
from ..forms import FirmForm, MemberForm
from ..forms.firms import NewFirmForm
from ..models import Event, Firm, Membership, Permit, PermitState, Role, Site, User
from ..querysets import WRITING_ROLES, acts_for_all
from ..requests import MemberRequest
from ..verbs import life_line_events

SHOWN_EVENTS = 20
SHOWN_DRAFTS = 50


@require_GET
@login_required
def start(request: MemberRequest) -> HttpResponse:
    """Where someone lands after signing in: at the next thing their firm lacks, else at the start page."""
    firms = Firm.objects.filter(memberships__user=request.user)
    if not firms.exists() and not acts_for_all(request.user):
        return redirect("firms:create")
    writable = firms.filter(memberships__role__in=WRITING_ROLES)
    without_site = writable.filter(sites=None).first()
    if without_site and not Site.objects.filter(firm__in=firms).exists():
        return redirect("firms:site_add", without_site.pk)
    return redirect("/")


@require_GET
@login_required
def mine(request: MemberRequest) -> HttpResponse:
    permits = Permit.objects.annotate(line_count=Count("lines"))
    memberships = Membership.objects.filter(user=request.user).select_related("firm__nace").order_by("firm")
    memberships = memberships.prefetch_related(
        Prefetch("firm__sites", Site.objects.select_related("park__region", "region__parent")),
        Prefetch("firm__permits", permits),
        Prefetch("firm__memberships", Membership.objects.select_related("user").order_by("pk")),
    )
    cards = [_card(membership) for membership in memberships]
    drafts = Permit.objects.none()
    if acts_for_all(request.user):
        drafts = permits.filter(state=PermitState.DRAFT).select_related("firm").order_by("pk")[:SHOWN_DRAFTS]
    return render(request, "firms/firm_mine.html", {"cards": cards, "drafts": drafts})


def _card(membership: Membership) -> dict[str, object]:
    return {
        "firm": membership.firm,
        "role": membership.get_role_display(),
        "is_owner": membership.role == Role.OWNER,
        "is_writer": membership.role in WRITING_ROLES,
        "members": [(row, _may_remove(membership, row)) for row in membership.firm.memberships.all()],
        "gaps": standing.gaps(membership.firm) if membership.role == Role.OWNER else [],
    }


def _may_remove(own: Membership, other: Membership) -> bool:
    """Whether the page offers it; the firm's last owner is not offered to leave."""
    owners = [row.pk for row in own.firm.memberships.all() if row.role == Role.OWNER]
    return owners != [other.pk] and (own.role == Role.OWNER or own.pk == other.pk)


@require_GET
def detail(request: HttpRequest, pk: int, list_pages: standing.ListPages = standing.without_registers) -> HttpResponse:
    firms = Firm.objects.visible_to(request.user).select_related("nace")
    firm = get_object_or_404(firms.prefetch_related("former_names"), pk=pk)
    inside = standing.is_inside(firm, request.user)
    listings = standing.listings_naming(firm, request.user, inside=inside)
    context = {
        "firm": firm,
        "country": dict(country_choices()).get(firm.country, firm.country),
        "inside": inside,
        "may_change": Firm.objects.editable_by(request.user).filter(pk=pk).exists(),
        "sites": standing.shown_sites(firm, inside=inside),
        "hidden_site_count": standing.hidden_site_count(firm, inside=inside),
        "recognitions": standing.recognitions_with_pages(firm, timezone.localdate(), list_pages(firm)),
        "listing_count": listings.count(),
        "listings": listings[: standing.SHOWN_LISTINGS],
        "events": life_line_events(Event.objects.about(firm)[:SHOWN_EVENTS]) if inside else [],
        "permits": firm.permits.annotate(line_count=Count("lines")) if inside else [],
    }
    return render(request, "firms/firm_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def create(request: MemberRequest) -> HttpResponse:
    form = NewFirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "former_names"}
        try:
            firm = services.register_firm(
                actor=request.user, values=values, former_names=form.cleaned_data["former_names"]
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("%(firm)s is registered.") % {"firm": firm})
            return redirect("firms:site_add", firm.pk)
    return render(request, "firms/firm_create.html", {"form": form})


@require_http_methods(["GET", "POST"])
@login_required
def change(request: MemberRequest, pk: int, renamed: Follow = nobody_follows) -> HttpResponse:
    firm = get_object_or_404(Firm.objects.editable_by(request.user).select_related("nace"), pk=pk)
    initial = {name: getattr(firm, name) for name in FirmForm.base_fields}
    form = FirmForm(request.POST or None, initial=initial, firm=firm)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                firm = services.change_firm(actor=request.user, firm=firm, values=form.cleaned_data)
                renamed(firm)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("The record of the firm is changed."))
            return redirect(firm)
    return render(request, "firms/firm_change.html", {"form": form, "firm": firm})


@require_http_methods(["GET", "POST"])
@login_required
def member_add(request: MemberRequest, pk: int) -> HttpResponse:
    firm = get_object_or_404(Firm.objects.editable_by(request.user), pk=pk)
    form = MemberForm(request.POST or None, initial={"role": Role.TRADER}, firm=firm)
    if request.method == "POST" and form.is_valid():
        try:
            members.invite_member(
                actor=request.user,
                firm=firm,
                sign_up_url=request.build_absolute_uri(reverse("account_signup")),
                **form.cleaned_data,
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            done = _("If %(email)s has an account, its holder is now a member. If not, we have written to it.")
            messages.success(request, done % form.cleaned_data)
            return redirect("firms:mine")
    return render(request, "firms/member_add.html", {"form": form, "firm": firm})


@require_POST
@login_required
def member_remove(request: MemberRequest, pk: int, member: int) -> HttpResponse:
    """An owner lets somebody go, or somebody leaves."""
    firm = get_object_or_404(Firm.objects.of_members(request.user), pk=pk)
    person = get_object_or_404(User, memberships__pk=member, memberships__firm=firm)
    try:
        members.remove_member(actor=request.user, firm=firm, user=person)
    except NotAllowed as error:
        raise PermissionDenied(error.message) from error
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("%(person)s is no longer a member.") % {"person": person})
    return redirect("firms:mine")


@require_GET
def suggest(request: HttpRequest, kind: str) -> HttpResponse:
    """Options for a text field while it is typed in; the text comes under the field's own name."""
    if not is_kind(kind):
        raise Http404
    text = request.GET.get(kind, "").replace("\0", "").strip()[:100]  # which PostgreSQL cannot be asked for
    labels = [row_label(row) for row in rows_like(kind, text)] if text else []
    return render(request, "firms/_suggestions.html", {"labels": labels})
