"""The best pairs of one listing: read in full and judged in the order of what they could score at best.

Reading stops when no listing left can reach the best found. The result is that of judging everything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import fields

import numpy as np

from listings.models import Listing
from matching.engine import Pairs
from matching.engine.few import match_few
from matching.inputs import Inputs, build_inputs
from matching.knowledge import knowledge
from matching.rows import open_rows
from matching.single.details import Details
from matching.single.finding import found_in_tables
from matching.single.finding_standing import found_in_index
from matching.single.question import Question
from matching.single.shortlist import Shortlist
from matching.single.standing import current_index

FIRST_READ, MOST_READ = 128, 640
Found = list[tuple[Inputs, Pairs]]


def best_pairs(listing: Listing, day: dt.date, top: int, lap: Callable[[str], None]) -> Found:
    """The `top` best pairs of a published listing, ties by key, with the arrays that their rows point into."""
    shortlist = _shortlist(listing, day)
    lap("candidates")
    found: Found = []
    size = FIRST_READ
    while shortlist.bound > -np.inf and shortlist.bound >= _least_of_top(found, top):
        keys = shortlist.take(size)
        lap("candidates")
        if not len(keys):
            break
        inputs = _read(shortlist.question, keys)
        lap("arrays")
        pairs = match_few(inputs.offers, inputs.needs, inputs.rules, inputs.day, top=top, per=listing.kind)
        found.append((inputs, pairs))
        lap("engine")
        size = min(2 * size, MOST_READ)
    return _best_of(found, listing, top)


def _shortlist(listing: Listing, day: dt.date) -> Shortlist:
    question = Question(listing, knowledge(), day)
    index = current_index(listing.site.country)
    rows = None if index is None else found_in_index(question, index)
    if index is None or rows is None:
        return Shortlist.of(question, found_in_tables(question), Details(question))
    return Shortlist.of(question, rows, Details(question, index.sides[question.other_kind].said))


def _read(question: Question, keys: np.ndarray) -> Inputs:
    """Whatever was found, only what is open and of this country now is judged."""
    listing, country = question.listing, question.listing.site.country
    others = open_rows(keys.tolist(), question.other_kind, country, question.day)
    offers, needs = (question.own, others) if listing.is_offer else (others, question.own)
    return build_inputs(offers, needs, day=question.day, country=country, known=question.known)


def _least_of_top(found: Found, top: int) -> float:
    """The score that a pair must reach to be among the best, −inf while these are not yet enough."""
    scores = np.concatenate([np.empty(0), *(pairs.score for _inputs, pairs in found)])
    return -np.inf if len(scores) < top else float(np.partition(scores, len(scores) - top)[len(scores) - top])


def _best_of(found: Found, listing: Listing, top: int) -> Found:
    """The best over all that was read, each still beside its own arrays."""
    if not found:
        return []
    score = np.concatenate([pairs.score for _inputs, pairs in found])
    other = np.concatenate([_others(inputs, pairs, listing) for inputs, pairs in found])
    part = np.repeat(np.arange(len(found)), [len(pairs) for _inputs, pairs in found])
    row = np.concatenate([np.arange(len(pairs)) for _inputs, pairs in found])
    best = np.lexsort((other, -score))[:top]
    return [(inputs, _taken(pairs, row[best[part[best] == number]])) for number, (inputs, pairs) in enumerate(found)]


def _others(inputs: Inputs, pairs: Pairs, listing: Listing) -> np.ndarray:
    return inputs.need_pk[pairs.need] if listing.is_offer else inputs.offer_pk[pairs.offer]


def _taken(pairs: Pairs, rows: np.ndarray) -> Pairs:
    return Pairs(**{each.name: getattr(pairs, each.name)[rows] for each in fields(pairs)})
