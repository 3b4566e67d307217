"""The lists themselves in the back office, and the columns of their own."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import log

from .. import setting_up
from ..models import ListColumn, RegulatedList
from ..querysets import may_decide
from .as_shown import AsShown
from .columns import NOTHING, yes_column
from .forms import ColumnForm
from .pages import Crumbs, SavedByService, breadcrumbs, form_page, told_in_form
from .policies import ListsPolicy


class ListEdit(SavedByService, generic.EditView):
    """The slug and kind stand in addresses, files, rights and hints: with the first batch they are settled."""

    template_name = "cms/office/reference_form.html"

    def get_form(self, form_class: type[forms.ModelForm] | None = None) -> forms.ModelForm:
        form: forms.ModelForm = super().get_form(form_class)
        if self.object.batches.exists():
            form.fields["slug"].disabled = form.fields["kind"].disabled = True
        return form

    def save_instance(self) -> RegulatedList:
        values, seen = self.form.changes()
        saved = setting_up.change_list(actor=self.request.user, regulated_list=self.object, values=values, seen=seen)
        log(instance=saved, action="wagtail.edit", content_changed=bool(values))
        return saved

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        url = reverse("register_lists:columns", args=[self.object.pk])
        return [*super().header_more_buttons, Button(_("Columns of its own"), url=url, icon_name="table", priority=5)]


class ListPage(generic.InspectView):
    def get_fields(self) -> list[str]:
        return [name for name in super().get_fields() if name != "id"]

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        value = super().get_field_display_value(field_name, field)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        return NOTHING if value in (None, "") else value


@require_safe
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Columns are added and renamed; one that entries may already use is not deleted here."""
    regulated_list = _of_decider(request, pk)
    title = _("Columns of its own")
    context = {
        "list": regulated_list,
        "columns": regulated_list.columns.all(),
        "breadcrumbs_items": breadcrumbs([*_crumbs(regulated_list)[:2], (title, "")]),
        "header_title": title,
        "page_title": title,
    }
    return render(request, "cms/office/columns.html", context)


@require_http_methods(["GET", "POST"])
def add_column(request: HttpRequest, pk: int) -> HttpResponse:
    regulated_list = _of_decider(request, pk)
    last = regulated_list.columns.aggregate(last=Max("position"))["last"] or 0
    new = ListColumn(regulated_list=regulated_list, position=last + 1)
    return _save_column(request, new, _("New column"))


@require_http_methods(["GET", "POST"])
def change_column(request: HttpRequest, pk: int, column: int) -> HttpResponse:
    return _save_column(request, get_object_or_404(_of_decider(request, pk).columns, pk=column), _("Change the column"))


def _save_column(request: HttpRequest, column: ListColumn, title: str) -> HttpResponse:
    form = ColumnForm(request.POST or None, instance=column)
    if request.method == "POST" and form.is_valid() and _is_new_slug(form) and _saved(request, form):
        messages.success(request, _("The column is saved."))
        return redirect("register_lists:columns", column.regulated_list_id)
    return form_page(request, form, title=title, crumbs=_crumbs(column.regulated_list))


def _saved(request: HttpRequest, form: ColumnForm) -> Any:
    if form.instance.pk is None:
        return form.save()
    values, seen = form.changes()
    step = partial(setting_up.change_column, actor=request.user, column=form.instance, values=values, seen=seen)
    return told_in_form(form, step)


def _is_new_slug(form: forms.ModelForm) -> bool:
    """The list is no field of the form, so the form itself does not see that two columns share a slug."""
    same = ListColumn.objects.filter(
        regulated_list=form.instance.regulated_list, slug=form.instance.slug
    ).exclude(pk=form.instance.pk)  # fmt: skip
    if same.exists():
        form.add_error("slug", _("This list has a column of that slug already."))
    return not form.errors


def _of_decider(request: HttpRequest, pk: int) -> RegulatedList:
    if not may_decide(request.user):
        raise PermissionDenied
    return get_object_or_404(RegulatedList, pk=pk)


def _crumbs(regulated_list: RegulatedList) -> Crumbs:
    return [
        (_("Lists"), reverse("register_lists:index")),
        (str(regulated_list), reverse("register_lists:edit", args=[regulated_list.pk])),
        (_("Columns of its own"), reverse("register_lists:columns", args=[regulated_list.pk])),
    ]


class ListViewSet(ModelViewSet):
    model = RegulatedList
    name = "register_lists"
    url_prefix = "registers/lists"
    icon = "folder-open-inverse"
    menu_label = gettext_lazy("Lists")
    permission_policy = ListsPolicy(RegulatedList)
    edit_view_class = ListEdit
    inspect_view_class = ListPage
    copy_view_enabled = False
    inspect_view_enabled = True
    exclude_form_fields = ()
    list_display = (
        "__str__",
        "kind",
        Column("authority", label=gettext_lazy("Published by")),
        "notice_days",
        yes_column(RegulatedList, "gives_right"),
        yes_column(RegulatedList, "to_verify"),
    )
    list_filter = ("kind", "country", "gives_right", "to_verify")
    search_fields = ("slug", "name_zh", "name_en")

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return type("ListForm", (AsShown, super().get_form_class(for_update)), {})

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/columns/", columns, name="columns"),
            path("<int:pk>/columns/add/", add_column, name="add_column"),
            path("<int:pk>/columns/<int:column>/", change_column, name="change_column"),
        ]
