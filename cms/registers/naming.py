"""Names of firms brought to one shape, to find and to suggest. Never to link: two firms may share a name."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from listings.understanding.text import normalise

_BRACKETS = str.maketrans({"（": "(", "）": ")", "〔": "(", "〕": ")", "【": "(", "】": ")"})
_NOISE = re.compile(r"[\s\-_.,;:'\"·•/\\]+")
_WORDS = re.compile(r"[^\W_]+")
_FORMS_ZH = re.compile(r"(股份有限公司|有限责任公司|集团有限公司|有限公司|股份公司|集团公司|集团)$")
_FORMS_EN = re.compile(
    r"\b(company limited|co ltd|limited|ltd|plc|llp|llc|inc|incorporated|corporation|corp|company|co|group)\b"
)


@lru_cache(maxsize=10_000)
def plain_name(name: str) -> str:
    """Lower case, half width, simplified characters, no spaces or punctuation.

    >>> plain_name("ＡＢＣ 再生資源（天津）有限公司")
    'abc再生资源(天津)有限公司'
    """
    folded = normalise(unicodedata.normalize("NFKC", name.translate(_BRACKETS)))
    return _NOISE.sub("", folded)


def core_name(name: str) -> str:
    """The plain name without the words for its legal form.

    >>> core_name("Tarbolton Landfill Limited"), core_name("格林美股份有限公司")
    ('tarboltonlandfill', '格林美')
    """
    spaced = _NOISE.sub(" ", normalise(name)).strip()
    without = _FORMS_EN.sub(" ", spaced)
    return _FORMS_ZH.sub("", plain_name(without)) or plain_name(name)


def anchors(name: str) -> set[str]:
    """What to look for in a table of names before `core_name` compares: the longest word, as spelled and folded.

    >>> sorted(anchors("Tarbolton Landfill Limited")), sorted(anchors("格林美高新技術股份有限公司"))
    (['tarbolton'], ['格林美高新技术', '格林美高新技術'])
    """
    spellings = (_FORMS_EN.sub(" ", each.lower()).strip() for each in (name, normalise(name)))
    words = [_WORDS.findall(_FORMS_ZH.sub("", spelling)) for spelling in spellings]
    return {max(found, key=len) for found in words if found}
