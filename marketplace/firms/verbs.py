"""What the events of firms say in the life line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.pictures import life_line

from .models import Event

_VERBS = {
    "firm.registered": gettext_lazy("registered the firm"),
    "firm.changed": gettext_lazy("changed the firm's record"),
    "firm.member_added": gettext_lazy("added a member"),
    "firm.member_invited": gettext_lazy("invited a member"),
    "firm.member_removed": gettext_lazy("removed a member"),
    "site.added": gettext_lazy("added a site"),
    "site.changed": gettext_lazy("changed a site"),
    "permit.added": gettext_lazy("entered a permit"),
    "permit.verified": gettext_lazy("verified the permit"),
    "permit.suspended": gettext_lazy("suspended the permit"),
    "permit.revoked": gettext_lazy("revoked the permit"),
    "permit.expired": gettext_lazy("marked the permit as expired"),
    "permit.reason_given": gettext_lazy("gave the reason"),
    "recognition.given": gettext_lazy("entered the firm in a list"),
    "recognition.ended": gettext_lazy("ended the firm's standing on a list"),
}
_NAMING = frozenset({"permit.added", "permit.reason_given", "recognition.given", "recognition.ended"})


def life_line_events(events: Iterable[Event]) -> list[life_line.Event]:
    return in_words(events, _VERBS, _NAMING)


def in_words(events: Iterable[Event], verbs: Mapping[str, object], naming: Set[str]) -> list[life_line.Event]:
    """The events by their `verbs`; of those in `naming` the stored change names a thing, else it is for programs."""
    return [
        life_line.Event(
            when=event.at,
            actor=str(event.actor or _("Loopyard")),
            verb=str(verbs.get(event.verb, event.verb)),
            detail=event.change if event.verb in naming else "",
        )
        for event in events
    ]
