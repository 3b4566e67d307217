"""Reference data in the back office: looked up by everybody there, edited by those who may."""

from .choosers import CHOOSERS
from .lists import ReferenceGroup

__all__ = ["CHOOSERS", "ReferenceGroup"]
