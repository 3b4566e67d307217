"""From what a taker wants to do, and what it names, to the materials that would serve."""

import re
from collections.abc import Mapping

from .knowledge import rule_book
from .reading import Reading
from .results import Ranked
from .vocabulary import SIMILAR, Vocabulary

USE_WEIGHT = 4.0
NAMED_WEIGHT = 0.65
TRAIT_WEIGHT = 1.0
FITTING_NAME_BONUS = 1.5
"""A named material that also serves the use found is very likely the one wanted."""
MISFIT_SHARE = 0.55
"""What is left of a named material that serves none of the uses found: it is often the taker's product."""
ASKED_BONUS = 2.5
"""For a material named right after "we need", "looking for", 求购."""
SIMILAR_SHARE = 0.4
"""What is left of a name that only shares letters and syllables, in a need whose use was found."""
HEAD_SHARE = 0.25
"""A need without such a verb still says what it wants before "for", less plainly."""
WRONG_PHASE = 1.6
"""Taken from a material that is not a gas when a gas is wanted, and so on."""
USES_CONSIDERED = 5

_ASKED = re.compile(
    r"(?:looking for|(?<![a-z])buying|seeking|(?:we|to|they)? ?(?:need|want|require|buy|purchase|source)\w*|wanted:?"
    r"|需要|求购|采购|收购|寻求|征集|急需|诚征)\s*(?P<thing>[^,.;:()]{2,60}?)"
    r"(?=\s(?:as|for|to|in|used|rich|with|that|which|at|of at)\b|[,.;:()]|用作|用于|作为|做|用来|$)"
)
_PHASE_CONCEPTS = {
    "wants_gas": "gas",
    "wants_liquid": "liquid",
    "wants_solid": "solid",
    "wants_heat": "heat",
    "wants_water": "liquid",
}

Score = tuple[float, list[str]]


def rank_for_need(
    reading: Reading,
    named: Mapping[str, Score],
    uses: tuple[Ranked, ...],
    asked: Mapping[str, float],
    vocabulary: Vocabulary,
) -> dict[str, Score]:
    """Score per material: fit to the probable uses, the words that name it, the qualities asked for."""
    fit = _fit_to_uses(uses, vocabulary)
    barred = vocabulary.barred.get(uses[0].slug, frozenset()) if uses else frozenset()
    described = rule_book("need").scores(reading.concepts)
    traits = {slug: weight for slug, weight in described.items() if slug in vocabulary.slugs}
    phases = {phase for concept, phase in _PHASE_CONCEPTS.items() if concept in reading.concepts}
    scores: dict[str, Score] = {}
    for slug in sorted((fit.keys() | named.keys() | traits.keys() | asked.keys()) - barred - vocabulary.families):
        weight, evidence = _score(fit.get(slug, (0.0, "")), named.get(slug, (0.0, [])), bool(asked))
        weight += TRAIT_WEIGHT * traits.get(slug, 0.0) + ASKED_BONUS * asked.get(slug, 0.0)
        phase = vocabulary.phases.get(slug, "")
        wrong = bool(phases and phase) and phase not in phases and slug not in asked
        scores[slug] = (max(0.0, weight - (WRONG_PHASE if wrong else 0.0)), evidence)
    return scores


def _score(fit: tuple[float, str], name: Score, asks: bool) -> Score:
    share, use = fit
    weight, evidence = name
    if share > 0 and evidence == [SIMILAR]:
        weight *= SIMILAR_SHARE
    if share <= 0:
        return (NAMED_WEIGHT * weight * (1.0 if asks else MISFIT_SHARE), evidence)
    bonus = FITTING_NAME_BONUS * min(1.0, weight / 3.0)
    return (USE_WEIGHT * share + NAMED_WEIGHT * weight + bonus, [*evidence, f"use:{use}"])


def asked_thing(reading: Reading) -> tuple[str, float]:
    """The thing asked for and how plainly (0 to 1): the words after "we need" or 求购, else the head of the text."""
    found = _ASKED.search(reading.prepared)
    if found:
        return found.group("thing").strip(), 1.0
    return reading.head_of_need().strip(), HEAD_SHARE


def _fit_to_uses(uses: tuple[Ranked, ...], vocabulary: Vocabulary) -> dict[str, tuple[float, str]]:
    """Best of suitability × √confidence per material, with the use that gives it."""
    fit: dict[str, tuple[float, str]] = {}
    for use in uses[:USES_CONSIDERED]:
        for material, suitability in vocabulary.fits.get(use.slug, ()):
            share = suitability * use.confidence**0.5
            if share > fit.get(material, (0.0, ""))[0]:
                fit[material] = (share, use.slug)
    return fit
