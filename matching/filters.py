"""Narrowing and ordering the matches of one listing."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from matching.models import Match, Verdict

ORDERS = {
    "nearest": ("distance_km",),
    "cheapest": ("-price_known", "landed_per_t"),  # without a price the landed cost is only the haulage
    "most": ("-quantity_t",),
}


class MatchFilter(django_filters.FilterSet):
    verdict = django_filters.ChoiceFilter(
        label=_("Verdict"),
        choices=[(Verdict.ACCEPTED, _("accepted")), (Verdict.POSSIBLE, _("possible"))],
        empty_label=_("accepted and possible"),
    )
    within_km = django_filters.NumberFilter(
        field_name="distance_km", lookup_expr="lte", label=_("Within"), min_value=0, max_value=20_100,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
    )  # fmt: skip
    order = django_filters.ChoiceFilter(
        label=_("Order"),
        method="ordered",
        empty_label=_("best first"),
        choices=[
            ("nearest", _("nearest first")),
            ("cheapest", _("lowest landed cost first")),
            ("most", _("largest quantity first")),
        ],
    )

    class Meta:
        model = Match
        fields: list[str] = []

    def ordered(self, queryset: Any, _name: str, order: str) -> Any:
        return queryset.order_by(*ORDERS[order], "pk")

    def filter_queryset(self, queryset: Any) -> Any:
        return super().filter_queryset(queryset.best_first())
