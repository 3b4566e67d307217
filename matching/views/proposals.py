"""Proposals as either side sees them, and what it answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from listings.disclosure import disclose, own_firms
from listings.models import Kind, Listing, State
from marketplace.errors import DomainError
from marketplace.firms.models import Firm, User
from marketplace.firms.querysets import acts_for_all
from marketplace.units import distance_km
from matching.forms import DeclineForm, SideForm
from matching.models import Proposal, ProposalState
from matching.proposals import agree, decline, withdraw
from matching.rights import MissingRight, missing_rights

ROWS_A_PAGE = 25
LAPSED = "lapsed"  # beside the states: those that are flagged


@dataclass(frozen=True)
class Side:
    """One end of a proposal, as far as the viewer may know it. `answers` is true where he may still answer for it."""

    kind: str
    listing: Listing
    firm_label: str
    is_open: bool
    agreed: bool
    answers: bool


@dataclass
class ProposalRow:
    proposal: Proposal
    offer: Side
    need: Side
    distance_km: float
    note: str
    can_withdraw: bool
    missing: MissingRight | None = None

    @property
    def answering(self) -> list[Side]:
        return [side for side in (self.offer, self.need) if side.answers]


@login_required
@require_safe
def proposal_list(request: HttpRequest) -> HttpResponse:
    seen = Proposal.objects.visible_to(request.user)
    state = request.GET.get("state", "")
    chosen = seen.with_lapsed_right() if state == LAPSED else seen
    chosen = seen.filter(state=state) if state in ProposalState.values else chosen
    page = Paginator(chosen.for_rows().order_by("-pk"), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": rows_for(page.object_list, request.user),
        "states": [*ProposalState.choices, (LAPSED, _("a right is missing"))],
        "state": state,
        "decline": DeclineForm(),
        "plans": acts_for_all(request.user),
    }
    return render(request, "matching/plan_proposals.html", context)


@login_required
@require_POST
def agree_to(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = _answerable(request.user, pk)
    form = SideForm(request.POST)
    if not form.is_valid():
        return _refused(request, form)
    try:
        proposal = agree(actor=request.user, proposal=proposal, side=form.cleaned_data["side"])
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        agreed = proposal.state == ProposalState.ACCEPTED
        messages.success(request, _("Both sides agree.") if agreed else _("Noted. The other side is still to answer."))
    return redirect("matching:proposals")


@login_required
@require_POST
def decline_it(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = _answerable(request.user, pk)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _refused(request, form)
    try:
        decline(actor=request.user, proposal=proposal, **form.cleaned_data)
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Declined."))
    return redirect("matching:proposals")


@login_required
@require_POST
def withdraw_it(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = get_object_or_404(Proposal.objects.visible_to(request.user), pk=pk)
    try:
        withdraw(actor=request.user, proposal=proposal)
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Withdrawn."))
    return redirect("matching:proposals")


def rows_for(proposals: Iterable[Proposal], user: User) -> list[ProposalRow]:
    """The queries do not grow with the proposals. Rights are asked anew of those that still stand."""
    found, own = list(proposals), own_firms(user)
    standing = [(each.offer, each.need) for each in found if each.stands]
    missing = missing_rights(standing, timezone.localdate()) if standing else {}
    firms = {listing.firm_id for proposal in found for listing in (proposal.offer, proposal.need)}
    writable = set(Firm.objects.writable_by(user).filter(pk__in=firms).values_list("pk", flat=True))
    rows = [_row(proposal, user, own, writable) for proposal in found]
    for row in rows:
        key = (row.proposal.offer_id, row.proposal.need_id)
        row.missing = missing.get(key) if row.proposal.stands else None
    return rows


def _row(proposal: Proposal, user: User, own: frozenset[int], writable: set[int]) -> ProposalRow:
    both_open = proposal.offer.state == proposal.need.state == State.PUBLISHED
    matched = both_open and proposal.stands
    offer = disclose(proposal.offer, user, own_firms=own, matched=matched)
    need = disclose(proposal.need, user, own_firms=own, matched=matched)
    planner = acts_for_all(user)
    return ProposalRow(
        proposal=proposal,
        offer=_side(proposal, proposal.offer, offer.firm_label, writable),
        need=_side(proposal, proposal.need, need.firm_label, writable),
        distance_km=distance_km(offer.latitude, offer.longitude, need.latitude, need.longitude),
        note=proposal.decline_note if planner else "",
        can_withdraw=planner and proposal.is_open,
    )


def _side(proposal: Proposal, listing: Listing, firm_label: str, writable: set[int]) -> Side:
    agreed_at = proposal.offer_agreed_at if listing.kind == Kind.OFFER else proposal.need_agreed_at
    answers = proposal.is_open and agreed_at is None and listing.firm_id in writable
    return Side(listing.kind, listing, firm_label, listing.state == State.PUBLISHED, agreed_at is not None, answers)


def _answerable(user: User, pk: int) -> Proposal:
    """A proposal to one of the firms the user may write for; anything else does not exist for him."""
    return get_object_or_404(Proposal.objects.answerable_by(user), pk=pk)


def _refused(request: HttpRequest, form: Form) -> HttpResponse:
    field, sentences = next(iter(form.errors.items()))
    label = form.fields[field].label
    messages.error(request, f"{label}: {sentences[0]}" if label else sentences[0])
    return redirect("matching:proposals")
