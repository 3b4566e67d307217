"""Reference data in the back office, to look things up.

Its rows come from the files in `listings/reference/`: the next load would undo what was changed anywhere else, so here
they are read only, and the page says where to change them.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from cms.registers.office.policies import LookingPolicy
from listings.models import (
    AvoidedBurden,
    HaulageRate,
    Material,
    MaterialUse,
    Property,
    TransportFactor,
    Use,
    WasteCode,
)
from marketplace.firms.models import Industry, Park, Region


class ReferenceIndex(generic.IndexView):
    template_name = "cms/office/reference.html"

    def get_queryset(self) -> models.QuerySet[Any]:
        pointing = [field.name for field in self.model._meta.fields if field.many_to_one]
        return super().get_queryset().select_related(*pointing)


class ReferenceViewSet(ModelViewSet):
    @property
    def permission_policy(self) -> LookingPolicy:
        return LookingPolicy(self.model)


def viewset(model: type[models.Model], *shown: str, by: tuple[str, ...], search: tuple[str, ...] = ()) -> ModelViewSet:
    """A list that can be searched and filtered, and a page for each row."""
    return ReferenceViewSet(
        f"reference_{model._meta.model_name}",
        model=model,
        url_prefix=f"reference/{model._meta.model_name}",
        icon="table",
        index_view_class=ReferenceIndex,
        inspect_view_enabled=True,
        copy_view_enabled=False,
        form_fields=[shown[0]],
        list_display=[_column(model, name) for name in shown],
        list_filter=by,
        search_fields=search or ("name_zh", "name_en"),
        list_per_page=50,
    )


def _column(model: type[models.Model], name: str) -> str | BooleanColumn:
    flags = {field.name: field for field in model._meta.fields if isinstance(field, models.BooleanField)}
    return BooleanColumn(name, label=capfirst(flags[name].verbose_name)) if name in flags else name


TERM = ("slug", "name_zh", "name_en", "synonyms_zh", "synonyms_en")


class ReferenceGroup(ViewSetGroup):
    menu_label = _("Reference data")
    menu_icon = "folder-inverse"
    menu_order = 170
    items = (
        viewset(
            Material, "slug", "name_zh", "name_en", "parent", "form", "to_verify", by=("form", "to_verify"),
            search=TERM,
        ),
        viewset(
            Property, "slug", "symbol", "name_zh", "name_en", "unit", "to_verify", by=("unit", "to_verify"),
            search=TERM,
        ),
        viewset(Use, "slug", "name_zh", "name_en", "operation", "sector", "to_verify", by=("operation",), search=TERM),
        viewset(
            MaterialUse, "material", "use", "suitability", "prohibited", "to_verify", by=("prohibited", "to_verify"),
            search=("material__slug", "material__name_zh", "use__slug", "use__name_zh"),
        ),
        viewset(
            WasteCode, "code_display", "scheme", "name_zh", "name_en", "hazardous", "to_verify",
            by=("scheme", "hazardous"), search=("code", "code_display", "name_zh", "name_en"),
        ),
        viewset(
            AvoidedBurden, "material", "use", "country", "avoided_kg_co2e_per_t", "year", "source", "to_verify",
            by=("country", "to_verify"), search=("material__slug", "material__name_zh", "use__slug", "replaces_en"),
        ),
        viewset(
            TransportFactor, "mode", "country", "kg_co2e_per_t_km", "year", "source", "to_verify", by=("country",),
            search=("mode", "country", "vehicle_zh", "vehicle_en"),
        ),
        viewset(
            HaulageRate, "mode", "country", "currency", "fixed_per_t", "rate_per_t_km", "to_verify", by=("country",),
            search=("mode", "country"),
        ),
        viewset(Region, "code", "name_zh", "name_en", "level", "country", "parent", by=("level", "country")),
        viewset(Park, "name_zh", "name_en", "kind", "country", "region", by=("kind", "country")),
        viewset(Industry, "code", "scheme", "name_zh", "name_en", "level", by=("scheme", "level")),
    )  # fmt: skip
