"""What the events of batches and entries say in the back office."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy

from marketplace.firms.models import Event
from marketplace.firms.verbs import in_words
from marketplace.pictures import life_line

_VERBS = {
    "batch.opened": gettext_lazy("opened the batch"),
    "batch.changed": gettext_lazy("changed what is said of the batch"),
    "batch.lines_added": gettext_lazy("added lines"),
    "batch.line_dropped": gettext_lazy("took a line out"),
    "batch.draft": gettext_lazy("returned it to those who prepare"),
    "batch.review": gettext_lazy("submitted it for review"),
    "batch.notice": gettext_lazy("put it on public notice"),
    "batch.effective": gettext_lazy("let it take effect"),
    "batch.refused": gettext_lazy("refused it"),
    "objection.received": gettext_lazy("received an objection"),
    "objection.upheld": gettext_lazy("upheld an objection"),
    "objection.dismissed": gettext_lazy("dismissed an objection"),
    "entry.listed": gettext_lazy("entered it in the list"),
    "entry.changed": gettext_lazy("changed what the list says of it"),
    "entry.renamed": gettext_lazy("entered its new name"),
    "entry.corrected": gettext_lazy("corrected what the list said of it"),
    "entry.rectify": gettext_lazy("told it to rectify"),
    "entry.restored": gettext_lazy("found it rectified"),
    "entry.withdrawn": gettext_lazy("withdrew it from the list"),
    "entry.linked": gettext_lazy("linked it to a firm of the market"),
    "entry.unlinked": gettext_lazy("took back which firm it is"),
}
# What the others store is for programs, or names the batch in the language of whoever let it take effect.
_TELLING = frozenset(
    {
        "batch.lines_added", "batch.line_dropped", "batch.draft", "batch.notice", "batch.effective", "batch.refused",
        "objection.upheld", "objection.dismissed", "entry.linked", "entry.unlinked",
    }
)  # fmt: skip


def told(events: Iterable[Event]) -> list[life_line.Event]:
    """The events in words, each with what it names."""
    return in_words(events, _VERBS, _TELLING)
