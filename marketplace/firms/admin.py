"""What only a superuser does: the flags of accounts. Everything else is done in the back office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from .models import User


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
