"""What the headings of a published list mean, in Chinese and English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from listings.understanding.text import normalise

from ..models import ListColumn

# Meaning → headings, in the plain shape of `_plain`. Facts of an entry first, then what steers the import.
_WORDS: dict[str, str] = {
    "name_zh": (
        "企业名称 单位名称 公司名称 名称 企业 单位 持证单位 持证单位名称 法人名称 申报企业 "
        "firmnamezh namezh 企业全称 申请单位"
    ),
    "name_en": ("firmname companyname name company firm operator sitename nameen firmnameen entryname productname"),
    "credit_code": ("统一社会信用代码 社会信用代码 信用代码 统一信用代码 creditcode unifiedsocialcreditcode uscc"),
    "reference": ("许可证编号 许可证号 证书编号 证书号 备案号 permitno permitnumber reference licenceno licensenumber"),
    "province": (
        "省份 省市 省 所在省份 所在地 所在地区 地区 区域 省自治区直辖市 provincezh province region area councilarea"
    ),
    "address": "地址 厂址 经营地址 企业地址 注册地址 address siteaddress",
    "scope_zh": (
        "经营范围 综合利用范围 利用范围 范围 类别 综合利用类别 利用类别 经营类别 处理品种 产品类别 业务范围 "
        "核准经营范围 申报类型 企业类型 categoryzh scopezh"
    ),
    "scope_en": "scope category activities activity scopeen",
    "capacity_t_per_year": (
        "产能 年产能 处理能力 年处理能力 核准规模 经营规模 核准经营规模 加工能力 capacity capacitytperyear"
    ),
    "remarks_zh": "备注 说明 remarkszh",
    "remarks_en": "remarks notes comment remarksen",
    "action": "变更类型 处理结果 处理意见 状态变化 事项 action change 公告事项",
    "former_name": "原名称 原企业名称 变更前名称 更名前 变更前 曾用名 formername oldname previousname",
    "batch": "批次 batch batchno",
    "announcement": "公告号 公告 公告编号 文号 announcement announcementnumber",
    "effective_on": "生效日期 公告日期 发布日期 日期 列入日期 effectiveon effectivefrom date announcedon",
    "list": "名单 名录 所属名单 schemezh list listname scheme",
    "sequence": "序号 编号 no number sequence",
}
MEANINGS = {word: means for means, words in _WORDS.items() for word in words.split()}
_UNITS = {
    "万吨": Decimal(10_000), "万t": Decimal(10_000), "千吨": Decimal(1_000), "kt": Decimal(1_000),
    "吨": Decimal(1), "t": Decimal(1), "kg": Decimal("0.001"), "公斤": Decimal("0.001"),
}  # fmt: skip
_BRACKETS = re.compile(r"[(\[{（【〔].*?[)\]}）】〕]")
_NOISE = re.compile(r"[\s_\-*:./、,;'\"]+")
_PREFIX = re.compile(r"^(年|核准|设计|现有|批准|企业|本次)")
LONGEST_HEADING = 40


@dataclass(frozen=True)
class Heading:
    """`means` a fact, a step of the import, or the slug of the list's own column; `factor` makes tonnes of its unit."""

    means: str
    text: str
    column: ListColumn | None = None
    factor: Decimal = Decimal(1)


def recognise(cell: str, columns: Sequence[ListColumn] = ()) -> Heading | None:
    """
    >>> recognise("企 业 名 称").means, recognise("年处理能力（万吨/年）").factor, recognise("apples")
    ('name_zh', Decimal('10000'), None)
    """
    text = cell.strip()
    if not text or len(text) > LONGEST_HEADING:
        return None
    plain = _plain(text)
    for column in columns:
        if plain in (_plain(column.slug), _plain(column.name_zh), _plain(column.name_en)):
            return Heading(column.slug, text, column)
    means = MEANINGS.get(plain) or MEANINGS.get(_PREFIX.sub("", plain))
    return Heading(means, text, factor=_factor(text)) if means else None


def _plain(text: str) -> str:
    return _NOISE.sub("", _BRACKETS.sub("", normalise(text)))


def _factor(text: str) -> Decimal:
    """Tonnes in the unit that the heading names in brackets."""
    inside = "".join(_BRACKETS.findall(normalise(text)))
    return next((factor for unit, factor in _UNITS.items() if unit in inside), Decimal(1))


def with_unit(text: str) -> tuple[str, Decimal]:
    """A number and the tonnes of the unit written behind it: `3.5万吨` → ("3.5", 10000).

    >>> with_unit("3.5万吨/年"), with_unit("800")
    (('3.5', Decimal('10000')), ('800', Decimal('1')))
    """
    plain = normalise(text).removesuffix("/年").removesuffix("/a").removesuffix("/year").removesuffix("/yr").strip()
    for unit, factor in _UNITS.items():
        if plain.endswith(unit):
            return plain.removesuffix(unit).strip(), factor
    return plain, Decimal(1)
