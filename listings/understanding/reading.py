"""What a text says before anything is concluded: its tokens, the ideas in it, and which part carries the subject."""

import itertools
import re
from dataclasses import dataclass, replace
from functools import cached_property

from .knowledge import concept_index
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
_NEGATION = re.compile(
    r"\b(?:no|without|free of|free from|non|not|never|neither|nor|excluding|absence of|zero|negative for)\b"
    r"|不含|不得含|不带|没有|未含|未检出|未经|无(?![色机烟水化])|未掺|不掺|严禁|杜绝|非(?!金属|离子|洲)|零(?=石棉|铬|铅|汞|镉|砷)"
)
_LIST = re.compile(
    r" ?(?:any )?(?:(?!contain|with|but|has|some)[a-z-]+(?: [a-z-]+){0,2}, ?)+(?:or |nor )?"
    r"[a-z-]+(?: (?:or|nor|and) [a-z-]+)?(?=[.;]|$)"
    r"|(?:(?![含有但为])[\u4e00-\u9fff]{1,4},)+(?![含有但为])[\u4e00-\u9fff]{1,4}(?![\u4e00-\u9fff\d])"
)
""" "no lead, cadmium or mercury": a denial that goes on to the end of its list."""
_FREE = re.compile(
    r"\b(?P<what>(?!(?:peat|oil|clinker|cement|carbon|chiller|fat)\b)[a-z]+)[ -]free\b(?! lime| cao| acid| fatty)"
)
""" "chrome-free", but not the goods that are called so: peat-free soil, oil-free gas."""
_ABSENT = re.compile(
    r"(?P<what>\b[a-z]+(?: [a-z]+)?|[\u4e00-\u9fff]{1,4}?)(?:含量)?\s*[:=]?\s*(?:(?:is |are |was |were )?"
    r"(?:not (?:detected|found|present)|below detection|absent|none|nil)\b"
    r"|未检出|不得检出|已去除|已剔除|除外|检测合格|检测达标|[:=]\s*无"
    r"|[ -](?:surveyed|tested|checked|screened)(?: and|,)? (?:clean|clear|negative|passed)\b)"
)
""" "asbestos: none", 石棉未检出."""
_REMOVED = re.compile(
    r"(?P<what>\b[a-z]+(?: (?:and |or )?[a-z]+){0,3}),? (?:(?:is|are|was|were|has been|have been|already) )?"
    r"(?:removed(?! from| by| off| in| at| during)|taken out|cut away|cut off|washed out|picked out|sorted out)\b"
    r"|(?P<taken>[\u4e00-\u9fff]{1,6}?)(?:已|均已|全部)(?:拆除?|去除?|剔除|清除|除去|取出|洗净|洗脱|分离)"
)
""" "batteries removed", 电池已拆: what is no longer there."""
_PACKED = re.compile(
    r"\b(?:in|on|packed in|supplied in|loose or in)(?: [a-z0-9]+)? (?P<what>(?:big ?|bulk ?)?bags?|drums?|ibcs?"
    r"|pallets?|crates?|totes?|sacks?|octabins?|boxes|barrels?|silo wagons?|tankers?)\b"
    r"|(?<![废旧弃沾])(?P<pack>吨袋|编织袋|集装袋|太空袋|吨桶|铁桶|塑料桶|托盘|纸箱)(?:包装|装|打包|盛装|运输|装运)"
    r"|(?P<packing>(?<=[,;])(?:吨袋|编织袋|集装袋|太空袋|吨桶)(?=[,;.]|$))"
)
""" "in big bags", 吨袋包装: how a thing is packed is not what it is."""
_LEFT_OUT = re.compile(r"\b(?P<what>[a-z]+(?: [a-z]+){0,3}) (?:(?:is|are|was|were) )?excluded\b")
_SUBSTITUTED = re.compile(
    r"\b(?:replac\w*|substitut\w*(?: for)?|instead of|in place of|rather than|alternative to|to stop)\b"
    r"|替代|代替|取代|置换|停用"
)
_LITTLE = re.compile(
    r"\blow[ -](?!grade|pressure|temp|calor|value|level|heat|quality|btu|cv|ph\b|melt|carbon|cost)"
    r"|低(?![温压热品价值质碳级ph])"
)
_TRACE = re.compile(
    r"[,;]\s*(?:含|[a-z]+ (?!up|below|under|less|at|max|not|over))?(?!asbestos|石棉"
    r"|(?:h2s|benzene|tributyltin|hbcd|硫化氢|苯|三丁基锡|六溴环十二烷)\s*\d)"
    r"(?P<what>[a-z][a-z0-9-]*|[\u4e00-\u9fff]{1,4})\s*(?:[:=<>≤≥]|up to|below|under|less than|at most"
    r"|not (?:over|more than)|max|为|约|低于|小于|不超过|不大于|不高于)*\s*"
    r"(?:[0-4](?:\.\d+)?\s*%"
    r"|\d+(?:\.\d+)?\s*(?:ppm|ppb|mg|g/t|[uμ]g|ng))"
)
""" ", fluoride 0.8 %": an impurity, which says little about what the thing is; poisons still count."""
_MEASURED = re.compile(
    r"(?P<what>(?:(?<=[,;(] )|(?<=[,;(])|(?<=with ))(?:ash|water|moisture)(?: content)?|含水[率量]?|水分|灰分)\s*"
    r"(?:[:=<>≤≥~]|up to|below|under|about|around|of|is|为|约|低于|不超过|小于|大于)*\s*"
    r"\d+(?:\.\d+)?\s*(?:-\s*\d+(?:\.\d+)?\s*)?%"
)
"""How much water or ash is in a thing does not make it water or ash."""
_PARTS = (_TRACE, _MEASURED, _FREE, _ABSENT, _LEFT_OUT, _REMOVED, _PACKED)
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
_NEGATED_TOKENS = 3
_OR = frozenset({"or", "nor", "和", "及", "或", "与"})
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
    """`muted` tokens are denied or replaced in the text ("no chloride", "instead of coal").

    `concepts` are all ideas found, `subject` those in the part the description is about, `words` each idea
    with the text that speaks of it. `parts` are tokens inside a longer word that means something else, `taker`
    tokens say who asks, `wanted` are the ideas without these.
    """

    prepared: str
    tokens: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    clauses: tuple[int, ...]
    muted: frozenset[int]
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
        return [each for each in found if not (each.start in self.parts if each.length == 1 else self._broken(each))]

    def _broken(self, match: Match) -> bool:
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
    muted = _muted(prepared, spans)
    bare = Reading(prepared, tokens, spans, _clauses(prepared, spans), muted, parts=_inside(_COMPOUND, prepared, spans))
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


