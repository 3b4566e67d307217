"""People of the back office by what they may do there."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission

from marketplace.firms.models import User
from tests import factories as make

ACCESS = "access_admin"
PREPARE, DECIDE = "prepare_registers", "decide_registers"


def person_with(*codes: str, **flags: Any) -> User:
    user = make.make_user(**flags)
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    return User.objects.get(pk=user.pk)


def member_of(group: str, **flags: Any) -> User:
    user = make.make_user(**flags)
    user.groups.add(Group.objects.get(name=group))
    return User.objects.get(pk=user.pk)
