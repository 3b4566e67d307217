"""Firms that a person does not want to see in searches: a choice of his own, which nobody else learns of."""

from __future__ import annotations

from django.utils.translation import gettext as _

from marketplace.errors import WrongState
from marketplace.firms.models import Firm, User
from marketplace.firms.querysets import Viewer

from .models import HiddenFirm

MOST_HIDDEN = 500


def hide_firm(*, actor: User, firm: Firm) -> None:
    """Leave the firm's listings out of the actor's searches; hiding it twice changes nothing."""
    hidden = HiddenFirm.objects.filter(user=actor)
    if hidden.exclude(firm=firm).count() >= MOST_HIDDEN:
        raise WrongState(_("You hide %(most)s firms already. Show one again first.") % {"most": MOST_HIDDEN})
    HiddenFirm.objects.get_or_create(user=actor, firm=firm)


def show_firm(*, actor: User, firm: Firm) -> None:
    HiddenFirm.objects.filter(user=actor, firm=firm).delete()


def hidden_firms(viewer: Viewer) -> frozenset[int]:
    """Keys of the firms that the viewer hides. One query, none for a visitor."""
    if not viewer.is_authenticated:
        return frozenset()
    return frozenset(HiddenFirm.objects.filter(user=viewer).values_list("firm", flat=True))
