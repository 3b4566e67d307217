"""Words of a text that say what a thing is not: what is denied, left out, replaced, packed in, or a mere impurity."""

import itertools
import re

Spans = tuple[tuple[int, int], ...]

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
_IN_ORDER = re.compile(
    r"\b(?P<what>[a-z]+(?: ?\([a-z]+\))?(?: [a-z]+)?)[ -](?:content |leach(?:ing|ate|able)? )?"
    r"(?:(?:is |are )?(?:surveyed|checked|within limits?|in spec|(?:below|under) (?:the |all )?(?:limits?|detection))"
    r"|tested)"
    r"|(?P<was>[\u4e00-\u9fff]{1,6}?)(?:含量|指标|检测|检验)*(?:均|全部)?(?:达标|合格|未超标|不超标|低于限值|阴性)"
)
""" "asbestos-surveyed", "metals below limits", 重金属达标: what was looked for and is no matter of concern."""
_IMPURITIES = (_TRACE, _MEASURED)
_ABSENCES = (_FREE, _ABSENT, _LEFT_OUT, _REMOVED)
_NEGATED_TOKENS = 3
_OR = frozenset({"or", "nor", "和", "及", "或", "与"})


def absent(prepared: str, spans: Spans) -> frozenset[int]:
    """Tokens of what is said not to be there, or is replaced: "no chloride", 石棉未检出, "instead of coal"."""
    gone = set(_spoken_of(_ABSENCES, prepared, spans))
    for found in _NEGATION.finditer(prepared):
        gone.update(place for place, span in enumerate(spans) if found.start() < span[0] < found.end())
        gone.update(_denied(prepared, spans, found.end()))
    for found in _LITTLE.finditer(prepared):
        gone.update(_following(prepared, spans, found.end(), 1))
    for found in _SUBSTITUTED.finditer(prepared):
        gone.update(_following(prepared, spans, found.end(), len(spans)))
    return frozenset(gone)


def beside_the_point(prepared: str, spans: Spans) -> frozenset[int]:
    """Tokens of impurities and of what a thing is packed in: they are there, and are not the thing."""
    return _spoken_of((*_IMPURITIES, _PACKED), prepared, spans)


def in_order(prepared: str, spans: Spans) -> frozenset[int]:
    """Tokens of what was looked for and is no matter of concern."""
    return _spoken_of((_IN_ORDER,), prepared, spans)


def _spoken_of(patterns: tuple[re.Pattern[str], ...], prepared: str, spans: Spans) -> frozenset[int]:
    """Tokens of what the patterns are about, which is a group of theirs, named differently in each of their forms."""
    found = itertools.chain.from_iterable(pattern.finditer(prepared) for pattern in patterns)
    parts = [match.span(name) for match in found for name, text in match.groupdict().items() if text is not None]
    return frozenset(
        place for left, right in parts for place, span in enumerate(spans) if left <= span[0] and span[1] <= right
    )


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
