"""Forms of firms, sites, permits and members. They check the shape of what was typed and write nothing."""

from .firms import FirmForm, MemberForm
from .permits import PermitForm, PermitLineForm, PermitLineFormSet
from .sites import SiteForm

__all__ = ["FirmForm", "MemberForm", "PermitForm", "PermitLineForm", "PermitLineFormSet", "SiteForm"]
