"""Windows in which a material, code or region is found by typing a part of its name: lists of them are too long."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.views.generic.chooser import ChooseResultsView, ChooseView
from wagtail.admin.viewsets.chooser import ChooserViewSet

from listings.models import Material, MaterialUse, Property, Use, WasteCode
from marketplace.firms.bilingual import Bilingual
from marketplace.firms.models import Industry, Region

NAMES = ("name_zh", "name_en")
TERM = ("slug", *NAMES, "synonyms_zh", "synonyms_en")
# Model → fields that the typed words may stand in, and rows that its title needs.
SEARCHED: dict[type[models.Model], tuple[tuple[str, ...], tuple[str, ...]]] = {
    Material: (TERM, ()),
    Property: ((*TERM, "symbol"), ()),
    Use: (TERM, ()),
    MaterialUse: (
        tuple(f"{end}__{name}" for end in ("material", "use") for name in ("slug", *NAMES)), ("material", "use")
    ),
    WasteCode: (("code", "code_display", *NAMES), ()),
    Region: (("code", *NAMES), ("parent",)),
    Industry: (("code", *NAMES), ()),
}  # fmt: skip


class WordsForm(BaseFilterForm):
    q = forms.CharField(label=_("Part of a name or code"), required=False, max_length=80)

    def filter(self, objects: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Rows that hold every typed word somewhere, those that hold it in their names first."""
        fields, related = SEARCHED[objects.model]
        self.search_query = self.cleaned_data.get("q", "").replace("\0", "")
        self.is_searching = bool(self.search_query)
        for word in self.search_query.split():
            found = Q()
            for field in fields:
                found |= Q(**{f"{field}__icontains": word})
            objects = objects.filter(found)
        return self._names_first(objects).select_related(*related)

    def _names_first(self, objects: models.QuerySet[Any]) -> models.QuerySet[Any]:
        if not self.is_searching or not issubclass(objects.model, Bilingual):
            return objects
        named = Q(name_zh__icontains=self.search_query) | Q(name_en__icontains=self.search_query)
        rank = Case(When(named, then=Value(0)), default=Value(1))
        return objects.order_by(rank, *objects.model._meta.ordering)


class Choose(ChooseView):
    filter_form_class = WordsForm


class Results(ChooseResultsView):
    filter_form_class = WordsForm


class ReferenceChooser(ChooserViewSet):
    """Its window is for the forms of this package alone, not for every form that points to the model."""

    choose_view_class = Choose
    choose_results_view_class = Results
    register_widget = False
    icon = "table"
    per_page = 12
    choose_one_text = _("Choose")
    choose_another_text = _("Choose another")
    edit_item_text = _("Edit")


CHOOSERS = {
    model: ReferenceChooser(
        f"choose_{model._meta.model_name}", model=model, url_prefix=f"reference/choose/{model._meta.model_name}"
    )
    for model in SEARCHED
}
