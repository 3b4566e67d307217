"""All that is otherwise here than in the release, the newest first, deleted rows included."""

from __future__ import annotations

from typing import Any

import django_filters
from django.contrib.auth.models import Permission
from django.db import models
from django.forms import RadioSelect
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from cms.registers.office.pages import OfficeIndex, run
from cms.registers.office.policies import LookingPolicy
from listings.curation.services import PERMISSION, bring_back
from listings.models import LocalEdit

from .showing import field_name, release_text, table_name


class EditIndex(OfficeIndex):
    def get_base_queryset(self) -> models.QuerySet[Any]:
        rows: models.QuerySet[Any] = super().get_base_queryset()
        return rows.exclude(field="path").select_related("edited_by")


class EditPage(generic.InspectView):
    template_name = "cms/office/reference_edit.html"
    page_title = gettext_lazy("Edited here")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        edit = self.object
        may = self.request.user.has_perm(PERMISSION) and edit.kind == LocalEdit.Kind.DELETED
        return super().get_context_data(**kwargs) | {
            "edit": edit,
            "table": table_name(edit.table),
            "field": field_name(edit),
            "bring_back_url": reverse("reference_localedit:bring_back", args=[edit.pk]) if may else "",
        }


def _tables() -> list[tuple[str, str]]:
    tables = LocalEdit.objects.order_by("table").values_list("table", flat=True).distinct()
    return [(table, table_name(table)) for table in tables]


class EditFilters(WagtailFilterSet):
    table = django_filters.ChoiceFilter(
        label=gettext_lazy("Table"), widget=RadioSelect, empty_label=gettext_lazy("All"), choices=_tables
    )

    class Meta:
        model = LocalEdit
        fields = ("kind", "table")


def _page_of(edit: LocalEdit) -> str:
    """The row's own page; that of the edit where there is no row, or the row is a link between two."""
    try:
        name = f"reference_{edit.table.partition('.')[2]}:inspect"
        return reverse(name, args=[edit.object_id])
    except NoReverseMatch:
        return reverse("reference_localedit:inspect", args=[edit.pk])


def bring_row_back(request: HttpRequest, pk: int) -> HttpResponse:
    edit = get_object_or_404(LocalEdit, pk=pk)
    if request.method == "POST":
        run(request, bring_back, _("It comes back with the next load of the reference data."), edit=edit)
    return redirect("reference_localedit:index")


class LocalEditViewSet(ModelViewSet):
    model = LocalEdit
    name = "reference_localedit"
    url_prefix = "reference/edited"
    icon = "edit"
    menu_label = gettext_lazy("Edited here")
    index_view_class = EditIndex
    inspect_view_class = EditPage
    inspect_view_enabled = True
    copy_view_enabled = False
    add_to_reference_index = False
    form_fields = ("kind",)
    filterset_class = EditFilters
    search_fields = ("name", "key")
    list_per_page = 50
    list_display = (
        TitleColumn("name", label=gettext_lazy("name of the row"), get_url=_page_of, sort_key="name"),
        StatusTagColumn("kind", label=gettext_lazy("kind of edit"), accessor="get_kind_display"),
        Column("table", label=gettext_lazy("Table"), accessor=lambda edit: table_name(edit.table)),
        Column("field", label=gettext_lazy("field"), accessor=field_name),
        Column("release_value", label=gettext_lazy("the release says"), accessor=release_text),
        Column("edited_by", label=gettext_lazy("edited by")),
        Column("edited_at", label=gettext_lazy("edited at"), sort_key="edited_at"),
    )

    @property
    def permission_policy(self) -> LookingPolicy:
        return LookingPolicy(self.model)

    def get_permissions_to_register(self) -> Any:
        return Permission.objects.none()

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("<int:pk>/bring-back/", bring_row_back, name="bring_back")]
