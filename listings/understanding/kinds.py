"""Kinds of one material that takers tell apart (class F or C, dry or wet), and the figure each kind stands for."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .catalogue import read_rows, split_list
from .phrases import PhraseIndex
from .reading import Reading


@dataclass(frozen=True, slots=True)
class KindAnswer:
    """An answer and what it says: `property_slug` lies from `low` to `high`, in the property's own unit."""

    question: str
    slug: str
    property_slug: str
    low: float
    high: float


@dataclass(frozen=True)
class KindQuestion:
    """`words` are those by which a text answers the question itself."""

    slug: str
    material: str
    answers: tuple[KindAnswer, ...]
    words: PhraseIndex

    @property
    def properties(self) -> frozenset[str]:
        return frozenset(answer.property_slug for answer in self.answers)

    @property
    def others(self) -> frozenset[str]:
        """Properties by which the other questions on the material are answered."""
        asked = kind_questions()[self.material]
        return frozenset(slug for each in asked if each is not self for slug in each.properties)


@lru_cache(maxsize=1)
def kind_questions() -> dict[str, tuple[KindQuestion, ...]]:
    """Questions by material, the weightiest first."""
    table: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in read_rows(Path(__file__).parent / "kinds.csv", required=True):
        table.setdefault((row["material"], row["question"]), []).append(row)
    found: dict[str, tuple[KindQuestion, ...]] = {}
    for (material, slug), rows in table.items():
        answers = tuple(
            KindAnswer(row["question"], row["answer"], row["property"], float(row["low"]), float(row["high"]))
            for row in rows
        )
        words = PhraseIndex((row["answer"], word) for row in rows for word in split_list(row["words"]))
        found[material] = (*found.get(material, ()), KindQuestion(slug, material, answers, words))
    return found


def _answer(row: dict[str, str]) -> KindAnswer:
    return KindAnswer(row["question"], row["answer"], row["property"], float(row["low"]), float(row["high"]))


def kind_question(slug: str) -> KindQuestion | None:
    return next((each for asked in kind_questions().values() for each in asked if each.slug == slug), None)


def open_kind(material: str, reading: Reading, given: Iterable[str]) -> KindQuestion | None:
    """The first question on a material that neither the text nor a figure `given` answers."""
    known = frozenset(given)
    asked = kind_questions().get(material, ())
    return next((each for each in asked if not each.properties & known and not reading.find(each.words)), None)
