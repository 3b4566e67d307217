"""The read layer of listings."""

from __future__ import annotations

import datetime as dt

from django.db.models import F, Q

from marketplace.firms.querysets import WRITING_ROLES, OwnedQuerySet, Viewer, acts_for_all


class ListingQuerySet(OwnedQuerySet):
    def offers(self) -> ListingQuerySet:
        return self.filter(kind="offer")

    def needs(self) -> ListingQuerySet:
        return self.filter(kind="need")

    def published(self) -> ListingQuerySet:
        return self.filter(state="published")

    def open_on(self, day: dt.date) -> ListingQuerySet:
        """Published and not yet over on that day."""
        return self.published().filter(Q(available_to__isnull=True) | Q(available_to__gte=day))

    def of(self, user: Viewer) -> OwnedQuerySet:
        """Listings of the firms the user is a member of: never everyone's, even for staff."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(firm__in=user.memberships.values("firm"))

    def visible_to(self, user: Viewer) -> ListingQuerySet:
        """What is published, and whatever one's own firms hold in any state."""
        if acts_for_all(user):
            return self
        if not user.is_authenticated:
            return self.published()
        return self.filter(Q(state="published") | Q(firm__in=user.memberships.values("firm")))

    def editable_by(self, user: Viewer) -> OwnedQuerySet:
        return self.of_members(user, WRITING_ROLES)

    def unmatched(self) -> ListingQuerySet:
        """Published listings that changed after they were last matched."""
        return self.published().filter(matched_revision__lt=F("revision"))

    def for_rows(self) -> ListingQuerySet:
        """With all that a row of a list shows."""
        return self.select_related("material", "material__parent", "use", "firm", "site", "site__park", "site__region")
