"""Posting an offer or a need, and changing it."""

from __future__ import annotations

from typing import Any, Protocol

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from marketplace.errors import DomainError
from marketplace.firms.models import User

from .. import services
from ..forms import Posting
from ..hints import hints_of
from ..models import Kind, Listing, State
from ..names import names


class Publish(Protocol):
    def __call__(self, *, actor: User, listing: Listing) -> object: ...


class Change(Protocol):
    def __call__(self, *, actor: User, listing: Listing, **details: Any) -> object: ...


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def post_listing(
    request: HttpRequest,
    kind: str = "",
    pk: int | None = None,
    publish: Publish = services.publish_listing,
    change: Change = services.change_listing,
    landing: str = "listings:detail",
) -> HttpResponse:
    """The page for a new listing of `kind`, or for the one with key `pk`.

    Matching mounts it with a `publish` that also finds the matches, and lands on them.
    """
    listing = editable_listing(request.user, pk) if pk else None
    posting = read_posting(request, kind=kind, listing=listing)
    if not posting.sites:
        return cannot_post(request, posting.kind)
    if request.method == "POST" and request.POST.get("action") != "rows" and posting.is_valid():
        try:
            saved = save_posting(posting, actor=request.user, publish=publish, change=change, wish=request.POST)
        except DomainError as error:
            posting.refuse(error)
        else:
            messages.success(request, _outcome(saved, was=listing.state if listing else State.DRAFT))
            if saved.state != State.PUBLISHED:
                return redirect("listings:detail", saved.pk)
            _tell_hints(request, saved)
            return redirect(landing, saved.pk)
    return render(request, "listings/listing_post.html", page_context(posting))


def read_posting(request: HttpRequest, *, kind: str = "", listing: Listing | None = None) -> Posting:
    """The request as a posting: bound after a POST, except where only the table of figures was asked for."""
    own: dict[str, Any] = {"kind": listing.kind if listing else kind, "user": request.user, "listing": listing}
    own["firm_key"] = request.GET.get("firm", "")
    if request.method != "POST":
        return Posting(**own, material_slug=request.GET.get("material", ""))
    if request.POST.get("action") == "rows":
        return Posting(**own, typed=request.POST)
    return Posting(**own, data=request.POST, files=request.FILES)


@transaction.atomic
def save_posting(posting: Posting, *, actor: User, publish: Publish, change: Change, wish: Any) -> Listing:
    """All or nothing: a refusal leaves no half-written listing behind."""
    listing = posting.listing
    if listing is None:
        listing = services.draft_listing(actor=actor, firm=posting.firm, kind=posting.kind, **posting.details)
    else:
        change(actor=actor, listing=listing, expected_revision=posting.revision, **posting.details)
    publishes = wish.get("action") == "publish" and listing.state != State.PUBLISHED
    if publishes:
        services.require_publishable(Listing.objects.get(pk=listing.pk))
    for file, values in posting.documents.documents():
        services.add_evidence(actor=actor, listing=listing, file=file, values=values)
    if publishes:
        publish(actor=actor, listing=listing)
    return Listing.objects.get(pk=listing.pk)


def editable_listing(user: User, pk: int) -> Listing:
    listings = Listing.objects.editable_by(user).exclude(state=State.WITHDRAWN)
    return get_object_or_404(listings.select_related("material", "use", "site", "firm"), pk=pk)


def cannot_post(request: HttpRequest, kind: str) -> HttpResponse:
    """Without a firm, a role that writes, or a site there is nothing to post from: say which is missing."""
    memberships = list(request.user.memberships.select_related("firm"))
    writes = [membership for membership in memberships if membership.role in services.WRITERS]
    context = {"kind": kind, "memberships": memberships, "firm": writes[0].firm if writes else None}
    status = 200 if writes or not memberships else 403
    return render(request, "listings/listing_cannot_post.html", context, status=status)


def page_context(posting: Posting) -> dict[str, Any]:
    known = names()
    return {
        "posting": posting,
        "form": posting.form,
        "groups": posting.groups(),
        "listing": posting.listing,
        "suggestions": known.of("material") + ([] if posting.is_offer else known.of("use")),
        "is_published": posting.listing is not None and posting.listing.state == State.PUBLISHED,
        "documents_there": posting.listing.evidence.all() if posting.listing else (),
        "is_offer": posting.kind == Kind.OFFER,
    }


def _tell_hints(request: HttpRequest, listing: Listing) -> None:
    """What is published leads to another page than its own, on which the hints stand."""
    names = " · ".join(hint.name for hint in hints_of(listing))
    if names:
        text = _("Published lists speak of what is in it: %(names)s. The listing's page says what they advise.")
        messages.info(request, text % {"names": names})


def _outcome(listing: Listing, *, was: str) -> str:
    if listing.state == State.PUBLISHED:
        return _("Saved.") if was == State.PUBLISHED else _("Published. In 90 days we ask you to confirm it.")
    if listing.state == State.SUSPENDED:
        return _("Saved. It stays off the market until you publish it.")
    return _("Saved as a draft. Only your firm sees it.")
