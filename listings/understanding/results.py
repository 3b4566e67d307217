"""What `understand` hands back."""

from dataclasses import dataclass
from typing import Literal

from .figures import Figure

QuestionKind = Literal["name_material", "which_material", "which_kind"]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A material or use with its confidence (0 to 1) and the words it rests on."""

    slug: str
    confidence: float
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question that would settle the doubt; the wording is left to the pages.

    `options` are materials or, of `which_kind`, answers of `kinds.csv`. `about` is the word that is unclear or the
    question's key in that file.
    """

    kind: QuestionKind
    options: tuple[str, ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True)
class Understanding:
    """Materials and uses best first; `hazards` are slugs of `hazards.HAZARDS`."""

    materials: tuple[Ranked, ...]
    uses: tuple[Ranked, ...]
    figures: tuple[Figure, ...]
    hazards: tuple[str, ...]
    question: Question | None
