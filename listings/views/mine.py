"""One's own listings, in every state, and the moves between states."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.errors import DomainError
from marketplace.firms.models import User

from ..following import Follow, nobody_follows
from ..freshness import SOON
from ..hints import Hint, hints_by_listing
from ..match_facts import WITHOUT_MATCHING, MatchFacts
from ..models import Evidence, Listing, State
from ..services import MOVES, confirm_listing, remove_evidence, suspend_listing, withdraw_listing
from ..wording import price_line

ROWS_A_PAGE = 25
SERVICES: dict[str, tuple[Callable[..., Listing], object]] = {
    "confirm": (confirm_listing, _("Confirmed: it stands for another 90 days.")),
    "suspend": (suspend_listing, _("Taken off the market. Publishing brings it back.")),
    "withdraw": (withdraw_listing, _("Withdrawn.")),
}


@dataclass(frozen=True)
class MineRow:
    listing: Listing
    price: str
    matches: int | None
    due: bool
    editable: bool
    hints: Sequence[Hint] = ()

    @property
    def hint_names(self) -> str:
        return " · ".join(hint.name for hint in self.hints)

    @property
    def can_publish(self) -> bool:
        return self.editable and State.PUBLISHED in MOVES[self.listing.state]

    @property
    def can_confirm(self) -> bool:
        return self.editable and self.listing.state == State.PUBLISHED

    @property
    def can_suspend(self) -> bool:
        return self.editable and State.SUSPENDED in MOVES[self.listing.state]

    @property
    def can_withdraw(self) -> bool:
        return self.editable and State.WITHDRAWN in MOVES[self.listing.state]

    @property
    def can_change(self) -> bool:
        return self.editable and self.listing.state != State.WITHDRAWN


@dataclass(frozen=True)
class Tab:
    state: str
    label: object
    count: int


@login_required
@require_safe
def my_listings(request: HttpRequest, matches: MatchFacts = WITHOUT_MATCHING) -> HttpResponse:
    own = Listing.objects.of(request.user)
    state = request.GET.get("state", "")
    chosen = own.filter(state=state) if state in State.values else own.exclude(state=State.WITHDRAWN)
    page = Paginator(chosen.for_rows().order_by("-pk"), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": _rows(page.object_list, request.user, matches), "tabs": tabs(own), "state": state}
    return render(request, "listings/listing_mine.html", context)


@login_required
@require_POST
def move_listing(request: HttpRequest, pk: int, verb: str, follow: Follow = nobody_follows) -> HttpResponse:
    """Confirm, suspend or withdraw, then back to the page it was asked from."""
    listing = get_object_or_404(Listing.objects.editable_by(request.user), pk=pk)
    service, done = SERVICES[verb]
    try:
        with transaction.atomic():
            follow(service(actor=request.user, listing=listing))
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, str(done))
    return redirect(_way_back(request))


@login_required
@require_POST
def evidence_remove(request: HttpRequest, pk: int, follow: Follow = nobody_follows) -> HttpResponse:
    listings = Listing.objects.editable_by(request.user)
    evidence = get_object_or_404(Evidence.objects.select_related("listing"), pk=pk, listing__in=listings)
    try:
        with transaction.atomic():
            follow(remove_evidence(actor=request.user, evidence=evidence))
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The document is removed."))
    return redirect(_way_back(request))


def tabs(own: QuerySet[Listing]) -> list[Tab]:
    """The states, each with the number of listings; all that are not withdrawn come first."""
    counts = dict(own.order_by().values_list("state").annotate(number=Count("pk")))
    total = sum(number for state, number in counts.items() if state != State.WITHDRAWN)
    return [Tab("", _("All"), total), *(Tab(state.value, state.label, counts.get(state, 0)) for state in State)]


def _rows(listings: QuerySet[Listing], user: User, matches: MatchFacts) -> list[MineRow]:
    found = list(listings)
    keys = [listing.pk for listing in found]
    counts = matches.counts([listing.pk for listing in found if listing.state == State.PUBLISHED])
    editable = set(Listing.objects.editable_by(user).filter(pk__in=keys).values_list("pk", flat=True))
    soon = timezone.localdate() + SOON
    hints = hints_by_listing(found)
    return [
        MineRow(
            listing=listing,
            price=price_line(listing),
            matches=counts.get(listing.pk),
            due=listing.state == State.PUBLISHED and listing.confirm_by is not None and listing.confirm_by <= soon,
            editable=listing.pk in editable,
            hints=hints.get(listing.pk, ()),
        )
        for listing in found
    ]


def _way_back(request: HttpRequest) -> str:
    address = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if safe else "listings:mine"
