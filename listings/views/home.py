"""The first page: what this is, what is new, what waits for the person who is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from marketplace.firms.models import Firm, Site
from marketplace.firms.querysets import Viewer

from ..freshness import SOON
from ..match_facts import WITHOUT_MATCHING, MatchFacts
from ..models import Kind, Listing, State
from ..rows import rows_for

NEWEST = 8
RADII_KM = (50, 100, 200, 500)
NUMBERS_KEPT_S = 60


@dataclass(frozen=True)
class Waiting:
    """What a member has to do, as numbers of listings and of proposals."""

    drafts: int
    to_confirm: int
    suspended: int
    unmatched: int
    proposals: int

    def __bool__(self) -> bool:
        return bool(self.drafts or self.to_confirm or self.suspended or self.unmatched or self.proposals)


@require_safe
def home(request: HttpRequest, matches: MatchFacts = WITHOUT_MATCHING) -> HttpResponse:
    newest = Listing.objects.open_on(timezone.localdate()).for_rows().order_by("-published_at", "-pk")
    context: dict[str, Any] = {
        "numbers": cache.get_or_set("home.numbers", live_numbers, NUMBERS_KEPT_S),
        "offers": rows_for(newest.offers()[:NEWEST], request.user),
        "needs": rows_for(newest.needs()[:NEWEST], request.user),
        "radii": RADII_KM,
    }
    if request.user.is_authenticated:
        context["waiting"] = waiting_for(request.user, matches)
        context["has_firm"] = request.user.memberships.exists()
    return render(request, "home.html", context)


def live_numbers() -> dict[str, Any]:
    """Tonnes a year on offer and wanted, and who takes part. Kept for a minute."""
    open_now = Listing.objects.open_on(timezone.localdate())
    tonnes = open_now.aggregate(
        offered_t=Sum("quantity_t_per_year", filter=Q(kind=Kind.OFFER)),
        wanted_t=Sum("quantity_t_per_year", filter=Q(kind=Kind.NEED)),
    )
    return {
        "offered_t": tonnes["offered_t"] or 0,
        "wanted_t": tonnes["wanted_t"] or 0,
        "firms": Firm.objects.count(),
        "sites": Site.objects.count(),
    }


def waiting_for(viewer: Viewer, matches: MatchFacts) -> Waiting:
    soon = timezone.localdate() + SOON
    counts = Listing.objects.of(viewer).aggregate(
        drafts=Count("pk", filter=Q(state=State.DRAFT)),
        to_confirm=Count("pk", filter=Q(state=State.PUBLISHED, confirm_by__lte=soon)),
        suspended=Count("pk", filter=Q(state=State.SUSPENDED)),
    )
    return Waiting(**counts, unmatched=matches.unmatched_count(viewer), proposals=matches.proposals_waiting(viewer))
