"""Who may see what in the back office. What may be done to it the services decide anew."""

from __future__ import annotations

from collections.abc import Iterable

from wagtail.permission_policies import ModelPermissionPolicy

from marketplace.firms.models import User
from marketplace.firms.querysets import acts_for_all

from ..querysets import may_decide, may_prepare


def keeps_registers(user: User) -> bool:
    return may_prepare(user) or may_decide(user)


class LookingPolicy(ModelPermissionPolicy):
    """Everybody in the back office may look; nobody adds, edits or deletes here."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return action == "view"

    def user_has_any_permission(self, user: User, actions: Iterable[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


class KeepersPolicy(LookingPolicy):
    """Those who keep the registers look; batches and answers go through their services."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return action == "view" and keeps_registers(user)


class ListsPolicy(LookingPolicy):
    """A list and its columns are set up by those who decide. It is never deleted: its history hangs on it."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return may_decide(user) if action in ("add", "change") else action == "view" and keeps_registers(user)


class OfficersPolicy(LookingPolicy):
    """Papers of firms are looked at by those who act for all of them."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return action == "view" and acts_for_all(user)
