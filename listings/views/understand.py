"""What the page says beside the form while someone types."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_POST

from ..asking import Asked, asked, certain_material, figured
from ..contamination import warning_of
from ..forms.subject import MOST_CANDIDATES, sorts_for
from ..hints import Hint, Said, hints_typed, typed_figures
from ..knowledge import LONGEST_TEXT, TextReading, read_text
from ..models import Kind, Material, MaterialProperty
from ..names import MATERIAL, Subject, names
from ..reasons import Suggestion


@login_required
@require_POST
def understand_text(request: HttpRequest) -> HttpResponse:
    """A fragment: the material that is meant, or the likely ones, the open question, hazards, and the figures found."""
    kind = request.POST.get("kind", "")
    kind = kind if kind in Kind.values else Kind.OFFER
    words = request.POST.get("material", "")[:200].strip()
    text = f"{words}\n{request.POST.get('description', '')}"[:LONGEST_TEXT]
    meant = names().meant_by(words, sorts_for(kind)) if words else ()
    given = tuple(figured(request.POST))
    reading = read_text(text, side=kind, certain=certain_material(words), given=given)
    subject = meant[0] if len(meant) == 1 else None
    question = asked(reading.question, given) if reading.question and kind == Kind.OFFER else None
    likeliest = meant or reading.subjects
    context = {
        "kind": kind,
        "words": words,
        "subject": subject,
        "is_sentence": bool(words) and not meant,
        "namesakes": meant if len(meant) > 1 and not (question and question.about_material) else (),
        "suggestions": () if meant else suggested(reading, question),
        "question": question,
        "warning": warning_of(reading.hazards, likeliest[0] if likeliest else None),
        "hints": _hints(kind, text, subject, request.POST),
        "figures": reading.figures,
        "usual": usual_properties(subject),
    }
    return render(request, "listings/_understanding.html", context)


def suggested(reading: TextReading, question: Asked | None) -> tuple[Suggestion, ...]:
    """Nothing where the reader asks for a name, or where the question has what is likeliest among its answers."""
    if reading.question and reading.question.kind == "name_material":
        return ()
    asked_already = [answer.subject for answer in question.answers] if question else []
    return () if reading.subjects and reading.subjects[0] in asked_already else reading.suggestions[:MOST_CANDIDATES]


def _hints(kind: str, text: str, subject: Subject | None, sent: QueryDict) -> list[Hint]:
    """What lists say of it, the material included once it is certain."""
    certain = subject is not None and subject.sort == MATERIAL
    material = Material.objects.filter(pk=subject.pk).first() if subject and certain else None
    return hints_typed(Said(kind, text, material, typed_figures(sent)))


def usual_properties(subject: Subject | None) -> list[str]:
    """The properties that are asked for first, each as `slug:basis`."""
    if subject is None or subject.sort != MATERIAL:
        return []
    rows = MaterialProperty.objects.filter(material=subject.pk).order_by("position")
    pairs = rows.values_list("property__slug", "property__basis_default")
    return [f"{slug}:{basis}" for slug, basis in pairs]
