"""Proposals: a line of a plan is put to both sides, who agree or decline; whoever proposed it may take it back."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from listings.models import Kind, Listing
from listings.services import WRITERS
from marketplace.errors import DomainError, Incomplete, NotAllowed, WrongState
from marketplace.firms.models import User
from marketplace.firms.querysets import acts_for_all
from marketplace.firms.services import record_event, require_role, save_clean
from marketplace.pictures.figures import figure
from matching.blends import Share, require_blends
from matching.models import DeclineReason, Proposal, ProposalState
from matching.plans import feasible_t
from matching.rights import missing_right, missing_rights

FORGIVEN_T = 1e-6  # what binary fractions may lose of a tonnage


class RightMissing(DomainError):
    """A permit or a standing on a list that the pair needs is not there."""

    code = "right_missing"


@dataclass(frozen=True)
class ProposedLine:
    offer: int
    need: int
    quantity_t: Decimal


@transaction.atomic
def propose(*, actor: User, lines: Sequence[ProposedLine], day: dt.date) -> list[Proposal]:
    """Put lines of a plan to both sides: all of them, or none.

    What was planned may have changed since, so each pair is matched anew, and no listing may be proposed for more
    than it has or wants. A need filled with a blend must be proposed all of it.
    """
    if not acts_for_all(actor):
        raise NotAllowed
    if not lines:
        raise Incomplete(_("Choose at least one line."))
    keys = {line.offer for line in lines} | {line.need for line in lines}
    listings = {row.pk: row for row in Listing.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    _require_rights(lines, listings, day)
    _require_feasible(lines, listings, day)
    _require_room(lines, listings)
    require_blends(listings.values(), [*_shares(lines), *_standing_shares(listings)])
    return [_propose(actor, line, listings) for line in lines]


@transaction.atomic
def agree(*, actor: User, proposal: Proposal, side: str) -> Proposal:
    """One side takes it up; with the second the proposal is accepted.

    Refused while a right is missing, and where the use has been prohibited since.
    """
    proposal = _locked_open(proposal)
    listing = _listing_of(proposal, side)
    require_role(actor, listing.firm, *WRITERS)
    field = f"{side}_agreed_at"
    if getattr(proposal, field) is not None:
        raise WrongState
    missing = missing_right(proposal.offer, proposal.need, timezone.localdate())
    if missing is not None:
        raise RightMissing(missing.sentence)
    setattr(proposal, field, timezone.now())
    if proposal.offer_agreed_at and proposal.need_agreed_at:
        _close(proposal, ProposalState.ACCEPTED)
    save_clean(proposal)
    record_event(actor=actor, verb="proposal.agreed", subject=proposal, firm=listing.firm, change=side)
    return proposal


@transaction.atomic
def decline(*, actor: User, proposal: Proposal, side: str, reason: str, note: str = "") -> Proposal:
    """One side says no, and why; `note` is for those who made the plan."""
    proposal = _locked_open(proposal)
    listing = _listing_of(proposal, side)
    require_role(actor, listing.firm, *WRITERS)
    if reason not in DeclineReason.values:
        raise Incomplete(_("Say why: it makes the next plan better."), field="reason")
    proposal.declined_side, proposal.decline_reason, proposal.decline_note = side, reason, note
    _close(proposal, ProposalState.DECLINED)
    save_clean(proposal)
    record_event(actor=actor, verb="proposal.declined", subject=proposal, firm=listing.firm, change=f"{side} {reason}")
    return proposal


@transaction.atomic
def withdraw(*, actor: User, proposal: Proposal) -> Proposal:
    if not acts_for_all(actor):
        raise NotAllowed
    proposal = _locked_open(proposal)
    _close(proposal, ProposalState.WITHDRAWN)
    save_clean(proposal)
    record_event(actor=actor, verb="proposal.withdrawn", subject=proposal)
    return proposal


def _require_rights(lines: Sequence[ProposedLine], listings: Mapping[int, Listing], day: dt.date) -> None:
    """Asked before all else, so that the refusal names the right and its day."""
    sides = [(listings.get(line.offer), listings.get(line.need)) for line in lines]
    pairs = [(offer, need) for offer, need in sides if offer and need and offer.is_offer and not need.is_offer]
    missing = missing_rights(pairs, day)
    for offer, need in pairs:
        lacks = missing.get((offer.pk, need.pk))
        if lacks is not None:
            named = {"offer": offer.title, "need": need.title, "reason": lacks.sentence}
            raise RightMissing(_("“%(offer)s” and “%(need)s”: %(reason)s.") % named)


def _require_feasible(lines: Sequence[ProposedLine], listings: Mapping[int, Listing], day: dt.date) -> None:
    """Each pair breaks no rule today, and carries no more than offer, need and permit allow."""
    feasible = feasible_t([line.offer for line in lines], [line.need for line in lines], day)
    for line in lines:
        most_t = feasible.get((line.offer, line.need))
        if most_t is None or not 0 < float(line.quantity_t) <= most_t + FORGIVEN_T:
            raise DomainError(_no_longer(line, listings), code="not_feasible")
        _require_lots(line, listings)


def _require_lots(line: ProposedLine, listings: Mapping[int, Listing]) -> None:
    """As in a plan, a pair carries at least the smallest lot of both sides."""
    offer, need = listings[line.offer], listings[line.need]
    least_t = max(offer.min_lot_t or Decimal(0), need.min_lot_t or Decimal(0))
    if line.quantity_t < least_t:
        named = {"offer": offer.title, "need": need.title, "least": figure(least_t)}
        text = _("“%(offer)s” and “%(need)s”: the quantity is less than the smallest lot, %(least)s t.")
        raise DomainError(text % named, code="below_lot")


def _require_room(lines: Sequence[ProposedLine], listings: Mapping[int, Listing]) -> None:
    """No listing is spoken for beyond its year's tonnes."""
    spoken: defaultdict[int, Decimal] = defaultdict(Decimal)
    for side in ("offer", "need"):
        standing = Proposal.objects.standing().filter(**{f"{side}__in": listings}).order_by()
        spoken |= dict(standing.values_list(side).annotate(Sum("quantity_t")))
    for line in lines:
        spoken[line.offer] += line.quantity_t
        spoken[line.need] += line.quantity_t
    for key, listing in listings.items():
        if spoken[key] > listing.quantity_t_per_year:
            named = {"listing": listing.title}
            raise DomainError(_("“%(listing)s” is proposed for more than its quantity.") % named, code="spoken_for")


