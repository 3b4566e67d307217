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

# What `values` may state of each record; the rest is the services' own to write.
STATED: dict[type[models.Model], frozenset[str]] = {
    Firm: frozenset(
        {"name_zh", "name_en", "country", "credit_code", "registry", "registry_id", "nace", "gbt_4754", "about"}
    ),
    Site: frozenset({"name", "address", "latitude", "longitude", "park", "region", "location_public"}),
    Permit: frozenset({"kind", "number", "authority", "valid_from", "valid_to", "document"}),
    PermitLine: frozenset(
        {
            "site", "scheme", "code_from", "code_to", "operation", "form", "capacity_t_per_year", "taken_t",
            "taken_year",
        }
    ),
    Recognition: frozenset({"list_slug", "list_name_zh", "list_name_en", "reference", "valid_from", "valid_before"}),
}  # fmt: skip
IDENTITY = ("credit_code", "registry", "registry_id")
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
def register_firm(
    *, actor: User, values: Mapping[str, Any], former_names: Iterable[str] = (), source: str = Firm.Source.MEMBER
) -> Firm:
    """A new firm with the actor as its owner."""
    firm = Firm(source=source)
    _assign(firm, values)
    save_clean(firm)
    FormerName.objects.bulk_create(FormerName(firm=firm, name=name) for name in former_names)
    Membership.objects.create(user=actor, firm=firm, role=Role.OWNER)
    record_event(actor=actor, verb="firm.registered", subject=firm, firm=firm)
    return firm


@transaction.atomic
def change_firm(*, actor: User, firm: Firm, values: Mapping[str, Any]) -> Firm:
    """Change a firm's record; a legal name that goes is kept as a former name.

    Its listings are found by its names: who changes it calls `index_firm` of the search as well.
    """
    firm = Firm.objects.select_for_update().get(pk=firm.pk)
    require_role(actor, firm, Role.OWNER)
    _require_free_identity(actor, firm, values)
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
    site = Site(firm=firm)
    _assign(site, values)
    site.country = _country(site)
    save_clean(site)
    record_event(actor=actor, verb="site.added", subject=site, firm=firm)
    return site


@transaction.atomic
def change_site(*, actor: User, site: Site, values: Mapping[str, Any]) -> Site:
    """Change a site. Its listings repeat its public place: who changes it calls `follow_site` of listings as well."""
    site = Site.objects.select_for_update().get(pk=site.pk)
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
    """A permit as the firm states it: a draft until an officer has seen its document.

    The document is stored last, because a refusal takes back rows but not files.
    """
    require_role(actor, firm, Role.OWNER)
    permit = Permit(firm=firm)
    _assign(permit, {field: value for field, value in values.items() if field != "document"})
    save_clean(permit)
    for line in lines:
        _add_line(permit, line)
    if values.get("document"):
        permit.document = values["document"]
        save_clean(permit)
    record_event(actor=actor, verb="permit.added", subject=permit, firm=firm, change=permit.number)
    return permit


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
    recognition = Recognition(firm=firm)
    _assign(recognition, values)
    save_clean(recognition)
    record_event(actor=actor, verb="recognition.given", subject=firm, firm=firm, change=recognition.list_slug)
    return recognition


@transaction.atomic
def end_recognition(*, actor: User | None, recognition: Recognition, day: dt.date) -> Recognition:
    """From `day` on the recognition no longer counts; with today's date it stops at once. An end is never put off."""
    if actor is not None and not acts_for_all(actor):
        raise NotAllowed
    recognition = Recognition.objects.select_for_update().get(pk=recognition.pk)
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


def _require_free_identity(actor: User, firm: Firm, values: Mapping[str, Any]) -> None:
    """Rights were given to the firm of these numbers; under other numbers they would be somebody else's."""
    changed = [field for field in IDENTITY if field in values and values[field] != getattr(firm, field)]
    if not changed or acts_for_all(actor):
        return
    verified = firm.permits.filter(state=PermitState.VERIFIED).exists()
    if verified or firm.recognitions.valid_on(timezone.localdate()).exists():
        raise WrongState(
            _("Permits or lists rest on this number. Ask an officer to change it."),
            field=changed[0],
            code="identity_in_use",
        )


def _add_line(permit: Permit, values: Mapping[str, Any]) -> PermitLine:
    line = PermitLine(permit=permit)
    _assign(line, values)
    save_clean(line)
    return line


def _assign(instance: models.Model, values: Mapping[str, Any]) -> None:
    if foreign := values.keys() - STATED[type(instance)]:
        raise ValueError(f"not for the caller to write: {sorted(foreign)}")
    for field, value in values.items():
        setattr(instance, field, value)
