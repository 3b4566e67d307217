"""The administrator's view of people and places."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from .models import Industry, Park, RecoveryOperation, Region, User


class FromFiles(admin.ModelAdmin):
    """Reference data is looked up here and changed in the back office, where loads know of the change."""

    list_per_page = 50
    list_filter: ClassVar[tuple[Any, ...]] = ("to_verify",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """People sign up by themselves; only a superuser gives or takes rights."""

    fields = (
        "email",
        "first_name",
        "last_name",
        "is_active",
        "is_facilitator",
        "is_staff",
        "last_login",
        "date_joined",
    )
    readonly_fields = ("email", "last_login", "date_joined")
    list_display = ("email", "first_name", "last_name", "is_active", "is_facilitator", "is_staff")
    list_filter = ("is_active", "is_facilitator", "is_staff")
    search_fields = ("email", "first_name", "last_name")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_active and request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An account that left traces is closed, not deleted."""
        return False


@admin.register(RecoveryOperation)
class RecoveryOperationAdmin(FromFiles):
    list_display = ("code", "name_zh", "name_en")
    list_filter = ()
    search_fields = ("code", "name_zh", "name_en")


@admin.register(Industry)
class IndustryAdmin(FromFiles):
    list_display = ("code", "scheme", "name_zh", "name_en", "level", "to_verify")
    list_filter = ("to_verify", "scheme", "level")
    search_fields = ("=code", "name_zh", "name_en")


@admin.register(Region)
class RegionAdmin(FromFiles):
    list_display = ("code", "name_zh", "name_en", "level", "country", "parent", "to_verify")
    list_filter = ("to_verify", "country", "level")
    list_select_related = ("parent",)
    search_fields = ("=code", "name_zh", "name_en")


@admin.register(Park)
class ParkAdmin(FromFiles):
    list_display = ("name_zh", "name_en", "kind", "country", "region", "to_verify")
    list_filter = ("to_verify", "country", "kind")
    list_select_related = ("region",)
    search_fields = ("name_zh", "name_en")
