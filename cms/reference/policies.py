"""Who may see and change reference data. The services decide anew."""

from __future__ import annotations

from cms.registers.office.policies import LookingPolicy
from listings.curation.services import PERMISSION
from marketplace.firms.models import User


class CuratingPolicy(LookingPolicy):
    """Everybody in the back office looks; those with the permission add, change and delete."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return action == "view" or bool(user.has_perm(PERMISSION))
