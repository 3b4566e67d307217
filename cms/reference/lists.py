"""Every kind of reference data in the back office: what its list shows, what its form asks."""

from __future__ import annotations

from functools import partial
from typing import Any

import django_filters
from django.contrib.auth.models import Permission
from django.db import models
from django.forms import RadioSelect
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusFlagColumn
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from cms.registers.office.columns import number_column, yes_column
from listings.models import (
    AvoidedBurden,
    HaulageRate,
    Material,
    MaterialProperty,
    MaterialSpecification,
    MaterialUse,
    Property,
    Target,
    TransportFactor,
    Use,
    UseLimit,
    WasteCode,
)
from marketplace.firms.models import Industry, Park, RecoveryOperation, Region

from .choosing import choices_of, chosen_word
from .forms import NAMES, SOURCE, WORDS, Group, handler_of
from .local_edits import LocalEditViewSet
from .policies import CuratingPolicy
from .views import ReferenceAdd, ReferenceDelete, ReferenceEdit, ReferenceIndex, ReferencePage, take_back

TERM = ("slug", "name_zh", "name_en", "synonyms_zh", "synonyms_en")
OF_MATERIAL = ("material__slug", "material__name_zh", "material__name_en")
OF_USE = ("use__slug", "use__name_zh", "use__name_en")
PLACE: Group = (_("Place"), ("latitude", "longitude"))
WITHOUT_PAGES = frozenset({"history", "history_results", "usage"})


class ReferenceViewSet(ModelViewSet):
    """A list that can be searched and filtered, a page for each row, and a form for those who may."""

    icon = "table"
    index_view_class = ReferenceIndex
    add_view_class = ReferenceAdd
    edit_view_class = ReferenceEdit
    delete_view_class = ReferenceDelete
    inspect_view_class = ReferencePage
    inspect_view_enabled = True
    copy_view_enabled = False
    add_to_reference_index = False
    list_per_page = 50
    groups: tuple[Group, ...] = ()
    related: tuple[tuple[type[models.Model], str], ...] = ()

    @property
    def permission_policy(self) -> CuratingPolicy:
        return CuratingPolicy(self.model)

    @cached_property
    def handlers(self) -> dict[bool, Any]:
        return {for_update: handler_of(self.model, self.groups, for_update=for_update) for for_update in (False, True)}

    def get_form_class(self, for_update: bool = False) -> Any:
        return self.handlers[for_update].get_form_class()

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        common = super().get_common_view_kwargs(**kwargs)
        return {name: value for name, value in common.items() if name not in ("history_url_name", "usage_url_name")}

    def get_add_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_add_view_kwargs(**kwargs) | {"panel": self.handlers[False]}

    def get_edit_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_edit_view_kwargs(**kwargs) | {"panel": self.handlers[True]}

    def get_inspect_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_inspect_view_kwargs(**kwargs) | {"related": self.related}

    def get_permissions_to_register(self) -> models.QuerySet[Permission]:
        return Permission.objects.filter(codename="curate_reference", content_type__app_label="listings")

    def get_urlpatterns(self) -> list[URLPattern]:
        kept = [pattern for pattern in super().get_urlpatterns() if pattern.name not in WITHOUT_PAGES]
        return [*kept, path("take-back/<int:pk>/", partial(take_back, model=self.model), name="take_back")]


def viewset(
    model: type[models.Model],
    *shown: str,
    by: tuple[str, ...],
    search: tuple[str, ...],
    groups: tuple[Group, ...],
    related: tuple[tuple[type[models.Model], str], ...] = (),
) -> ReferenceViewSet:
    name = f"reference_{model._meta.model_name}"
    return ReferenceViewSet(
        name,
        model=model,
        url_prefix=f"reference/{model._meta.model_name}",
        form_fields=[],
        list_display=[*(_column(model, name) for name in shown), _edited_column()],
        filterset_class=_filters(model, by),
        search_fields=search,
        groups=groups,
        related=related,
    )


