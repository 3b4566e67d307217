"""The write layer of firms: one function a use case, the actor first, all or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.errors import Invalid, NotAllowed, WrongState

from .models import Event, Firm, FormerName, Membership, Permit, PermitLine, PermitState, Recognition, Role, Site, User
from .querysets import acts_for_all

PERMIT_MOVES: dict[str, frozenset[str]] = {
    PermitState.DRAFT: frozenset({PermitState.VERIFIED, PermitState.REVOKED}),
    PermitState.VERIFIED: frozenset({PermitState.SUSPENDED, PermitState.REVOKED, PermitState.EXPIRED}),
    PermitState.SUSPENDED: frozenset({PermitState.VERIFIED, PermitState.REVOKED, PermitState.EXPIRED}),
    PermitState.EXPIRED: frozenset({PermitState.VERIFIED}),
    PermitState.REVOKED: frozenset(),
}


def record_event(
    *, actor: User | None, verb: str, subject: models.Model, firm: Firm | None = None, change: str = ""
) -> Event:
    return Event.objects.create(actor=actor, firm=firm, verb=verb, subject=subject, change=change[:250])


def save_clean(instance: models.Model) -> None:
    """Validate everything, constraints included, then save; a bad value is an `Invalid` that names its field."""
    try:
        instance.full_clean()
    except ValidationError as error:
        raise Invalid.from_validation(error) from error
    instance.save()


def require_role(actor: User, firm: Firm, *roles: str) -> None:
    if acts_for_all(actor):
        return
    if not Membership.objects.filter(user=actor, firm=firm, role__in=roles).exists():
        raise NotAllowed


@transaction.atomic
def register_firm(*, actor: User, values: Mapping[str, Any], former_names: Iterable[str] = ()) -> Firm:
    """A new firm with the actor as its owner."""
    firm = Firm(**values)
    save_clean(firm)
    FormerName.objects.bulk_create(FormerName(firm=firm, name=name) for name in former_names)
    Membership.objects.create(user=actor, firm=firm, role=Role.OWNER)
    record_event(actor=actor, verb="firm.registered", subject=firm, firm=firm)
    return firm


@transaction.atomic
def change_firm(*, actor: User, firm: Firm, values: Mapping[str, Any]) -> Firm:
    """Change a firm's record; a legal name that goes is kept as a former name."""
    require_role(actor, firm, Role.OWNER)
    for field in ("name_zh", "name_en"):
        old = getattr(firm, field)
        if old and field in values and values[field] != old:
            FormerName.objects.create(firm=firm, name=old, until=timezone.localdate())
    _assign(firm, values)
    save_clean(firm)
    record_event(actor=actor, verb="firm.changed", subject=firm, firm=firm, change=", ".join(values))
    return firm


@transaction.atomic
def add_member(*, actor: User, firm: Firm, user: User, role: str) -> Membership:
    require_role(actor, firm, Role.OWNER)
    membership = Membership(user=user, firm=firm, role=role)
    save_clean(membership)
    record_event(actor=actor, verb="firm.member_added", subject=firm, firm=firm, change=f"{user} {role}")
    return membership


@transaction.atomic
def add_site(*, actor: User, firm: Firm, values: Mapping[str, Any]) -> Site:
    require_role(actor, firm, Role.OWNER, Role.TRADER)
    site = Site(firm=firm, **values)
    site.country = _country(site)
    save_clean(site)
    record_event(actor=actor, verb="site.added", subject=site, firm=firm)
    return site


@transaction.atomic
def change_site(*, actor: User, site: Site, values: Mapping[str, Any]) -> Site:
    """Change a site. Moving it is a change of place: its listings keep theirs until they are changed themselves."""
    require_role(actor, site.firm, Role.OWNER, Role.TRADER)
    _assign(site, values)
    site.country = _country(site)
    save_clean(site)
    record_event(actor=actor, verb="site.changed", subject=site, firm=site.firm, change=", ".join(values))
    return site


@transaction.atomic
def add_permit(
    *, actor: User, firm: Firm, values: Mapping[str, Any], lines: Iterable[Mapping[str, Any]] = ()
) -> Permit:
    """A permit as the firm states it: a draft until an officer has seen its document."""
    require_role(actor, firm, Role.OWNER)
    permit = Permit(firm=firm, **values)
    save_clean(permit)
    for line in lines:
        add_permit_line(actor=actor, permit=permit, values=line)
    record_event(actor=actor, verb="permit.added", subject=permit, firm=firm, change=permit.number)
    return permit


@transaction.atomic
def add_permit_line(*, actor: User, permit: Permit, values: Mapping[str, Any]) -> PermitLine:
    """Add a line to a draft; a verified permit says what the officer saw and is not edited."""
    require_role(actor, permit.firm, Role.OWNER)
    if permit.state != PermitState.DRAFT:
        raise WrongState(_("Only a draft permit can be edited."))
    line = PermitLine(permit=permit, **values)
    save_clean(line)
    return line


@transaction.atomic
def move_permit(*, actor: User, permit: Permit, state: str) -> Permit:
    """Verify, suspend, revoke or expire a permit: an officer's act, never the holder's."""
    if not acts_for_all(actor):
        raise NotAllowed(_("Only an officer can change the state of a permit."))
    permit = Permit.objects.select_for_update().get(pk=permit.pk)
    if state not in PERMIT_MOVES[permit.state]:
        raise WrongState
    previous, permit.state = permit.state, state
    if state == PermitState.VERIFIED:
        permit.verified_by, permit.verified_on = actor, timezone.localdate()
    save_clean(permit)
    record_event(actor=actor, verb=f"permit.{state}", subject=permit, firm=permit.firm, change=f"{previous} → {state}")
    return permit


@transaction.atomic
def recognise(*, actor: User | None, firm: Firm, values: Mapping[str, Any]) -> Recognition:
    """Write a firm's standing on a list. Called by the registers, and by an officer where no register runs."""
    if actor is not None and not acts_for_all(actor):
        raise NotAllowed
    recognition = Recognition(firm=firm, **values)
    save_clean(recognition)
    record_event(actor=actor, verb="recognition.given", subject=firm, firm=firm, change=recognition.list_slug)
    return recognition


@transaction.atomic
def end_recognition(*, actor: User | None, recognition: Recognition, day: dt.date) -> Recognition:
    """From `day` on the recognition no longer counts; with today's date it stops at once. An end is never put off."""
    if actor is not None and not acts_for_all(actor):
        raise NotAllowed
    end = max(day, recognition.valid_from)
    recognition.valid_before = min(end, recognition.valid_before or end)
    save_clean(recognition)
    record_event(
        actor=actor, verb="recognition.ended", subject=recognition.firm, firm=recognition.firm,
        change=f"{recognition.list_slug} {recognition.valid_before}",
    )  # fmt: skip
    return recognition


def _country(site: Site) -> str:
    place = site.region or site.park
    return str(place.country if place else site.firm.country)


def _assign(instance: models.Model, values: Mapping[str, Any]) -> None:
    for field, value in values.items():
        setattr(instance, field, value)
