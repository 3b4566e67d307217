"""What stands in the back office beside pages and registers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet
from wagtail_localize.wagtail_hooks import TranslationsReportMenuItem

from .dashboard import WaitingPanel
from .permits import PermitViewSet
from .reference import CHOOSERS, ReferenceGroup


@hooks.register("register_admin_viewset")
def permits() -> PermitViewSet:
    return PermitViewSet()


@hooks.register("register_admin_viewset")
def reference_data() -> ReferenceGroup:
    return ReferenceGroup()


@hooks.register("register_admin_viewset")
def reference_choosers() -> list[ViewSet]:
    return list(CHOOSERS.values())


@hooks.register("construct_homepage_panels")
def what_waits(request: HttpRequest, panels: list[Any]) -> None:
    panels.insert(0, WaitingPanel())


@hooks.register("construct_homepage_summary_items", order=1000)
def count_work_only(request: HttpRequest, summary_items: list[Any]) -> None:
    """How many pages and pictures there are is no work for anybody."""
    summary_items.clear()


@hooks.register("construct_help_menu")
def help_with_work_only(request: HttpRequest, menu_items: list[Any]) -> None:
    """News of Wagtail's release help no editor, and stay in the language of whoever came first after a start."""
    menu_items[:] = [item for item in menu_items if not item.name.startswith("whats-new-in-wagtail")]


@hooks.register("construct_reports_menu")
def translations_in_the_readers_language(request: HttpRequest, menu_items: list[Any]) -> None:
    """wagtail-localize settles this name once, in the language of whoever came first after a start."""
    for item in menu_items:
        if isinstance(item, TranslationsReportMenuItem):
            item.label = _("Translations")


@hooks.register("insert_global_admin_css")
def style() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("css/office.css"))
