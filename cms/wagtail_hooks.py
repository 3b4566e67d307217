"""What stands in the back office beside pages and registers."""

from __future__ import annotations

from wagtail import hooks

from .permits import PermitViewSet
from .reference import ReferenceGroup


@hooks.register("register_admin_viewset")
def permits() -> PermitViewSet:
    return PermitViewSet()


@hooks.register("register_admin_viewset")
def reference_data() -> ReferenceGroup:
    return ReferenceGroup()
