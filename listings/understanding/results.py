"""What `understand` hands back."""

from dataclasses import dataclass
from typing import Literal

from .figures import Figure

QuestionKind = Literal["name_material", "which_material"]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A material or use with its confidence (0 to 1) and the words it rests on."""

    slug: str
    confidence: float
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question that would settle the doubt; `options` are material slugs. The wording lives in templates."""

    kind: QuestionKind
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Understanding:
    """Materials and uses best first; `hazards` are slugs of `hazards.HAZARDS`."""

    materials: tuple[Ranked, ...]
    uses: tuple[Ranked, ...]
    figures: tuple[Figure, ...]
    hazards: tuple[str, ...]
    question: Question | None
