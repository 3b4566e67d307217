"""What a text says before anything is concluded: its tokens, the ideas in it, and which part carries the subject."""

import re
from dataclasses import dataclass, replace
from functools import cached_property

from .knowledge import concept_index
from .muting import absent, beside_the_point, in_order
from .phrases import Match, PhraseIndex
from .takers import taker_tokens
from .text import normalise, respell, tokenise

_CLAUSE_END = re.compile(r"[,.;:!?()\[\]\n]")
_PHRASE_END = re.compile(r"[,;!?\n]|[.:](?=\s|$)")
_DECIMAL_POINT = re.compile(r"(?<=\d)[.,](?=\d)")
_ORIGIN_WORDS = frozenset(
    "from in with containing contain after by generated produced during via out used for off of recovered arising"
    " collected at left stored separated to".split()
)
_AND = frozenset({"and", "or", "与", "和", "及", "或"})
_ZH_PIVOT = re.compile(r"产生的|得到的|收集的|排放的|排出的|产出的|分离的|回收的|所得|制得|制成|转化为|副产|的")
_ZH_PURPOSE = re.compile(r"用的|所需|生产用|制造用|用(?![作于途料户])")
_COMPOUND = re.compile(
    "水泥|混凝土|骨料|骨架|毛坯|毛边|毛料|毛重|稀土|白土|硅藻土|高岭土|膨润土|铝土|陶土|粘土|黏土|油田|气田|煤田|石灰|灰分|灰色"
    "|合金|冶金|五金|金属|金刚|资金|银行|加气|空气|气候|气泡|曝气|电气|液压|液晶|岩棉|矿棉|石棉|玻璃棉|矿渣棉|布袋|分布|涂布"
    "|皮带|铁皮|氧化皮|效果|结果|如果|包装|包括|承包|包含|面包|钢包|中间包|铁路|地铁|无锡|园林|吉林|榆林|土木"
    "|造渣|化渣|渣料|泡沫渣|保护渣|除渣|危废|固废|废气|热值|导热|放热|水化热|油改气|水银|水性|水溶|水洗|水喷|漂洗水"
    "|含水|水分|水份|脱水|水淬|水渣|水硬|水产|水果|水解|水稳|防水|减水|透水|水口|水玻璃|水煤浆|水合|水力|图纸|砂纸|砂轮"
    r"|\bslag (?:fluidi|form|condition|foam|build|modif|coat|mak)[a-z]*|\bfoamy slag"
    r"|\bwater[ -](?:quench|granulat|jet|cool|based|solub|white|wash|spray|tight|proof|free)[a-z]*"
    r"|\bthermal (?:conductivity|insulation|stability|shock|expansion)|\bheat (?:of hydration|treat|resist|sink)[a-z]*"
    r"|\bnet (?=\d|cv|calor|weight)|\bsteam[ -](?:peel|strip|explo|cur|boiler|rais)[a-z]*|\bgas[ -]tight"
    r"|\b(?:straw|brick|oil|rust|paper|glass|chalk)[ -](?:colored|red|white|tight|bound)|\bscales? on\b"
)
"""Words whose characters do not speak for themselves: 水泥 is neither water nor mud, 骨料 no bone."""
_ACID_OF_SALT = re.compile(
    "(?:亚?硫酸|盐酸|亚?硝酸|磷酸|醋酸|乙酸|氟硅酸)(?=[一二三]?[亚氢]?(?:铵|钙|钠|钾|铁|镁|铝|锌|铜|钡|镍|锰|锂|铅|铬|盐|根))"
)
""" 硫酸钙 is no sulphuric acid."""
_WHOLE = re.compile("产生|产出|铁水|钢水|牛床|卧床|消化|纤维|压滤|酒厂")
"""Words at whose border others end: 铁水产生 does not speak of 水产."""
PLACE_WEIGHTS = {
    "offer": {"head": 1.2, "middle": 0.85, "aside": 0.6},
    "need": {"head": 1.2, "middle": 0.9, "aside": 0.35},
    "use": {"head": 0.85, "middle": 1.0, "aside": 1.15},
}
""" "aside" is the part after "from" or "for", or before 的 or 用."""
TAKER_SHARE = 0.35
"""Weight of a material by which the taker is called: an activated carbon maker, a brickworks."""


