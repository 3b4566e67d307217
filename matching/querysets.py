"""Reading matches and proposals: what was lawful when computed must still be lawful when it is read."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from listings.models import Listing
from listings.models.listings import REGULATED
from marketplace.firms.models import Firm, PermitLine, Recognition
from marketplace.firms.querysets import WRITING_ROLES, Viewer, acts_for_all


class MatchQuerySet(models.QuerySet[Any]):
    def lawful_on(self, day: dt.date) -> MatchQuerySet:
        """Pairs of two open listings whose permit line and recognitions still hold on that day.

        Rights are asked anew at each read, so an expired permit or a withdrawn recognition removes its pairs at once.
        """
        line = PermitLine.objects.filter(pk=OuterRef("permit_line")).valid_on(day).with_room(day)
        any_line = PermitLine.objects.filter(permit__firm=OuterRef("need__firm")).valid_on(day)
        is_waste = Q(offer__legal_status__in=REGULATED)
        status_over = Q(offer__status_expires_on__lt=day) & ~is_waste
        taker_listed = Recognition.objects.filter(firm=OuterRef("need__firm")).valid_on(day)
        holder_listed = Recognition.objects.filter(firm=OuterRef("offer__firm")).valid_on(day)
        return self.filter(
            Q(permit_line__isnull=True) | Exists(line),
            Q(permit_line__isnull=False) | ~is_waste | Exists(any_line),
            Q(permit_line__isnull=False) | ~status_over,
            Q(offer__listed_only=False) | Exists(taker_listed),
            Q(need__listed_only=False) | Exists(holder_listed),
            Q(offer__available_to__isnull=True) | Q(offer__available_to__gte=day),
            Q(need__available_to__isnull=True) | Q(need__available_to__gte=day),
            offer__state="published",
            need__state="published",
        )

    def of_listing(self, listing: Listing) -> MatchQuerySet:
        return self.filter(**{listing.kind: listing})

    def visible_to(self, user: Viewer) -> MatchQuerySet:
        """A pair is seen by the firms on either side of it."""
        own = Listing.objects.of_members(user)
        return self.filter(Q(offer__in=own) | Q(need__in=own))

    def best_first(self) -> MatchQuerySet:
        return self.order_by("-score", "pk")


class ProposalQuerySet(models.QuerySet[Any]):
    def open(self) -> ProposalQuerySet:
        return self.filter(state="open")

    def standing(self) -> ProposalQuerySet:
        """Those whose tonnes count as spoken for: open, or agreed by both sides."""
        return self.filter(state__in=("open", "accepted"))

    def with_lapsed_right(self) -> ProposalQuerySet:
        """Standing ones that are flagged: a right they need was found missing and is not back."""
        return self.standing().filter(lapsed_rights__isnull=False, lapsed_rights__ended_at=None)

    def visible_to(self, user: Viewer) -> ProposalQuerySet:
        """A proposal is seen by the firms on either side of it, and by those who act for all."""
        if acts_for_all(user):
            return self
        own = Listing.objects.of(user)
        return self.filter(Q(offer__in=own) | Q(need__in=own))

    def answerable_by(self, user: Viewer) -> ProposalQuerySet:
        """Those with a side whose firm the user may write for."""
        firms = Firm.objects.writable_by(user).values("pk")
        return self.filter(Q(offer__firm__in=firms) | Q(need__firm__in=firms))

    def waiting_for(self, user: Viewer) -> ProposalQuerySet:
        """Open ones that a firm of the user, in which he may write, has not yet agreed to."""
        if not user.is_authenticated:
            return self.none()
        firms = user.memberships.filter(role__in=WRITING_ROLES).values("firm")
        return self.open().filter(
            Q(offer__firm__in=firms, offer_agreed_at__isnull=True)
            | Q(need__firm__in=firms, need_agreed_at__isnull=True)
        )

    def for_rows(self) -> ProposalQuerySet:
        """With all that a row of a list shows."""
        sides = ("material", "use", "firm", "site", "site__region")
        paths = [f"{side}__{path}" for side in ("offer", "need") for path in sides]
        return self.select_related("created_by", *paths)
