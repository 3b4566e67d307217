"""The read layer: who may see and who may change what."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from .spans import STILL

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from .models import User

Viewer: TypeAlias = "User | AnonymousUser"

WRITING_ROLES = ("owner", "trader")


def acts_for_all(user: Viewer) -> bool:
    """Staff and facilitators work on behalf of every firm."""
    return bool(user.is_authenticated and user.is_active and (user.is_staff or user.is_facilitator))


class OwnedQuerySet(models.QuerySet[Any]):
    """Rows that belong to a firm through `firm_path`: seen by its members, changed by its writing roles."""

    firm_path = "firm"

    def of_members(self, user: Viewer, roles: tuple[str, ...] = ()) -> OwnedQuerySet:
        if not user.is_authenticated:
            return self.none()
        if acts_for_all(user):
            return self
        memberships = user.memberships.all()
        if roles:
            memberships = memberships.filter(role__in=roles)
        return self.filter(**{f"{self.firm_path}__in": memberships.values("firm")})

    def visible_to(self, user: Viewer) -> OwnedQuerySet:
        return self.of_members(user)

    def editable_by(self, user: Viewer) -> OwnedQuerySet:
        return self.of_members(user, WRITING_ROLES)


class FirmQuerySet(OwnedQuerySet):
    """A firm's name, industry and standing are public; its people and papers are not."""

    firm_path = "pk"

    def visible_to(self, user: Viewer) -> FirmQuerySet:
        return self

    def editable_by(self, user: Viewer) -> OwnedQuerySet:
        return self.of_members(user, ("owner",))

    def writable_by(self, user: Viewer) -> OwnedQuerySet:
        """Firms for which the user may post and change listings."""
        return self.of_members(user, WRITING_ROLES)


class SiteQuerySet(OwnedQuerySet):
    pass


class PermitQuerySet(OwnedQuerySet):
    def editable_by(self, user: Viewer) -> OwnedQuerySet:
        return self.of_members(user, ("owner",))

    def valid_on(self, day: dt.date) -> PermitQuerySet:
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), state="verified", valid_from__lte=day)


class PermitLineQuerySet(OwnedQuerySet):
    firm_path = "permit__firm"

    def valid_on(self, day: dt.date) -> PermitLineQuerySet:
        return self.filter(
            Q(permit__valid_to__isnull=True) | Q(permit__valid_to__gte=day),
            permit__state="verified",
            permit__valid_from__lte=day,
        )

    def with_room(self, day: dt.date) -> PermitLineQuerySet:
        """Lines with tonnes left in the calendar year of `day`."""
        return self.filter(
            Q(capacity_t_per_year__isnull=True)
            | (~Q(taken_year=day.year) & Q(capacity_t_per_year__gt=0))
            | Q(taken_year__isnull=True, capacity_t_per_year__gt=0)
            | Q(taken_year=day.year, capacity_t_per_year__gt=models.F("taken_t"))
        )


class SpanQuerySet(models.QuerySet[Any]):
    """Rows that hold from one day until another (`spans.Spanned`)."""

    def valid_on(self, day: dt.date) -> Self:
        return self.filter(STILL | Q(valid_before__gt=day), valid_from__lte=day)


class RegionQuerySet(models.QuerySet[Any]):
    def within(self, region: Any) -> RegionQuerySet:
        """The region itself and all below it; for a composite, all its members with what lies below them."""
        roots = [region]
        if region.level == "composite":
            roots = list(region.members.all())
        if not roots:
            return self.none()
        paths = Q()
        for root in roots:
            paths |= Q(path__startswith=root.path)
        return self.filter(paths)


class EventQuerySet(models.QuerySet[Any]):
    def about(self, subject: models.Model) -> EventQuerySet:
        return self.filter(
            content_type=ContentType.objects.get_for_model(subject), object_id=subject.pk
        ).select_related("actor")
