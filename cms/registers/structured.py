"""What search engines read: a list as a schema.org Dataset, an entry as the organisation or product it names."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from .formats import CONTENT_TYPES
from .models import Entry, ListKind, RegulatedList
from .rows import Row

PRODUCTS = frozenset({
    ListKind.GREEN_PRODUCTS, ListKind.REMANUFACTURED, ListKind.WATER_SAVING, ListKind.SUBSTITUTES, ListKind.PHASED_OUT,
})  # fmt: skip
# What could end the script element or begin another; JSON reads the escapes as the same characters.
_ESCAPES = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&\u2028\u2029"}


def dataset(request: HttpRequest, regulated_list: RegulatedList) -> SafeString:
    address = request.build_absolute_uri(regulated_list.get_absolute_url())
    authority = {"@type": "GovernmentOrganization", "name": regulated_list.authority}
    return _script({
        "@type": "Dataset",
        "name": regulated_list.name,
        "description": regulated_list.legal_basis or regulated_list.name,
        "url": address,
        "creator": authority if regulated_list.authority else None,
        "distribution": [_distribution(request, regulated_list, kind) for kind in CONTENT_TYPES],
    })  # fmt: skip


def _distribution(request: HttpRequest, regulated_list: RegulatedList, kind: str) -> dict[str, str]:
    address = request.build_absolute_uri(reverse("registers:download", args=[regulated_list.slug, kind]))
    return {"@type": "DataDownload", "encodingFormat": CONTENT_TYPES[kind], "contentUrl": address}


def organisation(request: HttpRequest, entry: Entry, row: Row | None) -> SafeString:
    """Of an entry that is only on notice nothing is told yet."""
    if row is None:
        return SafeString("")
    version, product = row.version, entry.regulated_list.kind in PRODUCTS
    names = [name for name in (version.name_zh, version.name_en) if name]
    facts: dict[str, Any] = {
        "@type": "Product" if product else "Organization",
        "name": version.name,
        "alternateName": [name for name in names if name != version.name] or None,
        "identifier": version.credit_code or version.reference or None,
        "url": request.build_absolute_uri(entry.get_absolute_url()),
    }
    if not product and (version.province or version.address):
        place = {"addressRegion": version.province, "streetAddress": version.address}
        facts["address"] = {"@type": "PostalAddress", "addressCountry": entry.regulated_list.country} | place
    return _script(facts)


def _script(facts: dict[str, Any]) -> SafeString:
    """A data block: browsers run nothing in it, so the content security policy lets it stand."""
    told = {"@context": "https://schema.org"} | {name: value for name, value in facts.items() if value is not None}
    text = json.dumps(told, ensure_ascii=False).translate(_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308
