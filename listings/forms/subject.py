"""From what a person typed to the material or use that is meant: known by name, or asked back, never guessed."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..knowledge import read_text
from ..models import Kind
from ..names import MATERIAL, USE, Subject, names

MOST_CANDIDATES = 5
NONE_OF_THESE = "none"


@dataclass(frozen=True)
class Resolution:
    """The subject, or else the question to ask and the candidates to choose from."""

    subject: Subject | None = None
    question: str = ""
    candidates: tuple[Subject, ...] = ()


def sorts_for(kind: str) -> tuple[str, ...]:
    return (MATERIAL,) if kind == Kind.OFFER else (MATERIAL, USE)


def resolve(text: str, *, kind: str, choice: str = "", asked: str = "") -> Resolution:
    """`choice` is the key of the candidate picked when we last asked, which was about the text `asked`."""
    known = names()
    if asked == text and choice in known.subjects:
        return Resolution(known.subjects[choice])
    meant = known.meant_by(text, sorts_for(kind))
    if len(meant) == 1:
        return Resolution(meant[0])
    if meant:
        question = _("“%(text)s” is the name of more than one. Which do you mean?")
        return Resolution(None, question % {"text": text}, meant)
    refused = choice == NONE_OF_THESE and asked == text
    candidates = () if refused else read_text(text, side=kind).subjects[:MOST_CANDIDATES]
    if candidates:
        return Resolution(None, _("We do not know “%(text)s” by this name. Did you mean:") % {"text": text}, candidates)
    question = _("We do not know “%(text)s”. Try another word for it, in Chinese or English.")
    return Resolution(None, question % {"text": text})
