"""Forms of matching: what to plan, which lines to propose, and why a proposal is declined."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from listings.models import Kind
from matching.areas import Choices
from matching.models import DeclineReason
from matching.plan_words import OBJECTIVE_WORDS
from matching.proposals import ProposedLine

TICKED = re.compile(r"([0-9]{1,10})-([0-9]{1,10})-([0-9]{1,14})")


class PlanForm(forms.Form):
    area = forms.ChoiceField(label=_("Park or region"))
    objective = forms.ChoiceField(label=_("Objective"), choices=list(OBJECTIVE_WORDS.items()))

    def __init__(self, *args: Any, areas: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["area"].choices = [("", _("choose")), *areas]  # type: ignore[attr-defined]


class SideForm(forms.Form):
    side = forms.ChoiceField(choices=Kind.choices)


class DeclineForm(SideForm):
    reason = forms.ChoiceField(label=_("Reason"), choices=[("", _("choose")), *DeclineReason.choices])
    note = forms.CharField(label=_("Note for those who made the plan"), max_length=300, required=False)


def ticked(texts: Iterable[str]) -> list[ProposedLine] | None:
    """The lines ticked in the table of a plan, each `offer-need-kilograms`; None for what the page never wrote."""
    found = [TICKED.fullmatch(text) for text in texts]
    rows = [tuple(map(int, match.groups())) for match in found if match]
    if len(rows) < len(found):
        return None
    return [ProposedLine(offer, need, Decimal(quantity_kg).scaleb(-3)) for offer, need, quantity_kg in rows]
