"""People, firms, places and rights."""

from .events import Event
from .firms import Firm, FormerName, Industry, Membership, Role
from .notices import PermitNotice
from .places import Park, Region, RegionMember, Site
from .rights import Permit, PermitLine, PermitState, Recognition, RecoveryOperation
from .users import User

__all__ = [
    "Event",
    "Firm",
    "FormerName",
    "Industry",
    "Membership",
    "Park",
    "Permit",
    "PermitLine",
    "PermitNotice",
    "PermitState",
    "Recognition",
    "RecoveryOperation",
    "Region",
    "RegionMember",
    "Role",
    "Site",
    "User",
]
