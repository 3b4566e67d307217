"""Ideas of the trade ("coal", "scrubbing", "paper mill") and what they mean together, the same for both languages.

`concepts.csv` names each idea with its words; `rules.csv` says which ideas together point at a material or a use:
`gypsum fgd/flue !ash` reads "gypsum, with desulphurisation or flue gas, and no ash".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .catalogue import read_rows, split_list
from .phrases import PhraseIndex

_HERE = Path(__file__).parent
SECOND_RULE_SHARE = 0.15
"""Part of the weight that further rules for the same slug add to the strongest one."""


@dataclass(frozen=True, slots=True)
class Rule:
    """All of `wanted` (one of each group) and none of `unwanted` point at `slug` with `weight`."""

    slug: str
    wanted: tuple[frozenset[str], ...]
    unwanted: frozenset[str]
    weight: float

    def holds(self, present: frozenset[str]) -> bool:
        return all(group & present for group in self.wanted) and not (self.unwanted & present)


class RuleBook:
    """Rules of one kind, looked up by the ideas of their first group."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._by_first: dict[str, list[Rule]] = {}
        self._by_slug: dict[str, list[Rule]] = {}
        for rule in rules:
            self._by_slug.setdefault(rule.slug, []).append(rule)
            for concept in rule.wanted[0]:
                self._by_first.setdefault(concept, []).append(rule)

    def scores(
        self, present: frozenset[str], subject: frozenset[str] | None = None, aside: float = 1.0
    ) -> dict[str, float]:
        """Weight per slug: the strongest rule that holds plus a share of the others.

        A rule that touches nothing of the `subject` speaks of where a thing comes from or goes to: it weighs `aside`.
        """
        held: dict[str, set[Rule]] = {}
        for concept in present:
            for rule in self._by_first.get(concept, ()):
                if rule.holds(present):
                    held.setdefault(rule.slug, set()).add(rule)
        weights = ((slug, [_weight(rule, subject, aside) for rule in rules]) for slug, rules in sorted(held.items()))
        return {slug: _combined(found) for slug, found in weights}

    def ideas(self, slug: str, present: frozenset[str]) -> frozenset[str]:
        """The ideas on which the strongest rule for `slug` rests; none if no rule holds."""
        held = [rule for rule in self._by_slug.get(slug, ()) if rule.holds(present)]
        if not held:
            return frozenset()
        return frozenset().union(*max(held, key=lambda rule: rule.weight).wanted) & present

    def rests_on(self, slug: str, present: frozenset[str], some: frozenset[str], *, least: float) -> bool:
        """Whether a rule of `least` weight holds for `slug` and needs one of the ideas in `some`."""
        heavy = (rule for rule in self._by_slug.get(slug, ()) if rule.weight >= least and rule.holds(present))
        return any(group & some for rule in heavy for group in rule.wanted)


def _weight(rule: Rule, subject: frozenset[str] | None, aside: float) -> float:
    if subject is None or any(group & subject for group in rule.wanted):
        return rule.weight
    return rule.weight * aside


def _combined(weights: Iterable[float]) -> float:
    ordered = sorted(weights, reverse=True)
    return ordered[0] + SECOND_RULE_SHARE * sum(ordered[1:])


def parse_rule(slug: str, expression: str, weight: float) -> Rule:
    terms = expression.split()
    wanted = tuple(frozenset(term.split("/")) for term in terms if not term.startswith("!"))
    unwanted = frozenset(part for term in terms if term.startswith("!") for part in term[1:].split("/"))
    return Rule(slug, wanted, unwanted, weight)


@lru_cache(maxsize=1)
def concept_words() -> dict[str, tuple[str, ...]]:
    """The words of each idea, English then Chinese."""
    rows = read_rows(_HERE / "concepts.csv", required=True)
    return {row["concept"]: split_list(row["words_en"]) + split_list(row["words_zh"]) for row in rows}


@lru_cache(maxsize=1)
def concept_index() -> PhraseIndex:
    """All words of all ideas."""
    return PhraseIndex((concept, word) for concept, words in concept_words().items() for word in words)


@lru_cache(maxsize=3)
def rule_book(kind: str) -> RuleBook:
    """The rules for `material`, for `use`, or for the materials a `need` describes by their qualities."""
    rows = read_rows(_HERE / "rules.csv", required=True)
    chosen = (row for row in rows if row["kind"] == kind)
    return RuleBook(parse_rule(row["slug"], row["concepts"], float(row["weight"])) for row in chosen)
