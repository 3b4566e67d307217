"""Read an offer or a need and say which materials and uses it speaks of, how surely, and why."""

import math
from collections.abc import Iterable, Mapping
from typing import Literal

from .catalogue import Catalogue
from .figures import extract_figures
from .hazards import hazards_in
from .knowledge import rule_book
from .measures import demanded, with_measures
from .needs import asked_thing, rank_for_need
from .phrases import longest
from .questions import question_for, question_on_offer
from .reading import Reading, read
from .results import Ranked, Understanding
from .vocabulary import FAMILY_SHARE, SIMILAR, Vocabulary, vocabulary_of, word_scores

Side = Literal["offer", "need"]
Score = tuple[float, list[str]]

TEMPERATURE, USE_TEMPERATURE = 1.5, 1.3
"""Spread of the confidences: of the offers of the two unseen sets those read with more than 0.8 were right 99 times in
100, from 0.5 on 97 times, from 0.2 on 81 times, below that 67 times."""
CONTEXT_SHARE = 0.55
"""Weight of a rule that holds only together with the industry of the firm."""
RULE_SHARES = {"offer": (1.0, 0.65), "need": (0.65, 0.4)}
"""Weight of rules, and of those aside from the subject: a need describes the taker's process as often."""
DESCRIBED = {"offer": (6.0, 20.0), "need": (2.0, 20.0), "use": (5.0, 14.0)}
"""Weight of what sounds most like the text, and the lexical score from which it weighs that much."""
RULE_SHARE = 0.45
"""Part of the weaker of two kinds of evidence (words, ideas) that is added to the stronger."""
CONTEXT = "context"
"""Stands for the ideas of a rule until they are replaced by the words of the text."""
ASKED_LEAST = 1.0
ASKED_NEAR = 0.6
MAX_RANKED = 10


def understand(
    text: str,
    catalogue: Catalogue,
    *,
    side: Side = "offer",
    code: str | None = None,
    industry: str | None = None,
    certain: str = "",
    given: Iterable[str] = (),
) -> Understanding:
    """Materials, uses and figures of a text in Chinese, English or both.

    `code` is an EWC code; `industry` the words for the firm's trade. `certain`, a material that the reader has chosen,
    and `given`, properties with a figure elsewhere, spare questions. Same input, same answer.
    """
    vocabulary = vocabulary_of(catalogue)
    reading = read(text, side)
    figures = extract_figures(text, vocabulary.properties)
    if side == "offer":
        reading = with_measures(reading, figures)
    named = score_materials(reading, vocabulary, side=side, code=code, industry=industry)
    members = _members_of_named_families(reading, vocabulary)
    uses = rank(score_uses(reading, vocabulary), USE_TEMPERATURE) if reading.tokens else ()
    if side == "need":
        figures = demanded(figures, uses[0].slug if uses else "")
        named = rank_for_need(reading, named, uses, _asked(reading, vocabulary), vocabulary)
    materials = _explained(rank(named), reading)
    if side == "offer":
        known = (*given, *(figure.property_slug for figure in figures))
        question = question_on_offer(reading, vocabulary, materials, members, certain=certain, given=known)
    else:
        question = question_for(materials, members, side=side, empty=not reading.tokens)
    return Understanding(materials, uses, figures, hazards_in(reading), question)


def score_materials(
    reading: Reading,
    vocabulary: Vocabulary,
    *,
    side: Side = "offer",
    code: str | None = None,
    industry: str | None = None,
) -> dict[str, Score]:
    """Evidence weight and its words per material slug."""
    words = word_scores(reading.find(vocabulary.material_words), reading, vocabulary.shared, side)
    rules = _known(_rule_scores(reading, side, industry), vocabulary)
    scores = _merge(words, rules)
    for slug in scores.keys() & vocabulary.families:
        weight, evidence = scores[slug]
        scores[slug] = (weight * FAMILY_SHARE, evidence)
    _add_described(scores, reading, vocabulary, side)
    _add(scores, vocabulary.code_scores(code), "code")
    return scores


def score_uses(reading: Reading, vocabulary: Vocabulary) -> dict[str, Score]:
    """Evidence weight and its words per use slug."""
    found = rule_book("use").scores(reading.concepts)
    rules = {slug: score for slug, score in found.items() if slug in vocabulary.use_slugs}
    words = word_scores(reading.find(vocabulary.use_words), reading, vocabulary.shared_uses, "use")
    scores = _merge(words, rules)
    _add_described(scores, reading, vocabulary, "use")
    return scores


