"""Both languages of a listing made from a line of the Scottish register."""

from __future__ import annotations

import re

from marketplace.demo.register import Flow, LicensedSite

REGISTER = "SEPA"
AUTHORITY = "Scottish Environment Protection Agency (SEPA)"
_TITLES_EN = {True: "{material} taken at {site}", False: "{material} from {site}"}
_TITLES_ZH = {True: "{material}（接收地：{site}）", False: "{material}（来自：{site}）"}
_DESCRIPTION_EN = {
    True: (
        "In 2019 this licensed site took in {quantity} t of “{material}”. That is the year's total of the site in "
        "SEPA's public record, shown here as a need; it is not a bid by {operator}. Activities: {activities}."
    ),
    False: (
        "In 2019 {quantity} t of “{material}” left this licensed site. That is the year's total of the site in "
        "SEPA's public record, shown here as an offer; it is not an offer made by {operator}. "
        "Activities: {activities}."
    ),
}
_DESCRIPTION_ZH = {
    True: (
        "该持证场所2019年共接收“{material}”{quantity}吨。这是苏格兰环境保护局公开记录中该场所的全年总量，"
        "此处作为需求示例展示，并非该单位发布的求购信息。"
    ),
    False: (
        "2019年共有{quantity}吨“{material}”运出该持证场所。这是苏格兰环境保护局公开记录中该场所的全年总量，"
        "此处作为供应示例展示，并非该单位发布的供应信息。"
    ),
}
_ASIDE = re.compile(r" \(.*\)|（.*）")
_LONGEST_TITLE = 120


def of_flow(site: LicensedSite, flow: Flow) -> dict[str, str]:
    """`title_en`, `title_zh` and a `description` in both languages."""
    entry, inward = flow.material_class, flow.inward
    return {
        "title_en": _title(_TITLES_EN[inward], entry.name, site.name),
        "title_zh": _title(_TITLES_ZH[inward], entry.name_zh, site.name),
        "description": f"{_filled(_DESCRIPTION_ZH[inward], entry.name_zh, site, flow)}\n\n"
        f"{_filled(_DESCRIPTION_EN[inward], entry.name, site, flow)}",
    }


def _title(pattern: str, material: str, site: str) -> str:
    return pattern.format(material=_ASIDE.sub("", material), site=site)[:_LONGEST_TITLE]


def _filled(pattern: str, material: str, site: LicensedSite, flow: Flow) -> str:
    return pattern.format(
        material=material,
        quantity=f"{flow.quantity_t.normalize():,f}",
        operator=site.operator,
        activities=", ".join(site.activities).lower(),
    )
