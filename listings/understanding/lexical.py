"""Last resort when no word of the vocabulary is found whole: rank by shared words, word parts and Chinese bigrams."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping

from .text import tokens_of

_K1 = 1.2
_B = 0.5
_EMPTY = frozenset(
    "feed feedstock raw material source plant maker producer want need waste product process line works unit use used"
    " agent grade 原料 材料 物料 收料 求购 长期 大量 厂收 需要 工厂 代替 替代 生产 用的 产生 废料".split()
)
"""Words that every second text shares say nothing about which thing is meant."""


def grams(tokens: Iterable[str]) -> list[str]:
    """English words with their four-letter parts; runs of Chinese as bigrams."""
    found: list[str] = []
    previous = ""
    for token in tokens:
        if len(token) == 1 and not token.isascii():
            if previous:
                found.append(previous + token)
            previous = token
            continue
        previous = ""
        found.append(token)
        if len(token) > 5 and token.isalpha():
            found.extend("~" + token[place : place + 4] for place in range(len(token) - 3))
    return found


class LexicalIndex:
    """BM25 (Robertson and Zaragoza 2009, eq. 3.15) over one document per slug."""

    def __init__(self, documents: Mapping[str, Iterable[str]]) -> None:
        self._postings: dict[str, list[tuple[str, float]]] = {}
        counts = {slug: Counter(grams(tokens_of(" ; ".join(phrases)))) for slug, phrases in documents.items()}
        mean = sum(sum(count.values()) for count in counts.values()) / max(len(counts), 1)
        spread = Counter(gram for count in counts.values() for gram in count)
        for slug, count in counts.items():
            norm = _K1 * (1 - _B + _B * sum(count.values()) / max(mean, 1.0))
            for gram, times in count.items():
                rarity = math.log(1 + (len(counts) - spread[gram] + 0.5) / (spread[gram] + 0.5))
                part = 0.35 if gram.startswith("~") else 1.0
                self._postings.setdefault(gram, []).append((slug, part * rarity * times * (_K1 + 1) / (times + norm)))

    def scores(self, tokens: Iterable[str]) -> dict[str, float]:
        """BM25 score per slug, without the slugs that share nothing."""
        total: dict[str, float] = {}
        for gram in sorted(set(grams(tokens)) - _EMPTY):
            for slug, score in self._postings.get(gram, ()):
                total[slug] = total.get(slug, 0.0) + score
        return total