def _shares(lines: Sequence[ProposedLine]) -> list[Share]:
    return [Share(line.offer, line.need, line.quantity_t) for line in lines]


def _standing_shares(listings: Mapping[int, Listing]) -> list[Share]:
    standing = Proposal.objects.standing().filter(need__in=listings).order_by()
    return [Share(*row) for row in standing.values_list("offer", "need", "quantity_t")]


def _propose(actor: User, line: ProposedLine, listings: Mapping[int, Listing]) -> Proposal:
    proposal = Proposal(
        offer=listings[line.offer], need=listings[line.need], quantity_t=line.quantity_t, created_by=actor
    )
    save_clean(proposal)
    record_event(actor=actor, verb="proposal.made", subject=proposal, change=f"{line.quantity_t} t")
    return proposal


def _no_longer(line: ProposedLine, listings: Mapping[int, Listing]) -> str:
    titles = [listings[key].title if key in listings else str(key) for key in (line.offer, line.need)]
    named = {"offer": titles[0], "need": titles[1]}
    return _("“%(offer)s” and “%(need)s” no longer fit in this quantity. Make the plan again.") % named


def _locked_open(proposal: Proposal) -> Proposal:
    rows: Iterable[Proposal] = Proposal.objects.select_for_update().filter(pk=proposal.pk)
    locked = next(iter(rows))
    if not locked.is_open:
        raise WrongState
    return locked


def _listing_of(proposal: Proposal, side: str) -> Listing:
    if side not in Kind.values:
        raise Incomplete(_("Say for which side."), field="side")
    return proposal.offer if side == Kind.OFFER else proposal.need


def _close(proposal: Proposal, state: str) -> None:
    proposal.state, proposal.closed_at = state, timezone.now()
