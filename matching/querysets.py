"""Reading matches: what was lawful when computed must still be lawful when it is read."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from listings.models import Listing
from marketplace.firms.models import PermitLine, Recognition
from marketplace.firms.querysets import Viewer


class MatchQuerySet(models.QuerySet[Any]):
    def lawful_on(self, day: dt.date) -> MatchQuerySet:
        """Pairs of two open listings whose permit line and recognitions still hold on that day.

        Rights are asked anew at each read, so an expired permit or a withdrawn recognition removes its pairs at once.
        """
        line = PermitLine.objects.filter(pk=OuterRef("permit_line")).valid_on(day).with_room(day)
        taker_listed = Recognition.objects.filter(firm=OuterRef("need__firm")).valid_on(day)
        holder_listed = Recognition.objects.filter(firm=OuterRef("offer__firm")).valid_on(day)
        return self.filter(
            Q(permit_line__isnull=True) | Exists(line),
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
