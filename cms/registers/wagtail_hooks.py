"""What the registers add to the back office."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup

from .office.batches import BatchViewSet
from .office.entries import EntryViewSet
from .office.imports import ImportViewSet
from .office.lists import ListViewSet
from .office.objections import ObjectionViewSet


class Registers(ViewSetGroup):
    menu_label = _("Registers")
    menu_icon = "clipboard-list"
    menu_order = 150
    items = (BatchViewSet, EntryViewSet, ObjectionViewSet, ImportViewSet, ListViewSet)


@hooks.register("register_admin_viewset")
def registers() -> Registers:
    return Registers()
