"""How sure a suggestion is and what it rests on, in words that the writer of the text can check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .names import USE, Subject, names
from .understanding.materials import CONTEXT
from .understanding.questions import SURE
from .understanding.results import Ranked
from .understanding.text import normalise, respell
from .understanding.vocabulary import SIMILAR

MOST_WORDS = 3
LIKELY, POSSIBLE = SURE, 0.2  # confidence from which the words are used
_MARKS = {SIMILAR, CONTEXT}  # evidence that is no word of the text
_OF_USE = "use:"


@dataclass(frozen=True)
class Suggestion:
    """A material or use that a text may mean."""

    subject: Subject
    entry: Ranked

    @property
    def certainty(self) -> str:
        if self.entry.confidence >= LIKELY:
            return _("likely")
        return _("perhaps") if self.entry.confidence >= POSSIBLE else _("less likely")

    @property
    def reason(self) -> str:
        words = telling(self.entry.evidence)
        if words:
            return _("in your words: %(words)s") % {"words": " · ".join(words)}
        uses = (mark.removeprefix(_OF_USE) for mark in self.entry.evidence if mark.startswith(_OF_USE))
        use = next((names().subjects[key] for slug in uses if (key := f"{USE}:{slug}") in names().subjects), None)
        return _("suits the use: %(use)s") % {"use": use.name} if use else _("sounds like its description")


def telling(evidence: Sequence[str]) -> list[str]:
    """The longest few words, in the order given; none that is part of another or another's variant spelling."""
    plain = [word for word in evidence if word not in _MARKS and not word.startswith(_OF_USE)]
    spelt = {respell(normalise(word)): word for word in reversed(plain)}
    parts = {key for key in spelt if any(key != other and key in other for other in spelt)}
    whole = [word for key, word in reversed(spelt.items()) if key not in parts]
    kept = set(sorted(whole, key=len, reverse=True)[:MOST_WORDS])
    return [word for word in dict.fromkeys(plain) if word in kept]
