"""Whether a need names a grade of purity, which a raw or contaminated thing lacks, or puts up with impurities."""

import re

from .text import normalise, respell

_GRADE = re.compile(
    r"\b(?:food|pharma\w*|medical|medicinal|cosmetic|electronic|semiconductor|battery|reagent|analytical|fuel[ -]cell"
    r"|beverage|feed|infant|toothpaste|optical|laboratory|high[ -]purity|ultra[ -]?pure)[ -]?(?:grade|quality)"
    r"|\b(?:high[ -]purity|ultra[ -]?pure|potable|drinking|food[ -]contact|fuel[ -]cells?|food[ -]safe)\b"
    r"|(?:食品|医药|药用|医用|化妆品|电子|试剂|分析|电池|饮料|饲料|牙膏|光学|半导体)[级用]|高纯|超纯|饮用|食品接触|燃料电池"
)
_REFUSED = re.compile(r"\b(?:non|not)[ -](?:food|drinking|potable)|非(?:食品|饮用|药用)|饲料用|电池用")


def names_grade(text: str) -> bool:
    """A grade that is asked for, and not one that is expressly not needed.

    >>> [names_grade(text) for text in ("Food grade lime", "Non-potable water", "电子级硫酸", "coarse sand")]
    [True, False, True, False]
    """
    prepared = respell(normalise(text))
    return bool(_GRADE.search(prepared)) and not _REFUSED.search(prepared)


_PUTS_UP = re.compile(
    r"\b(?:accept(?:s|ed|able)?|ok(?:ay)?|tolerat\w+|no (?:problem|matter|objection)|not a problem"
    r"|may (?:contain|hold|be)"
    r"|can (?:take|handle|contain)|licen[cs]ed?|permit(?:s|ted)?|allowed|welcome|either way|does not matter)\b"
    r"|可接受|能接受|可以|也可|均可|不限|不影响|不计|允许|可含|许可|有.{0,6}资质"
)


def puts_up(text: str) -> bool:
    """A need that says what it does not mind, or what it is licensed for: what it then names does not bar an offer.

    >>> [puts_up(text) for text in ("Lead glass accepted", "Lead at most 20 mg/kg", "含铬可接受", "铅不得超标")]
    [True, False, True, False]
    """
    return bool(_PUTS_UP.search(respell(normalise(text))))
