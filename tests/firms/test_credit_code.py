import string

import pytest

from marketplace.firms.credit_code import ALPHABET, check_character, is_valid, normalise

STANDARD_EXAMPLE = "91350100M000100Y43"  # annex of GB 32100-2015


@pytest.mark.parametrize(
    "code",
    [STANDARD_EXAMPLE, "91330100799655058B", "9144030071526726XG", "914403001922038216", "91110000802100433B"],
)
def test_codes_of_existing_firms_are_valid(code):
    assert is_valid(code)


@pytest.mark.parametrize("place", range(17))
def test_one_wrong_character_anywhere_is_noticed(place):
    wrong = "1" if STANDARD_EXAMPLE[place] != "1" else "2"
    assert not is_valid(STANDARD_EXAMPLE[:place] + wrong + STANDARD_EXAMPLE[place + 1 :])


def test_two_swapped_neighbours_are_noticed():
    assert not is_valid("91530100M000100Y43")


def test_only_one_check_character_fits():
    fitting = [character for character in ALPHABET if is_valid(STANDARD_EXAMPLE[:17] + character)]
    assert fitting == ["3"]


@pytest.mark.parametrize(
    "code",
    [
        "",
        "9135",
        STANDARD_EXAMPLE + "3",
        STANDARD_EXAMPLE.lower(),
        "9135010ZM000100Y43",
        "91350100O000100Y43",
        "９" * 18,
    ],
)
def test_other_texts_are_refused_without_an_error(code):
    assert not is_valid(code)


def test_the_letters_that_look_like_figures_are_not_in_the_alphabet():
    assert set(string.ascii_uppercase) - set(ALPHABET) == set("IOSVZ")
    assert len(ALPHABET) == 31


@pytest.mark.parametrize(
    "typed",
    ["91350100m000100y43", " 91350100-M000100Y-43 ", "9135 0100 M000 100Y 43", "９１３５０１００Ｍ０００１００Ｙ４３"],
)
def test_typing_habits_are_put_in_standard_form(typed):
    assert normalise(typed) == STANDARD_EXAMPLE


def test_a_remainder_of_zero_gives_the_check_character_zero():
    zeros = "0" * 17
    assert check_character(zeros) == "0"
