"""Distances between words, and which word is taken for a misspelt one."""

import pytest

from listings.search.spelling import Dictionary, edit_distances
from listings.search.spelling import _letters as letters

WORDS = {"gypsum": 5, "slag": 3, "slab": 9, "aluminum": 4, "desulfurization": 2, "fly": 1}


@pytest.mark.parametrize(
    ("word", "other", "distance"),
    [
        ("slag", "slag", 0),
        ("slga", "slag", 1),
        ("sag", "slag", 1),
        ("sllag", "slag", 1),
        ("galzum", "gypsum", 3),
        ("ca", "abc", 3),
    ],
)
def test_swapping_neighbours_counts_as_one(word: str, other: str, distance: int) -> None:
    assert edit_distances(word, letters([other])).tolist() == [distance]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gypsun", ("gypsum",)),
        ("gpysum", ("gypsum",)),
        ("slaq", ("slab", "slag")),  # the more frequent first
        ("gipsem", ()),  # two letters off, and short
        ("aluminiun", ("aluminum",)),
        ("desulfurisaton", ("desulfurization",)),
        ("gypsum", ()),  # known
        ("fli", ()),  # too short to be sure
        ("100102", ()),
    ],
)
def test_the_nearest_words_are_meant(typed: str, meant: tuple[str, ...]) -> None:
    assert Dictionary.of(WORDS).meant_by(typed) == meant
