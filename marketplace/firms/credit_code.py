"""统一社会信用代码, the unified social credit code of GB 32100-2015: 18 characters, the last a check character."""

from __future__ import annotations

import unicodedata

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


def normalise(code: str) -> str:
    """Upper case, half width, without the spaces and dashes people put in."""
    plain = unicodedata.normalize("NFKC", code).upper()
    return "".join(character for character in plain if character not in " -\u00a0")


def check_character(first_17: str) -> str:
    """GB 32100-2015, 4.6: C18 = 31 − (Σ Ci·Wi mod 31), Wi = 3^(i−1) mod 31.

    >>> check_character("91350100M000100Y4")
    '3'
    """
    total = sum(ALPHABET.index(character) * weight for character, weight in zip(first_17, WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def is_valid(code: str) -> bool:
    return (
        len(code) == 18
        and all(character in ALPHABET for character in code)
        and code[2:8].isdigit()
        and check_character(code[:17]) == code[17]
    )
