"""The one question that an offer's text leaves open, in words and with its answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .knowledge import read_text, typed
from .models import Kind
from .names import MATERIAL, Subject, names, plain
from .understanding.ambiguity import is_ambiguous
from .understanding.kinds import KindAnswer, kind_question
from .understanding.results import Question

KIND_WORDS = {
    "ash_class": gettext_lazy("Class F or class C?"),
    "ash_discharge": gettext_lazy("Is the ash taken out dry or wet?"),
    "slag_ageing": gettext_lazy("Is the slag aged or fresh?"),
    "slag_grinding": gettext_lazy("Is the slag ground?"),
    "lime_process": gettext_lazy("Does it come from the dry or the wet process?"),
}
ANSWER_WORDS = {
    "class_f": gettext_lazy("Class F, low in lime"),
    "class_c": gettext_lazy("Class C, high in lime"),
    "dry": gettext_lazy("dry, from the silo"),
    "wet": gettext_lazy("wet, from a pond or moistened"),
    "aged": gettext_lazy("aged or steam-treated"),
    "fresh": gettext_lazy("fresh"),
    "ground": gettext_lazy("yes, to powder"),
    "granules": gettext_lazy("no, granules"),
    "dry_process": gettext_lazy("dry process, powder"),
    "wet_process": gettext_lazy("wet process, pressed mud"),
}


@dataclass(frozen=True)
class Answer:
    """Names a material, or states that a property lies from `low` to `high`."""

    key: str
    label: str
    subject: Subject | None = None
    property: str = ""
    low: str = ""
    high: str = ""


@dataclass(frozen=True)
class Asked:
    text: str
    answers: tuple[Answer, ...]
    about_material: bool


def question_in(sent: Mapping[str, Any]) -> Asked | None:
    """What is still to be asked about a posting as it was sent; a need may leave open what it takes."""
    if sent.get("kind", Kind.OFFER) != Kind.OFFER:
        return None
    words = str(sent.get("material", "")).strip()
    text = f"{words}\n{sent.get('description', '')}"
    given = tuple(figured(sent))
    question = read_text(text, side=Kind.OFFER, certain=certain_material(words), given=given).question
    return asked(question, given) if question else None


def certain_material(words: str) -> str:
    """Slug of the material that these words name, unless others bear the name too and it is not the material's own."""
    meant = names().meant_by(words, (MATERIAL,)) if words else ()
    if len(meant) != 1:
        return ""
    own_name = plain(words) in {plain(meant[0].name_en), plain(meant[0].name_zh), plain(meant[0].slug)}
    return meant[0].slug if own_name or not is_ambiguous(words) else ""


def figured(sent: Mapping[str, Any]) -> Iterator[str]:
    """Slugs of the properties that have a number in a row of the table."""
    for name, slug in sent.items():
        if slug and name.endswith("-property"):
            row = name.removesuffix("property")
            if any(sent.get(row + end) for end in ("low", "typical", "high")):
                yield str(slug)


def asked(question: Question, given: Iterable[str] = ()) -> Asked | None:
    """In words, or None for what is no choice. Of one material no more than one kind is asked."""
    if question.kind == "which_material":
        return _which_material(question)
    kind = kind_question(question.about) if question.kind == "which_kind" else None
    if kind is None or kind.others & frozenset(given):
        return None
    return Asked(str(KIND_WORDS[kind.slug]), tuple(_kind_answer(answer) for answer in kind.answers), False)


def kind_answer(key: str) -> KindAnswer | None:
    """The answer `question:answer` of a radio button."""
    slug, _colon, answer = key.partition(":")
    kind = kind_question(slug)
    return next((each for each in kind.answers if each.slug == answer), None) if kind else None


def _which_material(question: Question) -> Asked | None:
    known = names().subjects
    subjects = [known[key] for slug in question.options if (key := f"{MATERIAL}:{slug}") in known]
    if len(subjects) < 2:
        return None
    text = _("“%(name)s” can be several things. Which is it?") % {"name": question.about}
    answers = tuple(Answer(subject.key, subject.name, subject) for subject in subjects)
    return Asked(text if question.about else _("Which of these is it?"), answers, True)


def _kind_answer(answer: KindAnswer) -> Answer:
    key = f"{answer.question}:{answer.slug}"
    label = str(ANSWER_WORDS[answer.slug])
    return Answer(key, label, None, answer.property_slug, typed(answer.low), typed(answer.high))
