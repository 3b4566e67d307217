"""The pages of one kind of reference data: its list, a row, its form, and what stands against deleting it."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.db import models
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.views import generic

from cms.registers.office.pages import OfficeIndex, SavedByService, run
from listings.curation.kept import edits_of
from listings.curation.linking import link_fields
from listings.curation.pointing import what_points_to
from listings.models import Material

from .choosing import choices_of, chosen_word
from .editing import add_and_follow, change_and_follow, delete_and_follow, take_release_values_and_follow
from .showing import differences, is_added_here, steps

LIKE_A_KEY = re.compile(r"[0-9]{1,18}")
BELONGING = ("material", "use", "material_use")
# Rows that the name of another one is made of.
NAMED_BY = {"material_use": ("material_use__material", "material_use__use")}


class ReferenceIndex(OfficeIndex):
    template_name = "cms/office/reference.html"

    def get_base_queryset(self) -> models.QuerySet[Any]:
        names = [field.name for field in self.model._meta.fields if field.many_to_one]
        pointing = [*names, *(path for name in names for path in NAMED_BY.get(name, ()))]
        edits = edits_of(self.model).filter(object_id=OuterRef("pk"))
        rows: models.QuerySet[Any] = super().get_base_queryset().select_related(*pointing)
        return rows.annotate(edited_here=Exists(edits)).filter(**self._belonging())

    def _belonging(self) -> dict[str, str]:
        """Where a row's own page leads here: only what belongs to that row."""
        asked = {name: self.request.GET.get(name, "") for name in BELONGING}
        return {
            name: key for name, key in asked.items() if LIKE_A_KEY.fullmatch(key) and hasattr(self.model, f"{name}_id")
        }


class ByServices(SavedByService):
    object: Any

    def get_success_url(self) -> str:
        return reverse(self.inspect_url_name, args=[self.object.pk])  # type: ignore[attr-defined]

    def get_success_buttons(self) -> list[Any]:
        return []

    def tell_of(self, listings: int) -> None:
        if listings:
            messages.info(self.request, matched_anew(listings))


def matched_anew(listings: int) -> str:
    text = ngettext(
        "%(number)s listing is affected and is matched anew.",
        "%(number)s listings are affected and are matched anew, the first of them now and the rest by the clock.",
        listings,
    )
    return text % {"number": listings}


class ReferenceAdd(ByServices, generic.CreateView):
    inspect_url_name = ""

    def save_instance(self) -> Any:
        values, links = self.form.stated()
        row, listings = add_and_follow(actor=self.request.user, model=self.model, values=values, links=links)
        self.tell_of(listings)
        return row


class ReferenceEdit(ByServices, generic.EditView):
    template_name = "cms/office/reference_form.html"

    def save_instance(self) -> Any:
        values, links = self.form.stated()
        row, listings = change_and_follow(actor=self.request.user, row=self.object, values=values, links=links)
        self.tell_of(listings)
        return row

    def get_side_panels(self) -> Any:
        """Its own page tells of edits and steps."""
        return MediaContainer([])


class ReferenceDelete(generic.DeleteView):
    template_name = "cms/office/reference_delete.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"pointing": what_points_to(self.object)}

    def form_valid(self, form: Any) -> HttpResponse:
        listings = run(self.request, delete_and_follow, _("It is deleted."), row=self.object)
        if listings is None:
            return redirect(self.get_delete_url())
        if listings:
            messages.info(self.request, matched_anew(listings))
        return redirect(self.get_success_url())


class ReferencePage(generic.InspectView):
    template_name = "cms/office/reference_row.html"
    page_title = gettext_lazy("Reference data")
    related: tuple[tuple[type[models.Model], str], ...] = ()

    @cached_property
    def may_change(self) -> bool:
        return bool(self.user_has_permission("change"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "differences": differences(self.object),
            "is_added_here": is_added_here(self.object),
            "take_back_url": reverse(f"{self.namespace}:take_back", args=[self.object.pk]) if self.may_change else "",
            "related": [self._related(model, field) for model, field in self.related],
            "events": steps(self.object),
        }

    @property
    def namespace(self) -> str:
        return f"reference_{self.model._meta.model_name}"

    def _related(self, model: type[models.Model], field: str) -> tuple[str, int, str]:
        number = model._default_manager.filter(**{field: self.object}).count()
        url = reverse(f"reference_{model._meta.model_name}:index")
        return str(model._meta.verbose_name_plural), number, f"{url}?{field}={self.object.pk}"

    def get_fields(self) -> list[str]:
        hidden = {"id", "path", "key"}
        names = [field.name for field in self.model._meta.concrete_fields if field.name not in hidden]
        return [*names, *link_fields(self.model)]

    def get_field_label(self, field_name: str, field: Any) -> str:
        if field_name == "members":
            return _("Member regions")
        if field_name == "materials":
            return capfirst(str(Material._meta.verbose_name_plural))
        return super().get_field_label(field_name, field)

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        value = super().get_field_display_value(field_name, field)
        if choices_of(self.model, field_name):
            value = chosen_word(self.object, field_name)
        if field_name.startswith("synonyms"):
            value = value.replace("|", " · ")
        if isinstance(value, bool):
            value = _("Yes") if value else _("No")
        return "–" if value in (None, "") else value


def take_back(request: HttpRequest, pk: int, model: Any) -> HttpResponse:
    """The release's values again, for the row itself."""
    row = get_object_or_404(model, pk=pk)
    if request.method == "POST":
        found = run(request, take_release_values_and_follow, _("It says again what the release says."), row=row)
        if found and found[1]:
            messages.info(request, matched_anew(found[1]))
    return redirect(f"reference_{model._meta.model_name}:inspect", pk)