@dataclass(frozen=True)
class Reading:
    """`muted` tokens are denied or replaced in the text ("no chloride", "instead of coal"), or beside the point;
    `denied` ones are said not to be there, or not to matter.

    `concepts` are all ideas found, `subject` those in the part the description is about, `words` each idea
    with the text that speaks of it. `parts` are tokens inside a longer word that means something else, `taker`
    tokens say who asks, `wanted` are the ideas without these.
    """

    prepared: str
    tokens: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    clauses: tuple[int, ...]
    muted: frozenset[int]
    denied: frozenset[int] = frozenset()
    concepts: frozenset[str] = frozenset()
    subject: frozenset[str] = frozenset()
    words: tuple[tuple[str, str], ...] = ()
    parts: frozenset[int] = frozenset()
    taker: frozenset[int] = frozenset()
    wanted: frozenset[str] = frozenset()

    def head_of_need(self) -> str:
        """The words of the first clause before "for", or after 用 and 所需: what a need is about."""
        last = self.spans[self._bounds[0][1] - 1][1] if self.spans else 0
        start = max((self.spans[place][1] for place in self.taker if self.spans[place][1] < last), default=0)
        clause = self.prepared[start:last]
        purposes = list(_ZH_PURPOSE.finditer(clause))
        if purposes:
            return clause[purposes[-1].end() :]
        return re.split(r"\b(?:for|to|as|in|with)\b", clause)[0]

    def find(self, index: PhraseIndex) -> list[Match]:
        """Phrases of `index` in the text that are not muted and do not run over a comma."""
        found = (match for match in index.find(list(self.tokens)) if match.start not in self.muted)
        return [each for each in found if not self._is_part(each)]

    def _is_part(self, match: Match) -> bool:
        """It lies in a longer word that means something else, or runs over the end of a phrase."""
        return match.start in self.parts if match.length == 1 else self.crosses_phrases(match)

    def crosses_phrases(self, match: Match) -> bool:
        start, end = self.spans[match.start][0], self.spans[match.end - 1][1]
        crossing = (left < start < right < end or start < left < end < right for left, right in self._whole)
        return any(crossing) or _PHRASE_END.search(self.prepared, start, end) is not None

    @cached_property
    def _whole(self) -> tuple[tuple[int, int], ...]:
        return tuple(found.span() for found in _WHOLE.finditer(self.prepared))

    def clause_of(self, match: Match) -> int:
        return self.clauses[match.start]

    def position_weight(self, match: Match, side: str = "offer") -> float:
        """More for the noun a description is about, less for where it comes from or what it is for.

        English names the subject before "from", "of", "for"; Chinese puts it last in the clause. In a need, what
        stands on the other side is the taker's own product and counts still less. For a `use` it is the reverse.
        """
        weight = 1.0 if self.clause_of(match) == 0 else 0.8
        if side == "need" and match.start in self.taker:
            weight *= TAKER_SHARE
        return weight * PLACE_WEIGHTS[side][self.place_of(match, side)]

    def place_of(self, match: Match, side: str = "offer") -> str:
        """`head`, `middle` or `aside`, see `PLACE_WEIGHTS`."""
        first, last = self._bounds[self.clause_of(match)]
        if self._is_han(match):
            return self._han_place(match, last, _ZH_PIVOT if side == "offer" else _ZH_PURPOSE)
        return self._english_place(match, first, last)

    @cached_property
    def _bounds(self) -> dict[int, tuple[int, int]]:
        """First token and the one after the last, per clause."""
        bounds: dict[int, tuple[int, int]] = {}
        for place, clause in enumerate(self.clauses):
            bounds[clause] = (bounds.get(clause, (place, 0))[0], place + 1)
        return bounds

    def _is_han(self, match: Match) -> bool:
        return any(not token.isascii() for token in self.tokens[match.start : match.end])

    def _han_place(self, match: Match, last: int, pivot: re.Pattern[str]) -> str:
        if match.end == last or self.tokens[match.end] in _AND:
            return "head"
        aside = pivot.search(self.prepared, self.spans[match.start][0], self.spans[last - 1][1])
        return "aside" if aside else "middle"

    def _english_place(self, match: Match, first: int, last: int) -> str:
        turns = (place for place in range(first + 1, last) if self.tokens[place] in _ORIGIN_WORDS)
        head_end = next(turns, last)
        if match.start >= head_end:
            return "aside"
        return "head" if match.end >= head_end or self.tokens[match.end] in _AND else "middle"


def read(text: str, side: str = "offer") -> Reading:
    """Read a raw text; never fails, whatever the text holds."""
    prepared = respell(normalise(text))
    found = tokenise(prepared)
    tokens = tuple(token for token, _start, _end in found)
    spans = tuple((start, end) for _token, start, end in found)
    gone = absent(prepared, spans)
    bare = Reading(
        prepared, tokens, spans, _clauses(prepared, spans),
        muted=gone | beside_the_point(prepared, spans), denied=gone | in_order(prepared, spans),
        parts=_inside(_COMPOUND, prepared, spans),
    )  # fmt: skip
    matches = bare.find(concept_index())
    acids = _inside(_ACID_OF_SALT, prepared, spans)
    matches = [match for match in matches if not acids.issuperset(range(match.start, match.end))]
    concepts = frozenset(match.key for match in matches)
    taker = taker_tokens(prepared, spans) if side == "need" else frozenset()
    wanted = frozenset(match.key for match in matches if match.start not in taker)
    central = (match for match in matches if not bare.clause_of(match) and bare.place_of(match, side) != "aside")
    subject = frozenset(match.key for match in central)
    words = tuple((match.key, prepared[spans[match.start][0] : spans[match.end - 1][1]]) for match in matches)
    return replace(bare, concepts=concepts, subject=subject, words=words, taker=taker, wanted=wanted)


def _inside(words: re.Pattern[str], prepared: str, spans: tuple[tuple[int, int], ...]) -> frozenset[int]:
    """Tokens that are a part of one of these words."""
    inner = {place for found in words.finditer(prepared) for place in range(found.start(), found.end())}
    return frozenset(place for place, (left, right) in enumerate(spans) if left in inner and right - 1 in inner)


def _clauses(prepared: str, spans: tuple[tuple[int, int], ...]) -> tuple[int, ...]:
    """Clause number of each token."""
    blanked = _DECIMAL_POINT.sub("0", prepared)
    ends = [found.start() for found in _CLAUSE_END.finditer(blanked)]
    numbers: list[int] = []
    clause = passed = 0
    for start, _end in spans:
        fresh = False
        while passed < len(ends) and ends[passed] < start:
            passed += 1
            fresh = True
        clause += 1 if fresh and numbers else 0
        numbers.append(clause)
    return tuple(numbers)
