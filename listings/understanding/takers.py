"""Who asks: a plant is called after what it makes or works with, which is seldom the by-product that it looks for."""

import re

Spans = tuple[tuple[int, int], ...]

_ENGLISH = re.compile(
    r"(?:^|(?<=[,.;:(] )|(?<=\bour )|(?<=\ba )|(?<=\ban )|(?<=\bthe ))(?P<who>(?:[a-z0-9&-]+ ){1,4}?"
    r"(?:plants?|makers?|producers?|manufacturers?|works|factory|factories|growers?|refiners?|refinery|smelters?"
    r"|compounders?|spinners?|processors?|operators?|converters?|blenders?|recyclers?|builders?|contractors?"
    r"|distillers?|formulators?|traders?|mills?|brewery|foundry|foundries|farms?|farmers?|yards?|lines?|shops?))"
    r"(?=\s*(?:$|[,.;:(-]|(?:is|are|wants?|needs?|seeks?|seeking|looks?|looking|buys?|buying|requires?|takes?"
    r"|taking|accepts?|sources?|sourcing|purchases?|interested|searching|would|can|here|in)\b))"
)
_CHINESE = re.compile(
    r"(?:^|(?<=[,.;:( ])|(?<=为)|(?<=给)|(?<=供))(?P<who>[\u4e00-\u9fff]{0,8}?"
    r"(?:工厂|厂家|厂|搅拌站|拌合站|企业|公司|基地|车间|生产线))"
    r"(?=[收求需想要找采长常年大寻诚急缺,.;:()]|拟|用[料于作]|$)"
)


def taker_tokens(prepared: str, spans: Spans) -> frozenset[int]:
    """Tokens of a need that only say who writes: "activated carbon maker wants", 搅拌站求购."""
    found = [each.span("who") for pattern in (_ENGLISH, _CHINESE) for each in pattern.finditer(prepared)]
    return frozenset(
        place
        for place, (left, right) in enumerate(spans)
        if any(start <= left and right <= end for start, end in found)
    )
