"""The vocabulary of the database as the pure reader of texts wants it, and what that reader makes of a text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Count, Max

from marketplace.units import Basis

from .models import Material, MaterialUse, Property, Use, WasteCode
from .names import MATERIAL, USE, Names, Subject, Version, names, names_version
from .reasons import Suggestion
from .understanding.catalogue import Catalogue, CodeTerm, MaterialTerm, PropertyTerm, UseFit, UseTerm, split_list
from .understanding.figures import Figure
from .understanding.materials import understand
from .understanding.results import Question, Understanding

# The reader's words for a basis, and ours.
_BASES = {"as_received": Basis.AS_RECEIVED, "dry": Basis.DRY}
_READERS_BASES = {ours: theirs for theirs, ours in _BASES.items()}
LONGEST_TEXT = 4000
LEAST_SHARE = 0.1  # of the best candidate's confidence; what lies below only distracts


@dataclass(frozen=True)
class FoundFigure:
    """A number found in a text, in the unit of its property, as it would be typed into a row of figures or limits."""

    property: PropertyTerm
    low: str
    typical: str
    high: str
    basis: str
    text: str


@dataclass(frozen=True)
class TextReading:
    """What a text seems to be about, most likely first, the figures and hazards in it, and what it leaves open."""

    suggestions: tuple[Suggestion, ...] = ()
    figures: tuple[FoundFigure, ...] = ()
    hazards: tuple[str, ...] = ()
    question: Question | None = None

    @property
    def subjects(self) -> tuple[Subject, ...]:
        return tuple(suggestion.subject for suggestion in self.suggestions)


def catalogue() -> Catalogue:
    """Built once in a process and again when the reference tables change; telling that takes five small queries."""
    return _catalogue((*names_version(), *_version()))


def read_text(text: str, *, side: str, certain: str = "", given: Iterable[str] = ()) -> TextReading:
    """Read the words of a person who offers (`side="offer"`) or needs (`"need"`) something.

    `certain` is the slug of a material that is no matter of doubt, `given` are properties with a figure elsewhere.
    """
    if not text.strip():
        return TextReading()
    known = catalogue()
    found = understand(text[:LONGEST_TEXT], known, side=side, certain=certain, given=given)
    properties = {term.slug: term for term in known.properties}
    figures = (_figure(figure, properties, side) for figure in found.figures if figure.property_slug in properties)
    hazards = found.hazards if side == "offer" else ()
    return TextReading(_suggestions(found, names(), side), tuple(figures), hazards, found.question)


def _suggestions(found: Understanding, known: Names, side: str) -> tuple[Suggestion, ...]:
    """Materials and, where a need is read, uses, by falling confidence."""
    ranked = [(MATERIAL, entry) for entry in found.materials]
    if side == "need":
        ranked += [(USE, entry) for entry in found.uses]
    ranked.sort(key=lambda pair: -pair[1].confidence)
    least = LEAST_SHARE * ranked[0][1].confidence if ranked else 0.0
    keyed = ((f"{sort}:{entry.slug}", entry) for sort, entry in ranked if entry.confidence >= least)
    return tuple(Suggestion(known.subjects[key], entry) for key, entry in keyed if key in known.subjects)


def _figure(figure: Figure, properties: dict[str, PropertyTerm], side: str) -> FoundFigure:
    """An offer's "below 10 %" is a range down to the lowest possible value; a need's leaves that end open."""
    term = properties[figure.property_slug]
    low, high = figure.low, figure.high
    if side == "offer" and figure.typ is None:
        low = term.min_value if low is None else low
        high = term.max_value if high is None else high
    return FoundFigure(term, typed(low), typed(figure.typ), typed(high), _BASES.get(figure.basis, ""), figure.text)


def typed(number: float | None) -> str:
    """As a person would write it: `3`, `0.05`, nothing for None."""
    return "" if number is None else f"{number:.6f}".rstrip("0").rstrip(".")


def _version() -> Version:
    models = (Property, WasteCode, MaterialUse)
    states = (model.objects.aggregate(number=Count("pk"), last=Max("pk")) for model in models)
    return tuple(tuple(state.values()) for state in states)


@lru_cache(maxsize=2)
def _catalogue(_version: Version) -> Catalogue:
    return Catalogue(
        materials=tuple(_material(material) for material in _materials()),
        uses=tuple(UseTerm(use.slug, use.name_en, use.name_zh, _synonyms(use)) for use in Use.objects.all()),
        properties=tuple(property_term(property) for property in Property.objects.all()),
        codes=tuple(CodeTerm(*row) for row in WasteCode.objects.values_list("scheme", "code", "name_en", "name_zh")),
        fits=tuple(_fit(*row) for row in MaterialUse.objects.values_list(*_FIT_COLUMNS)),
    )


_FIT_COLUMNS = ("material__slug", "use__slug", "suitability", "prohibited")


def _materials() -> list[Material]:
    return list(Material.objects.select_related("parent").prefetch_related("codes"))


def _material(material: Material) -> MaterialTerm:
    return MaterialTerm(
        slug=material.slug,
        parent=material.parent.slug if material.parent else "",
        name_en=material.name_en,
        name_zh=material.name_zh,
        synonyms=_synonyms(material),
        form=material.form,
        ewc_codes=tuple(code.code for code in material.codes.all() if code.scheme == "EWC"),
    )


def property_term(property: Property) -> PropertyTerm:
    return PropertyTerm(
        slug=property.slug,
        name_en=property.name_en,
        name_zh=property.name_zh,
        symbol=property.symbol,
        unit=property.unit,
        basis_default=_READERS_BASES.get(property.basis_default, "-"),
        synonyms=_synonyms(property),
        min_value=property.min_value,
        max_value=property.max_value,
    )


def _synonyms(term: Material | Use | Property) -> tuple[str, ...]:
    return split_list(term.synonyms_en) + split_list(term.synonyms_zh)


def _fit(material: str, use: str, suitability: object, prohibited: bool) -> UseFit:
    return UseFit(material, use, float(str(suitability)), prohibited)