def _members_of_named_families(reading: Reading, vocabulary: Vocabulary) -> list[str]:
    """What the word "slag" may stand for, unless it is part of a longer name."""
    matches = longest(reading.find(vocabulary.material_words))
    named = dict.fromkeys(match.key for match in matches if match.key in vocabulary.families)
    return [child for family in named for child in vocabulary.children.get(family, ())]


def _asked(reading: Reading, vocabulary: Vocabulary) -> dict[str, float]:
    """How surely (0 to 1) each material is the thing that a need asks for by name; a family names its members."""
    thing, plainly = asked_thing(reading)
    scores = score_materials(read(thing), vocabulary) if thing else {}
    top = max((weight for weight, _evidence in scores.values()), default=0.0)
    if top < (ASKED_LEAST if plainly == 1.0 else 2 * ASKED_LEAST):
        return {}
    asked = {slug: plainly * weight / top for slug, (weight, _evidence) in scores.items() if weight >= ASKED_NEAR * top}
    for family in sorted(asked.keys() & vocabulary.families):
        for child in vocabulary.children.get(family, ()):
            asked[child] = max(asked.get(child, 0.0), ASKED_NEAR * plainly)
    return asked


def rank(scores: Mapping[str, Score], temperature: float = TEMPERATURE) -> tuple[Ranked, ...]:
    """Best first with confidences that add up to at most one; equal weights in order of slug."""
    ordered = sorted(scores.items(), key=lambda item: (-item[1][0], item[0]))
    if not ordered:
        return ()
    top = ordered[0][1][0]
    shares = [math.exp((weight - top) / temperature) for _slug, (weight, _evidence) in ordered]
    certainty = min(1.0, top / 3.0) / sum(shares)
    pairs = list(zip(ordered, shares, strict=True))[:MAX_RANKED]
    return tuple(Ranked(slug, round(share * certainty, 4), tuple(evidence)) for (slug, (_w, evidence)), share in pairs)


def _explained(ranked: tuple[Ranked, ...], reading: Reading) -> tuple[Ranked, ...]:
    """Say which words of the text the rules rested on."""
    book = rule_book("material")
    explained: list[Ranked] = []
    for entry in ranked:
        ideas = book.ideas(entry.slug, reading.concepts) if CONTEXT in entry.evidence else frozenset()
        words = dict.fromkeys(word for idea, word in reading.words if idea in ideas)
        kept = (reason for reason in entry.evidence if reason != CONTEXT or not words)
        explained.append(Ranked(entry.slug, entry.confidence, (*words, *kept)))
    return tuple(explained)


def _rule_scores(reading: Reading, side: Side, industry: str | None) -> dict[str, float]:
    book = rule_book("material")
    share, aside = RULE_SHARES[side]
    found = book.scores(reading.wanted, reading.subject, aside)
    scores = {slug: weight * share for slug, weight in found.items()}
    if industry:
        context = reading.concepts | read(industry).concepts
        for slug, weight in book.scores(context).items():
            scores[slug] = max(scores.get(slug, 0.0), weight * CONTEXT_SHARE)
    return scores


def _known(scores: Mapping[str, float], vocabulary: Vocabulary) -> dict[str, float]:
    return {slug: score for slug, score in scores.items() if slug in vocabulary.slugs}


def _merge(words: Mapping[str, Score], rules: Mapping[str, float]) -> dict[str, Score]:
    merged: dict[str, Score] = {}
    for slug in sorted(words.keys() | rules.keys()):
        word, evidence = words.get(slug, (0.0, []))
        rule = rules.get(slug, 0.0)
        merged[slug] = (max(word, rule) + RULE_SHARE * min(word, rule), evidence or [CONTEXT])
    return merged


def _add_described(scores: dict[str, Score], reading: Reading, vocabulary: Vocabulary, kind: str) -> None:
    """What sounds like the text weighs in, even where no word or idea of the vocabulary is in it."""
    told = vocabulary.described(kind).scores(_audible(reading))
    top = max(told.values(), default=0.0)
    if top > 0:
        weight, familiar = DESCRIBED[kind]
        _add(scores, {slug: weight * score / max(top, familiar) for slug, score in told.items()}, SIMILAR)


def _add(scores: dict[str, Score], extra: Mapping[str, float], reason: str) -> None:
    for slug, weight in extra.items():
        before, evidence = scores.get(slug, (0.0, []))
        scores[slug] = (before + weight, evidence if reason == SIMILAR and evidence else [*evidence, reason])


def _audible(reading: Reading) -> list[str]:
    return [token for place, token in enumerate(reading.tokens) if place not in reading.muted]
