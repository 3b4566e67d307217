"""Decide whether the reader should be asked, rather than guess."""

from collections.abc import Collection

from .results import Question, Ranked

UNKNOWN = 0.05
SURE = 0.6
NEAR = 0.5
"""A rival with at least this share of the leader's confidence is worth offering."""
MAX_OPTIONS = 4


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
