"""The folded groups of the posting page: which fields stand together under which name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.forms import BaseFormSet, BoundField
from django.utils.translation import gettext_lazy as _

from .listing import ListingForm


@dataclass(frozen=True)
class Group:
    """A folded part of the page; open when something in it was filled in or is wrong."""

    name: str
    title: Any
    note: Any
    fields: tuple[BoundField, ...]
    open: bool


# Name, title, what is inside, fields; those that a kind does not have are left out.
_GROUPS = (
    ("legal", _("Codes and legal status"), _("waste codes, status, decision"),
     ("codes", "legal_status", "status_decision", "status_expires_on")),
    ("figures", _("Figures"), _("what it contains, with basis and method"), ()),
    ("limits", _("Limits"), _("what it must keep to"), ()),
    ("quantity", _("Quantity in detail"), _("stock, lots, packing, dates"),
     ("stock_t", "stock_on", "available_from", "available_to", "min_lot_t", "max_lot_t", "variability_percent",
      "packing")),
    ("look", _("Where to look"), _("region, distance, listed firms only"),
     ("scope", "region", "max_distance_km", "listed_only")),
    ("accepts", _("What you accept"), _("use, hazard, cost, data quality"),
     ("intended_use", "accepts_hazardous", "blend_allowed", "unwanted", "max_landed_per_t", "min_quality_level")),
    ("more", _("More about the material"), _("title, form, process"),
     ("title_zh", "title_en", "form", "source_process")),
    ("documents", _("Documents"), _("laboratory reports, safety data sheets, photos"), ()),
    ("private", _("Only for you"), _("current disposal, never shown to others"),
     ("disposal_route", "disposal_cost_per_t")),
    ("visibility", _("Who sees what"), _("price, name, documents"),
     ("price_visibility", "firm_visibility", "evidence_visibility")),
)  # fmt: skip


def groups_of(form: ListingForm, rows: dict[str, BaseFormSet]) -> list[Group]:
    """`rows` are the parts that are tables, by the name of their group."""
    return [
        _group(form, rows, *entry)
        for entry in _GROUPS
        if entry[0] in rows or any(field in form.fields for field in entry[3])
    ]


def _group(
    form: ListingForm, rows: dict[str, BaseFormSet], name: str, title: Any, note: Any, fields: tuple[str, ...]
) -> Group:
    if name in rows:
        return Group(name, title, note, (), _is_used(rows[name]))
    bound = tuple(form[field] for field in fields if field in form.fields)
    return Group(name, title, note, bound, any(field.errors or _differs(field) for field in bound))


def _is_used(rows: BaseFormSet) -> bool:
    return any(form.errors or form.initial or (form.is_bound and form.has_changed()) for form in rows.forms)


def _differs(field: BoundField) -> bool:
    """True when the field shows something else than an untouched page would."""
    untouched = field.field.initial
    return str(field.value() or "") not in ("", str(untouched or ""), "False")
