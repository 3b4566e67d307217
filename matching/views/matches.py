"""Who fits a listing and who nearly does; publishing, which leads there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from listings.forms import Posting
from listings.models import Listing, Material, Use
from listings.models.listings import Kind, State
from listings.names import MATERIAL, USE
from listings.wording import price_line
from marketplace.errors import DomainError
from marketplace.firms.models import Site
from matching.candidates import counterparts
from matching.filters import MatchFilter
from matching.models import Match
from matching.presenting import match_cards, near_cards, reach
from matching.services import publish_and_match

MATCHES_A_PAGE = 20
COUNTED = 500


@login_required
@require_safe
def of_listing(request: HttpRequest, pk: int) -> HttpResponse:
    """Ranked counterparts of one's own listing, then the near misses."""
    own = Listing.objects.of_members(request.user).for_rows()
    listing = get_object_or_404(own, pk=pk)
    if listing.state != State.PUBLISHED:
        return render(request, "matching/match_none.html", {"listing": listing})
    day = timezone.localdate()
    stored = Match.objects.lawful_on(day).of_listing(listing)
    chosen = MatchFilter(request.GET, queryset=stored)
    rows = chosen.qs if chosen.is_valid() else stored.best_first()
    page = Paginator(rows, MATCHES_A_PAGE).get_page(request.GET.get("page"))
    cards = match_cards(page, listing, request.user, day)
    context = {
        "listing": listing,
        "price": price_line(listing),
        "page": page,
        "filter": chosen,
        "cards": cards,
        "near": [] if request.htmx or page.number > 1 else near_cards(listing, request.user, day),
        "reach": reach(listing, cards),
        "is_current": listing.matched_revision == listing.revision,
    }
    template = "matching/_match_results.html" if request.htmx else "matching/match_list.html"
    return render(request, template, context)


@login_required
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish a draft or a suspended listing and land on its matches."""
    listing = get_object_or_404(Listing.objects.editable_by(request.user), pk=pk)
    try:
        publish_and_match(actor=request.user, listing=listing)
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("listings:detail", listing.pk)
    messages.success(request, _("Published. In 90 days we ask you to confirm it."))
    return redirect("matching:of_listing", listing.pk)


@login_required
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """How many open counterparts of this material lie in reach, counted while the posting is being typed."""
    kind = request.POST.get("kind", "")
    if kind not in Kind.values:
        return HttpResponse(status=400)
    draft = _draft(request, kind)
    found = counterparts(draft, timezone.localdate())[: COUNTED + 1].count() if draft else None
    context = {"kind": kind, "found": found, "many": found is not None and found > COUNTED, "most": COUNTED}
    return render(request, "matching/_preview.html", context)


def _draft(request: HttpRequest, kind: str) -> Listing | None:
    """The listing being typed as far as it is understood, unsaved; None until what and where are known."""
    form = Posting(kind=kind, user=request.user, data=request.POST).form
    form.is_valid()
    subject: Any = form.cleaned_data.get("material")
    site: Site | None = form.cleaned_data.get("site")
    if subject is None or site is None:
        return None
    return Listing(
        kind=kind,
        firm=site.firm,
        site=site,
        latitude=site.public_place[0],
        longitude=site.public_place[1],
        material=Material.objects.get(pk=subject.pk) if subject.sort == MATERIAL else None,
        use=Use.objects.get(pk=subject.pk) if subject.sort == USE else None,
        scope=form.cleaned_data.get("scope") or "any",
        max_distance_km=form.cleaned_data.get("max_distance_km"),
    )
