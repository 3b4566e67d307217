"""The four outcomes of a rule, always shown by colour, sign and word together."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import pgettext_lazy

from marketplace.pictures.markup import tag


@dataclass(frozen=True)
class OutcomeWords:
    sign: str
    word: str | Promise


OUTCOMES: dict[str, OutcomeWords] = {
    "passes": OutcomeWords("✓", pgettext_lazy("outcome of a rule", "passes")),
    "may": OutcomeWords("~", pgettext_lazy("outcome of a rule", "may pass")),
    "fails": OutcomeWords("✕", pgettext_lazy("outcome of a rule", "fails")),
    "unknown": OutcomeWords("?", pgettext_lazy("outcome of a rule", "unknown")),
}


def state(outcome: str, word: str = "") -> SafeString:
    """Sign and word in the colour of `outcome`; `word` replaces the usual one, the sign stays."""
    words = OUTCOMES[outcome]
    sign = tag("span", words.sign, class_="sign", aria_hidden="true")
    return tag("span", sign, " ", word or words.word, class_=f"state state-{outcome}")