def _column(model: type[models.Model], name: str) -> str | Column:
    fields = {field.name: field for field in model._meta.fields}
    if isinstance(fields.get(name), models.BooleanField):
        return yes_column(model, name)
    if isinstance(fields.get(name), models.DecimalField):
        return number_column(model, name)
    if choices_of(model, name):
        label = capfirst(fields[name].verbose_name)
        return Column(name, label=label, accessor=lambda row: chosen_word(row, name), sort_key=name)
    return name


def _edited_column() -> Column:
    return StatusFlagColumn("edited_here", label=_("Edited here"), true_label=_("edited here"))


def _filters(model: type[models.Model], by: tuple[str, ...]) -> type[WagtailFilterSet]:
    """By these fields, by what was edited here and, followed from a row's page, by what belongs to that row."""
    edited = django_filters.ChoiceFilter(
        label=_("Edited here"), choices=[("True", _("Yes")), ("False", _("No"))], widget=RadioSelect,
        empty_label=_("All"),
    )  # fmt: skip
    meta = type("Meta", (), {"model": model, "fields": by})
    return type(f"{model.__name__}Filters", (WagtailFilterSet,), {"edited_here": edited, "Meta": meta})


class ReferenceGroup(ViewSetGroup):
    menu_label = _("Reference data")
    menu_icon = "folder-inverse"
    menu_order = 170
    items = (
        LocalEditViewSet(),
        viewset(
            Material, "name_zh", "name_en", "slug", "parent", "form", "to_verify", by=("form", "to_verify"),
            search=TERM,
            groups=(
                (_("Names"), ("slug", "name_zh", "name_en", "parent")),
                WORDS,
                (_("Nature"), ("form", "hazardous_possible", "economic_radius_km", "pictogram", "codes")),
                SOURCE,
            ),
            related=(
                (MaterialUse, "material"), (MaterialProperty, "material"), (MaterialSpecification, "material"),
                (AvoidedBurden, "material"),
            ),
        ),
        viewset(
            Property, "name_zh", "name_en", "slug", "symbol", "unit", "to_verify", by=("unit", "to_verify"),
            search=TERM,
            groups=(
                (_("Names"), ("slug", "name_zh", "name_en", "symbol")),
                WORDS,
                (_("Figures"), ("unit", "basis_default", "min_value", "max_value", "position")),
                SOURCE,
            ),
        ),
        viewset(
            MaterialProperty, "material", "property", "position", by=(), search=(*OF_MATERIAL, "property__slug"),
            groups=((_("What is asked first"), ("material", "property", "position")),),
        ),
        viewset(
            MaterialSpecification, "parameter", "material", "standard", "grade", "minimum", "maximum", "unit",
            by=("kind", "to_verify"), search=(*OF_MATERIAL, "standard", "grade", "parameter"),
            groups=(
                (_("Standard"), ("material", "standard", "edition", "grade", "kind")),
                (_("Figures"), ("property", "parameter", "unit", "minimum", "maximum")),
                SOURCE,
            ),
        ),
        viewset(
            Use, "name_zh", "name_en", "slug", "operation", "sector", "to_verify", by=("operation", "to_verify"),
            search=TERM,
            groups=(
                (_("Names"), ("slug", "name_zh", "name_en")), WORDS, (_("Nature"), ("operation", "sector")), SOURCE,
            ),
            related=((MaterialUse, "use"), (AvoidedBurden, "use")),
        ),
        viewset(
            MaterialUse, "material", "use", "suitability", "prohibited", "to_verify", by=("prohibited", "to_verify"),
            search=(*OF_MATERIAL, *OF_USE),
            groups=(
                (_("Which material for which use"), ("material", "use")),
                (_("Figures"), ("suitability", "prohibited")),
                (_("Notes"), ("note_zh", "note_en")),
                SOURCE,
            ),
            related=((UseLimit, "material_use"),),
        ),
        viewset(
            UseLimit, "material_use", "property", "minimum", "maximum", "hard", "to_verify", by=("hard", "to_verify"),
            search=(
                "material_use__material__slug", "material_use__material__name_zh", "material_use__use__slug",
                "material_use__use__name_zh", "property__slug", "property__name_zh",
            ),
            groups=(
                (_("Where needs state no limit of their own"), ("material_use", "property")),
                (_("Figures"), ("minimum", "maximum", "hard", "grade")),
                SOURCE,
            ),
        ),
        viewset(
            WasteCode, "code_display", "scheme", "name_zh", "name_en", "hazardous", "to_verify",
            by=("scheme", "hazardous", "to_verify"), search=("code", "code_display", "name_zh", "name_en"),
            groups=(
                (_("Code and level"), ("scheme", "code", "code_display", "level", "parent")),
                NAMES,
                (_("Hazard"), ("hazardous", "entry", "mirrors", "sepa_material")),
                SOURCE,
            ),
        ),
        viewset(
            AvoidedBurden, "material", "use", "country", "avoided_kg_co2e_per_t", "year", "source", "to_verify",
            by=("country", "to_verify"), search=(*OF_MATERIAL, *OF_USE, "replaces_en", "replaces_zh"),
            groups=(
                (_("Where it holds"), ("material", "use", "country")),
                (_("What is replaced"), ("replaces_zh", "replaces_en")),
                (_("Figures"), ("replaced_kg_co2e_per_t", "substitution_ratio", "processing_kg_co2e_per_t")),
                (_("Source"), ("scope_zh", "scope_en", "year", "source", "to_verify")),
            ),
        ),
        viewset(
            TransportFactor, "__str__", "mode", "country", "kg_co2e_per_t_km", "year", "source", "to_verify",
            by=("country",),
            search=("mode", "country", "vehicle_zh", "vehicle_en"),
            groups=(
                (_("Where it holds"), ("mode", "country")),
                (_("Figures"), ("kg_co2e_per_t_km", "vehicle_zh", "vehicle_en")),
                (_("Source"), ("scope_zh", "scope_en", "year", "source", "to_verify")),
            ),
        ),
        viewset(
            Target, "name_zh", "name_en", "value", "unit", "meaning", "year", "region", "to_verify",
            by=("country", "year", "meaning", "to_verify"), search=("indicator", "name_zh", "name_en", "source"),
            groups=(
                (_("What is to be reached"), ("indicator", "name_zh", "name_en", "meaning", "value", "unit")),
                (_("Where it holds"), ("country", "region", "material")),
                (_("When"), ("base_year", "year")),
                SOURCE,
            ),
        ),
        viewset(
            HaulageRate, "__str__", "mode", "country", "currency", "fixed_per_t", "rate_per_t_km", "to_verify",
            by=("country",),
            search=("mode", "country"),
            groups=(
                (_("Where it holds"), ("mode", "country")),
                (_("Figures"), ("currency", "fixed_per_t", "rate_per_t_km", "road_factor")),
                SOURCE,
            ),
        ),
        viewset(
            Region, "name_zh", "name_en", "code", "level", "country", "parent", by=("level", "country"),
            search=("code", "name_zh", "name_en"),
            groups=(
                (_("Code and level"), ("code", "country", "level", "parent", "members")),
                NAMES,
                PLACE,
                (_("Source"), ("to_verify",)),
            ),
        ),
        viewset(
            Park, "name_zh", "name_en", "kind", "country", "region", by=("kind", "country"),
            search=("name_zh", "name_en"),
            groups=(NAMES, (_("Nature"), ("kind", "country", "region")), PLACE, SOURCE),
        ),
        viewset(
            Industry, "code", "scheme", "name_zh", "name_en", "level", by=("scheme", "level"),
            search=("code", "name_zh", "name_en"),
            groups=((_("Code and level"), ("scheme", "code", "parent", "level")), NAMES, SOURCE),
        ),
        viewset(
            RecoveryOperation, "code", "name_zh", "name_en", by=(), search=("code", "name_zh", "name_en"),
            groups=((_("Names"), ("code", "name_zh", "name_en")),),
        ),
    )  # fmt: skip
