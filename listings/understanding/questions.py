"""Decide whether the reader should be asked, rather than guess: one question at most."""

from collections.abc import Collection, Iterable

from .ambiguity import unclear_name
from .kinds import open_kind
from .reading import Reading
from .results import Question, Ranked
from .vocabulary import Vocabulary

UNKNOWN = 0.05
SURE = 0.6
NEAR = 0.5
"""A rival with at least this share of the leader's confidence is worth offering."""
MAX_OPTIONS = 4


def question_on_offer(
    reading: Reading,
    vocabulary: Vocabulary,
    materials: tuple[Ranked, ...],
    members: Collection[str],
    *,
    certain: str = "",
    given: Iterable[str] = (),
) -> Question | None:
    """First what it is, then which kind of it. `certain` is the material if known, `given` the properties known."""
    leader = certain or (materials[0].slug if materials and materials[0].confidence >= SURE else "")
    unclear = None if certain else unclear_name(reading, vocabulary, leader)
    if unclear:
        return Question("which_material", unclear.materials[:MAX_OPTIONS], unclear.words)
    if not leader:
        return question_for(materials, members, side="offer", empty=not reading.tokens)
    kind = open_kind(leader, reading, given)
    return Question("which_kind", tuple(answer.slug for answer in kind.answers), kind.slug) if kind else None


def question_for(materials: tuple[Ranked, ...], members: Collection[str], *, side: str, empty: bool) -> Question | None:
    """Ask for a name when nothing is known, offer the rivals when several are near; a need may stay open.

    `members` are the materials of the families that the text names ("slag"), `empty` a text without words.
    """
    leader = materials[0].confidence if materials else 0.0
    if leader >= SURE and not empty:
        return None
    if members and not empty:
        return Question("which_material", _options(materials, members))
    if empty or leader < UNKNOWN:
        return Question("name_material")
    rivals = tuple(entry.slug for entry in materials if entry.confidence >= NEAR * leader)
    if side == "need" or len(rivals) < 2:
        return None
    return Question("which_material", rivals[:MAX_OPTIONS])


def _options(materials: tuple[Ranked, ...], members: Collection[str]) -> tuple[str, ...]:
    """Members in the order of the ranking, then the others in the order given."""
    ranked = [entry.slug for entry in materials if entry.slug in members]
    return tuple(dict.fromkeys([*ranked, *members]))[:MAX_OPTIONS]
