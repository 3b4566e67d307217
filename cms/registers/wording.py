"""Words of the registers for the public: standings, actions, what happened to an entry."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import Action, EntryState

# The order in which an announcement tells them.
ACTIONS = (
    Action.ADD, Action.CHANGE, Action.RENAME, Action.CORRECT, Action.RECTIFY, Action.RESTORE, Action.WITHDRAW,
)  # fmt: skip
ACTION_TITLES: dict[str, str | Promise] = {
    Action.ADD: _("Added"),
    Action.CHANGE: _("Changed"),
    Action.RENAME: _("Renamed"),
    Action.CORRECT: _("Corrected"),
    Action.RECTIFY: _("To rectify"),
    Action.RESTORE: _("Rectified"),
    Action.WITHDRAW: _("Withdrawn from the list"),
}
HAPPENED: dict[str, str | Promise] = {
    Action.ADD: _("entered it in the list"),
    Action.CHANGE: _("changed what the list says of it"),
    Action.RENAME: _("entered its new name"),
    Action.CORRECT: _("corrected what the list said of it"),
    Action.RECTIFY: _("told it to rectify"),
    Action.RESTORE: _("found it rectified"),
    Action.WITHDRAW: _("withdrew it from the list"),
}
STANDING_WORDS: dict[str, str | Promise] = {
    EntryState.APPLIED: _("applied for"),
    EntryState.REVIEWED: _("under review"),
    EntryState.NOTICE: _("on public notice"),
    EntryState.LISTED: _("on the list"),
    EntryState.RECTIFY: _("told to rectify"),
    EntryState.WITHDRAWN: _("no longer on the list"),
    EntryState.REFUSED: _("not listed"),
}
# How the page draws each: the sign and colour of `marketplace.pictures.outcome`.
OUTCOMES: dict[str, str] = {EntryState.LISTED: "passes", EntryState.RECTIFY: "may", EntryState.WITHDRAWN: "fails"}


def outcome_of(standing: str) -> str:
    return OUTCOMES.get(standing, "unknown")


def initials(name: str) -> str:
    """A name as an announcement shows it: enough for whoever wrote to find their own words, and no more.

    >>> initials("王小明"), initials("Jane van Dam"), initials(" ")
    ('王某', 'J. v. D.', '–')
    """
    words = name.split()
    if not words:
        return "–"
    if words[0][0].isascii():
        return " ".join(f"{word[0]}." for word in words[:4])
    return f"{words[0][0]}某"
