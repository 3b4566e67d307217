"""The administrator's view of materials, uses and codes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from marketplace.firms.admin import FromFiles

from .models import (
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

TERM_SEARCH = ("slug", "name_zh", "name_en", "synonyms_zh", "synonyms_en")


class DefaultPropertyInline(admin.TabularInline):
    model = MaterialProperty
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related("property")


class UseLimitInline(admin.TabularInline):
    model = UseLimit
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related("property")


@admin.register(WasteCode)
class WasteCodeAdmin(FromFiles):
    list_display = ("code_display", "scheme", "name_zh", "name_en", "hazardous", "entry", "to_verify")
    list_filter = ("to_verify", "scheme", "hazardous", "entry", "level")
    search_fields = ("code", "code_display", "name_zh", "name_en")


@admin.register(Property)
class PropertyAdmin(FromFiles):
    list_display = (
        "slug",
        "symbol",
        "name_zh",
        "name_en",
        "unit",
        "basis_default",
        "min_value",
        "max_value",
        "to_verify",
    )
    list_filter = ("to_verify", "unit", "basis_default")
    search_fields = (*TERM_SEARCH, "symbol")


@admin.register(Material)
class MaterialAdmin(FromFiles):
    list_display = (
        "slug",
        "name_zh",
        "name_en",
        "parent",
        "form",
        "hazardous_possible",
        "economic_radius_km",
        "to_verify",
    )
    list_filter = ("to_verify", "hazardous_possible", "form", ("parent", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("parent",)
    search_fields = TERM_SEARCH
    inlines = (DefaultPropertyInline,)


@admin.register(MaterialSpecification)
class MaterialSpecificationAdmin(FromFiles):
    list_display = ("material", "standard", "grade", "parameter", "minimum", "maximum", "unit", "kind", "to_verify")
    list_filter = ("to_verify", "kind", "standard")
    list_select_related = ("material",)
    search_fields = ("material__slug", "material__name_zh", "material__name_en", "standard", "grade", "parameter")


@admin.register(Use)
class UseAdmin(FromFiles):
    list_display = ("slug", "name_zh", "name_en", "operation", "sector", "to_verify")
    list_filter = ("to_verify", "operation", "sector")
    list_select_related = ("operation",)
    search_fields = TERM_SEARCH


@admin.register(MaterialUse)
class MaterialUseAdmin(FromFiles):
    list_display = ("material", "use", "suitability", "prohibited", "to_verify")
    list_filter = ("to_verify", "prohibited")
    list_select_related = ("material", "use")
    search_fields = (
        *(f"material__{field}" for field in ("slug", "name_zh", "name_en")),
        *(f"use__{field}" for field in ("slug", "name_zh", "name_en")),
    )
    inlines = (UseLimitInline,)


@admin.register(HaulageRate)
class HaulageRateAdmin(FromFiles):
    list_display = ("mode", "country", "currency", "fixed_per_t", "rate_per_t_km", "road_factor", "to_verify")
    list_filter = ("to_verify", "country", "mode")
    search_fields = ("mode", "country")


@admin.register(AvoidedBurden)
class AvoidedBurdenAdmin(FromFiles):
    list_display = ("material", "use", "country", "replaces", "avoided_kg_co2e_per_t", "year", "source", "to_verify")
    list_filter = ("to_verify", "country", "year")
    list_select_related = ("material", "use")
    search_fields = (
        *(f"material__{field}" for field in ("slug", "name_zh", "name_en")),
        *(f"use__{field}" for field in ("slug", "name_zh", "name_en")),
        "replaces_zh",
        "replaces_en",
    )


@admin.register(TransportFactor)
class TransportFactorAdmin(FromFiles):
    list_display = ("mode", "country", "vehicle", "kg_co2e_per_t_km", "year", "source", "to_verify")
    list_filter = ("to_verify", "country", "mode")
    search_fields = ("mode", "country", "vehicle_zh", "vehicle_en")


@admin.register(Target)
class TargetAdmin(FromFiles):
    list_display = ("name", "value", "unit", "meaning", "country", "region", "year", "source", "to_verify")
    list_filter = ("to_verify", "country", "year")
    list_select_related = ("region",)
    search_fields = ("indicator", "name_zh", "name_en", "source")