def _muted(prepared: str, spans: tuple[tuple[int, int], ...]) -> frozenset[int]:
    muted: set[int] = set()
    for found in _NEGATION.finditer(prepared):
        muted.update(place for place, span in enumerate(spans) if found.start() < span[0] < found.end())
        muted.update(_denied(prepared, spans, found.end()))
    for found in _LITTLE.finditer(prepared):
        muted.update(_following(prepared, spans, found.end(), 1))
    for found in itertools.chain.from_iterable(pattern.finditer(prepared) for pattern in _PARTS):
        left, right = found.span(found.lastgroup or 0)
        muted.update(place for place, span in enumerate(spans) if left <= span[0] and span[1] <= right)
    for found in _SUBSTITUTED.finditer(prepared):
        muted.update(_following(prepared, spans, found.end(), len(spans)))
    return frozenset(muted)


def _denied(prepared: str, spans: tuple[tuple[int, int], ...], start: int) -> list[int]:
    """The first words after a denial, and those that a list or an "or" adds: "no asbestos, lead or mercury"."""
    listed = _LIST.match(prepared, start)
    if listed:
        return [place for place, (left, _right) in enumerate(spans) if start <= left < listed.end()]
    rest = _following(prepared, spans, start, len(spans))
    links = [count for count, place in enumerate(rest) if prepared[slice(*spans[place])] in _OR]
    return rest[: max([_NEGATED_TOKENS, *(count + 1 + _NEGATED_TOKENS for count in links)])]


def _following(prepared: str, spans: tuple[tuple[int, int], ...], start: int, count: int) -> list[int]:
    """Tokens after `start` up to the end of the clause or a new phrase, at most `count` words."""
    boundary = re.compile(r"[,.;:()\n]|\b(?:for|in|and|but|with)\b|的").search(prepared, start)
    end = boundary.start() if boundary else len(prepared)
    return [place for place, (left, _right) in enumerate(spans) if start <= left < end][:count]
