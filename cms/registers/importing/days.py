"""Days as people write them in lists."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata

_NUMERALS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_YMD = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YM = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?")
_Y = re.compile(r"((?:19|20)\d{2})\s*年?")
_DMY = re.compile(r"(\d{1,2})\s+([a-z]{3})[a-z]*\.?,?\s+(\d{4})")
_MDY = re.compile(r"([a-z]{3})[a-z]*\.?\s+(\d{1,2}),?\s+(\d{4})")
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_SERIAL = re.compile(r"[2-6]\d{4}")
_EPOCH = dt.date(1899, 12, 30)


def read_day(text: str) -> dt.date:
    """The day; of a month or a year alone its last day, by which the list surely said so. `ValueError` otherwise.

    >>> {read_day(text).isoformat() for text in ("2018年9月3日", "2018.9.3", "３ Sep 2018", "43346")}
    {'2018-09-03'}
    >>> read_day("二〇一八年十二月三日").isoformat()
    '2018-12-03'
    >>> read_day("2018-10").isoformat(), read_day("2019").isoformat()
    ('2018-10-31', '2019-12-31')
    """
    plain = digits(unicodedata.normalize("NFKC", text).strip().lower())
    if match := _YMD.fullmatch(plain) or _COMPACT.fullmatch(plain):
        return dt.date(*(int(part) for part in match.groups()))
    if match := _YM.fullmatch(plain):
        year, month = int(match[1]), int(match[2])
        return dt.date(year, month, calendar.monthrange(year, month)[1] if 1 <= month <= 12 else 0)
    if match := _Y.fullmatch(plain):
        return dt.date(int(match[1]), 12, 31)
    if (match := _DMY.fullmatch(plain)) and match[2] in _MONTHS:
        return dt.date(int(match[3]), _MONTHS[match[2]], int(match[1]))
    if (match := _MDY.fullmatch(plain)) and match[1] in _MONTHS:
        return dt.date(int(match[3]), _MONTHS[match[1]], int(match[2]))
    if _SERIAL.fullmatch(plain):
        return _EPOCH + dt.timedelta(days=int(plain))
    raise ValueError(f"not a day: {text!r}")


def digits(text: str) -> str:
    """Chinese numerals as digits, where they count years, months, days or batches: 十二月三十一日 → 12月31日."""
    if not re.search(r"[〇零○一二三四五六七八九十].*[年月日批期]", text):
        return text
    return re.sub(r"[〇零○一二三四五六七八九十]+", lambda run: _numeral(run.group()), text)


def _numeral(run: str) -> str:
    if "十" not in run:
        return run.translate(_NUMERALS)
    tens, _ten, ones = run.partition("十")
    return str(int(tens.translate(_NUMERALS) or 1) * 10 + int(ones.translate(_NUMERALS) or 0))
