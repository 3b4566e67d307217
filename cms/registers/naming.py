"""Names of firms brought to one shape, to find and to suggest. Never to link: two firms may share a name."""

from __future__ import annotations

import re
import unicodedata

from listings.understanding.text import normalise

_BRACKETS = str.maketrans({"（": "(", "）": ")", "〔": "(", "〕": ")", "【": "(", "】": ")"})
_NOISE = re.compile(r"[\s\-_.,;:'\"·•/\\]+")
_FORMS_ZH = re.compile(r"(股份有限公司|有限责任公司|集团有限公司|有限公司|股份公司|集团公司|集团)$")
_FORMS_EN = re.compile(
    r"\b(company limited|co ltd|limited|ltd|plc|llp|llc|inc|incorporated|corporation|corp|company|co|group)\b"
)


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
